//! Reads what a Perl project asks for: `cpanfile` (<https://metacpan.org/dist/Module-CPANfile/view/lib/cpanfile.pod>) and, in its place
//! where it is there, `cpanfile.snapshot`, the lock of Carton (<https://metacpan.org/pod/Carton::Doc>).
//!
//! The snapshot names distributions. A `cpanfile` names modules, which a package URL tells from distributions by `::` and a missing
//! author; one that lies in the project's `local` is left out, since its distribution is found there. It is a Perl program and read, not
//! run: only literals count. Perl itself is no module.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::cpan_meta::distribution;
use super::project_file::is_in_project;
use super::tokens::{cut, until};
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "cpanfile";
const SNAPSHOT: &str = "cpanfile.snapshot";
/// The words that ask for a module, and for what.
const REQUESTS: [(&str, Group); 7] = [
    ("requires", Group::Main),
    ("recommends", Group::Optional),
    ("suggests", Group::Optional),
    ("test_requires", Group::Development),
    ("author_requires", Group::Development),
    ("build_requires", Group::Development),
    ("configure_requires", Group::Development),
];

/// Manifest and lock of a Perl project.
pub(super) struct Cpanfile;

impl Detector for Cpanfile {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("cpanfile"), Claim::Name(SNAPSHOT)]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.facts().name() == SNAPSHOT {
            let Some(text) = out.text(file) else { return };
            locked(text, file, out);
        } else if !file.sibling(SNAPSHOT).exists() {
            let Some(text) = out.text(file) else { return };
            asked(text, file, out);
        }
    }
}

/// The distributions of a snapshot, which are indented by two blanks; what they hold and need is indented deeper.
fn locked(text: &str, file: &Opened<'_>, out: &mut Findings) {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')).peekable();
    if lines.next_if(|(_, line)| line.trim_end() == "DISTRIBUTIONS").is_none() {
        return out.problem_at(Code::Malformed, file, 1, "no `DISTRIBUTIONS`: no snapshot of Carton");
    }
    while let Some((number, line)) = lines.next() {
        let stated = line.trim();
        if indent(line) != 2 {
            continue;
        }
        let mut author = String::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| indent(line) > 2) {
            if let Some(path) = line.trim().strip_prefix("pathname:") {
                author = path.trim().rsplit('/').nth(1).unwrap_or_default().to_uppercase();
            }
        }
        match distribution(stated) {
            Some((name, version)) => {
                let purl = Purl::new("cpan", name).with_namespace(&author).with_version(version);
                write(purl, Group::Main, Chosen::Unknown, number, file, out);
            }
            None => out.problem_at(Code::Malformed, file, number, format!("`{stated}` is no distribution with a version")),
        }
    }
}

fn write(purl: Purl, group: Group, chosen: Chosen, line: usize, file: &Opened<'_>, out: &mut Findings) {
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    (component.origin, component.group, component.chosen) = (Origin::Registry, group, chosen);
    out.component(component);
}

/// The modules that a manifest asks for.
fn asked(text: &str, file: &Opened<'_>, out: &mut Findings) {
    let tokens = tokens(text);
    // For each open brace, what stands in its block is for.
    let mut blocks: Vec<Group> = Vec::new();
    let mut next_block = Group::Main;
    for (at, (line, token)) in tokens.iter().enumerate() {
        let following = |steps: usize| tokens.get(at + steps).map(|(_, token)| token);
        // A call may have brackets around its arguments.
        let first = usize::from(following(1) == Some(&Token::Sign('('))) + 1;
        let argument = |number: usize| following(first + 2 * number).and_then(Token::value);
        match token {
            Token::Sign('{') => blocks.push(std::mem::replace(&mut next_block, Group::Main)),
            Token::Sign('}') => {
                blocks.pop();
            }
            Token::Sign(';') => next_block = Group::Main,
            Token::Word("on") if argument(0) != Some("runtime") => next_block = Group::Development,
            Token::Word("feature") => next_block = Group::Optional,
            Token::Word(word) => {
                let Some((_, group)) = REQUESTS.iter().find(|(request, _)| request == word) else { continue };
                let Some(module) = argument(0).filter(|module| is_module(module) && !is_installed(module, file)) else {
                    continue;
                };
                let is_pair = following(first + 1) == Some(&Token::Sign(','));
                let version = argument(1).filter(|_| is_pair).and_then(exact).unwrap_or_default();
                let group = blocks.iter().copied().fold(*group, Group::max);
                write(Purl::new("cpan", module).with_version(version), group, Chosen::Purpose, *line, file, out);
            }
            _ => {}
        }
    }
}

fn is_module(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    name != "perl" && name.starts_with(|c: char| c.is_alphabetic()) && name.split("::").all(word)
}

/// Whether Carton or cpanm has put the module into the project.
fn is_installed(module: &str, file: &Opened<'_>) -> bool {
    file.sibling(&format!("local/lib/perl5/{}.pm", module.replace("::", "/"))).exists()
}

/// The version of a constraint that allows a single one: `== 1.0`. A bare version is the least one.
fn exact(constraint: &str) -> Option<&str> {
    let version = constraint.trim().strip_prefix("==")?.trim();
    let plain = version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) && !version.contains([',', ' ']);
    plain.then_some(version)
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Text(&'t str),
    Sign(char),
}

impl<'t> Token<'t> {
    /// A literal, or a bare word as it may stand before `=>`.
    fn value(&self) -> Option<&'t str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            Self::Sign(_) => None,
        }
    }
}

/// Words, literals and signs with their lines; `=>` is a comma. Comments and documentation are left out.
fn tokens<'t>(text: &'t str) -> Vec<(usize, Token<'t>)> {
    let is_word = |c: char| c.is_alphanumeric() || "_:.".contains(c);
    let mut fresh = true;
    let next = |rest: &'t str, c: char| {
        if fresh && (rest.starts_with("__END__") || rest.starts_with("__DATA__")) {
            return None;
        }
        let (length, token) = match c {
            '=' if fresh && rest.starts_with("=cut") => (until(rest, rest.find('\n')), None),
            '=' if fresh && rest.get(1..).is_some_and(|after| after.starts_with(char::is_alphabetic)) => {
                (until(rest, rest.find("\n=cut").map(|at| at + 5)), None)
            }
            '#' => (until(rest, rest.find('\n')), None),
            '\'' | '"' => {
                let inside = rest.get(1..).unwrap_or_default();
                let end = inside.find(c)?;
                (end + 2, Some(Token::Text(inside.get(..end).unwrap_or_default())))
            }
            '=' if rest.starts_with("=>") => (2, Some(Token::Sign(','))),
            c if is_word(c) => {
                let length = until(rest, rest.find(|c| !is_word(c)));
                (length, Some(Token::Word(rest.get(..length).unwrap_or_default())))
            }
            c if c.is_whitespace() => (c.len_utf8(), None),
            c => (c.len_utf8(), Some(Token::Sign(c))),
        };
        fresh = rest.get(..length).unwrap_or(rest).ends_with('\n');
        Some((length, token))
    };
    cut(text, next).0
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const FILE: &[u8] = b"requires 'perl', '5.010';\r\nrequires 'Mojolicious', '== 9.26'; # requires 'Not::This';\r\nrequires \"Plack\" => '1.0';\r\nrequires('DBI');\r\n\
        requires 'Moo', '>= 2.0, < 3.0';\r\nrequires 'Bare' => 1.5;\nrecommends 'JSON::XS', '== 4.03';\nconflicts 'Old', '< 1';\n\n=head1 x\nrequires 'In::Pod';\n=cut\n\
        on 'test' => sub {\n  requires 'Test::More', '0.98';\n};\non develop => sub { recommends 'Perl::Tidy' };\non runtime => sub { requires 'Run' };\n\
        feature 'sqlite', 'SQLite' => sub {\n  requires 'DBD::SQLite';\n  on test => sub { requires 'Test::Deep' };\n};\ntest_requires 'Test::Fatal';\nrequires $name;\n__END__\nrequires 'After';\n";

    #[test]
    fn a_manifest_asks_for_modules_and_only_an_exact_version_is_one() {
        expect![[r"
            pkg:cpan/Bare declared chosen=Purpose :6
            pkg:cpan/DBD::SQLite declared Optional chosen=Purpose :19
            pkg:cpan/DBI declared chosen=Purpose :4
            pkg:cpan/JSON::XS@4.03 declared Optional chosen=Purpose :7
            pkg:cpan/Mojolicious@9.26 declared chosen=Purpose :2
            pkg:cpan/Moo declared chosen=Purpose :5
            pkg:cpan/Perl::Tidy declared Development chosen=Purpose :16
            pkg:cpan/Plack declared chosen=Purpose :3
            pkg:cpan/Run declared chosen=Purpose :17
            pkg:cpan/Test::Deep declared Development chosen=Purpose :20
            pkg:cpan/Test::Fatal declared Development chosen=Purpose :22
            pkg:cpan/Test::More declared Development chosen=Purpose :14"]]
        .assert_eq(&found(&Cpanfile, &[("cpanfile", FILE)]));
        let installed: (&str, &[u8]) = ("a/local/lib/perl5/DBD/SQLite.pm", b"");
        expect!["pkg:cpan/DBI declared chosen=Purpose :1"]
            .assert_eq(&found(&Cpanfile, &[("a/cpanfile", b"requires 'DBI'; requires 'DBD::SQLite';"), installed]));
    }

    const SNAPSHOT_TEXT: &[u8] = b"# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Try-Tiny-0.31\n    pathname: E/ET/ETHER/Try-Tiny-0.31.tar.gz\n    provides:\n      Try::Tiny 0.31\n    requirements:\n      Carp 0\n      perl 5.006\n\
        \x20 version-v0.9929-TRIAL\n    pathname: L/LE/LEONT/version-v0.9929-TRIAL.tar.gz\n  nothing\n    pathname: A/AB/ABC/nothing.tar.gz\n";

    #[test]
    fn a_snapshot_speaks_for_the_manifest() {
        assert_eq!(found(&Cpanfile, &[("cpanfile", FILE), ("cpanfile.snapshot", b"")]), "");
        expect![[r"
            pkg:cpan/ETHER/Try-Tiny@0.31 declared :3
            pkg:cpan/LEONT/version@v0.9929-TRIAL declared :10
            ! cpanfile.snapshot:12:1: UP002: `nothing` is no distribution with a version"]]
        .assert_eq(&found(&Cpanfile, &[("cpanfile.snapshot", SNAPSHOT_TEXT)]));
    }

    #[test]
    fn what_is_no_snapshot_is_a_problem_and_a_manifest_that_breaks_off_is_read_so_far() {
        expect!["! cpanfile.snapshot:1:1: UP002: no `DISTRIBUTIONS`: no snapshot of Carton"]
            .assert_eq(&found(&Cpanfile, &[("cpanfile.snapshot", b"")]));
        expect!["pkg:cpan/A declared chosen=Purpose :1"].assert_eq(&found(&Cpanfile, &[("cpanfile", b"requires 'A', '== 1")]));
        expect![""].assert_eq(&found(&Cpanfile, &[("cpanfile", b"")]));
    }
}
