//! How wide the columns of a table are: as wide as their cells where the page has room, else narrower where that costs fewest
//! lines, and never so narrow that a word breaks while another column could give way.

use super::page::{Column, GAP};
use crate::report::text::{longest, width};

/// A word that is longer may break: it is a path, a checksum or somebody's joke.
const LONGEST: usize = 24;

/// Columns in which prose can be read.
const PROSE: usize = 24;

/// What a column asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Ask {
    /// The longest word of its cells.
    least: usize,
    /// The widest of its cells.
    most: usize,
    figures: bool,
    /// Whether it comes whole before prose gets more than it needs.
    name: bool,
}

impl Ask {
    /// What cells ask for, and their heading.
    pub(in crate::report) fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        let ask = Self { least: 1, most: 1, figures: false, name: false };
        cells.into_iter().fold(ask, |ask, cell| Self {
            least: ask.least.max(longest(cell).min(LONGEST)),
            most: ask.most.max(width(cell)),
            ..ask
        })
    }

    /// The same for a column of names or commands, which read badly in pieces.
    pub(in crate::report) fn names<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        Self { name: true, ..Self::of(cells) }
    }

    /// The same for a column of figures, which stand at its right end.
    pub(in crate::report) fn figures<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        Self { figures: true, ..Self::of(cells) }
    }

    /// At least so many columns.
    pub(in crate::report) fn at_least(self, columns: usize) -> Self {
        Self { least: self.least.max(columns), most: self.most.max(columns), ..self }
    }

    /// Words that are longer may break: one long name of a thousand must not take the room of all.
    pub(in crate::report) fn breaking(self, columns: usize) -> Self {
        Self { least: self.least.min(columns), ..self }
    }

    /// At most so many columns, unless a word is longer.
    pub(in crate::report) fn at_most(self, columns: usize) -> Self {
        Self { most: self.most.min(columns).max(self.least), ..self }
    }
}

/// The columns of a table on a page of `width`, a gap before each; `None` if some word would have to break.
pub(in crate::report) fn fitted(width: usize, asks: &[Ask]) -> Option<Vec<Column>> {
    let mut widths: Vec<usize> = asks.iter().map(|ask| ask.least).collect();
    let used = widths.iter().map(|width| width + GAP).sum();
    let mut free = width.checked_sub(used)?;
    // Names come whole before prose has more than a readable width, and prose has that before names come whole.
    grow(&mut widths, &mut free, asks, |ask| if ask.name { 0 } else { ask.most.min(PROSE) });
    grow(&mut widths, &mut free, asks, |ask| if ask.name { ask.most } else { 0 });
    grow(&mut widths, &mut free, asks, |ask| ask.most);
    Some(asks.iter().zip(widths).map(|(ask, width)| Column { width, figures: ask.figures }).collect())
}

/// Gives one column after the other to whose cells would need most lines, up to `most`.
fn grow(widths: &mut [usize], free: &mut usize, asks: &[Ask], most: impl Fn(&Ask) -> usize) {
    while *free > 0 {
        let wants = asks.iter().zip(widths.iter_mut()).filter(|(ask, width)| most(ask) > **width);
        let Some((_, width)) = wants.max_by_key(|(ask, width)| (ask.most.div_ceil(**width), ask.most - **width)) else { return };
        *width += 1;
        *free -= 1;
    }
}

/// The same; where even the longest words do not fit side by side, those of the widest columns break.
pub(in crate::report) fn forced(width: usize, asks: &[Ask]) -> Vec<Column> {
    let mut asks = asks.to_vec();
    loop {
        if let Some(columns) = fitted(width, &asks) {
            return columns;
        }
        match asks.iter_mut().max_by_key(|ask| ask.least).filter(|ask| ask.least > 1) {
            Some(widest) => widest.least -= 1,
            None => return asks.iter().map(|ask| Column { width: 1, figures: ask.figures }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(width: usize, cells: &[&[&str]]) -> Option<Vec<usize>> {
        let asks: Vec<Ask> = cells.iter().map(|cells| Ask::of(cells.iter().copied())).collect();
        fitted(width, &asks).map(|columns| columns.iter().map(|column| column.width).collect())
    }

    #[test]
    fn cells_that_fit_stand_whole() {
        assert_eq!(widths(60, &[&["nginx 1.22.1", "Debian 12"], &["declared"]]), Some(vec![12, 8]));
    }

    #[test]
    fn the_column_that_needs_most_lines_gets_the_room_and_no_word_breaks() {
        let (name, place, until) =
            ("Apache HTTP Server 2.4.71", "declared", "no end date published, and no release for two years");
        let fitted = widths(60, &[&[name], &[place], &[until]]).expect("it fits");
        assert_eq!(fitted.iter().map(|width| width + GAP).sum::<usize>(), 60);
        assert!(fitted[1] >= "declared".len() && fitted[2] > fitted[0], "{fitted:?}");
    }

    #[test]
    fn names_come_whole_before_prose_takes_the_rest() {
        let prose = "end of life 2026-04-30; NodeSource; nothing runs it; and so on";
        let asks = [Ask::names(["79 security updates"]), Ask::of([prose]), Ask::names(["apt-get upgrade"])];
        let widths = |width| fitted(width, &asks).map(|columns| columns.iter().map(|column| column.width).collect::<Vec<_>>());
        assert_eq!(widths(80), Some(vec![19, 40, 15]));
        assert_eq!(widths(60), Some(vec![17, 24, 13]));
    }

    #[test]
    fn a_table_that_cannot_fit_says_so_and_can_be_forced() {
        let cells: [&[&str]; 2] = [&["supercalifragilistic"], &["expialidocious"]];
        assert_eq!(widths(30, &cells), None);
        let asks = cells.map(|cells| Ask::of(cells.iter().copied()));
        for width in [6, 30, 38, 100] {
            let used: usize = forced(width, &asks).iter().map(|column| column.width + GAP).sum();
            assert!(used <= width, "{used} in {width}");
        }
    }

    #[test]
    fn paths_break_at_their_slashes_before_anything_else_gives_way() {
        let ask = Ask::of(["target/tmp/javascript-tools/node_modules/pnpm7/package.json"]);
        assert_eq!(ask.least, "javascript-tools/".len());
    }
}
