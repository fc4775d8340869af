//! What the terminal can show: how wide it is, and whether it takes colours and links. Decided once, from flags and environment.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Stdout};

use crate::report::Style;

use super::args::{NoiseArgs, When};

/// Columns where nobody says how many there are: a pipe, a file.
pub(super) const WIDTH: usize = 100;

/// What standard output can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Screen {
    pub(super) width: usize,
    pub(super) style: Style,
    /// Whether what rests on a page is a link to it.
    pub(super) links: bool,
    /// Whether somebody has a width: a terminal, or `COLUMNS`.
    pub(super) bounded: bool,
}

impl Screen {
    /// A file or a pipe.
    pub(super) const PLAIN: Self = Self { width: WIDTH, style: Style::Plain, links: false, bounded: false };

    /// Standard output as it is now.
    pub(super) fn of(args: &NoiseArgs) -> Self {
        let out = io::stdout();
        let style = if coloured(args.color, &out) { Style::Colour } else { Style::Plain };
        let width = width(&out);
        Self { width: width.unwrap_or(WIDTH), style, links: linked(args.hyperlinks, &out), bounded: width.is_some() }
    }
}

/// `COLUMNS` where somebody sets it, else what the terminal says.
fn width(out: &Stdout) -> Option<usize> {
    let said = std::env::var_os("COLUMNS").as_deref().and_then(columns);
    let measured = || rustix::termios::tcgetwinsize(out).ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    said.or_else(measured)
}

/// A number of columns as `COLUMNS` has it; what is no number above 0 says nothing.
fn columns(text: &OsStr) -> Option<usize> {
    text.to_str()?.trim().parse().ok().filter(|columns| *columns > 0)
}

/// The flag wins over the environment.
fn coloured(choice: When, out: &Stdout) -> bool {
    match choice {
        When::Always => true,
        When::Never => false,
        When::Auto => coloured_by(|name| std::env::var_os(name), out.is_terminal()),
    }
}

/// `NO_COLOR` (<https://no-color.org>), then `CLICOLOR_FORCE` and `CLICOLOR` (<https://bixense.com/clicolors>), then whether it is a
/// terminal that knows colours. An empty variable says nothing.
fn coloured_by(variable: impl Fn(&str) -> Option<OsString>, terminal: bool) -> bool {
    let said = |name: &str| variable(name).filter(|value| !value.is_empty());
    if said("NO_COLOR").is_some() {
        return false;
    }
    let forced = said("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let wanted = said("CLICOLOR").is_none_or(|value| value != "0") && said("TERM").is_some_and(|name| name != "dumb");
    forced || terminal && wanted
}

/// Links on a terminal that is known to show them; `FORCE_HYPERLINK` decides for one that is not known.
fn linked(choice: When, out: &Stdout) -> bool {
    match choice {
        When::Always => true,
        When::Never => false,
        When::Auto => out.is_terminal() && supports_hyperlinks::supports_hyperlinks(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_above_0_is_a_width() {
        for (text, expected) in [("72", Some(72)), (" 80 ", Some(80)), ("0", None), ("", None), ("wide", None), ("-3", None)] {
            assert_eq!(columns(OsStr::new(text)), expected, "{text}");
        }
    }

    #[test]
    fn who_wants_no_colour_wins_over_who_forces_it() {
        for (variables, pipe, terminal) in [
            (&[("TERM", "xterm")][..], false, true),
            (&[], false, false),
            (&[("TERM", "dumb")], false, false),
            (&[("TERM", "xterm"), ("NO_COLOR", "1")], false, false),
            (&[("TERM", "xterm"), ("NO_COLOR", "")], false, true),
            (&[("CLICOLOR_FORCE", "1")], true, true),
            (&[("TERM", "xterm"), ("CLICOLOR_FORCE", "0")], false, true),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false, false),
            (&[("TERM", "xterm"), ("CLICOLOR", "0")], false, false),
        ] {
            let get = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            assert_eq!((coloured_by(get, false), coloured_by(get, true)), (pipe, terminal), "{variables:?}");
        }
    }
}
