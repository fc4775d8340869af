//! Below the cases: which contracts cover them, what was decided, and how to record the next decision.

use super::page::Page;
use crate::report::contracts;
use crate::report::decided::{self, in_words};
use crate::report::text::visible;
use crate::report::view::ReportV1;

pub(super) fn part(report: &ReportV1, page: &mut Page) {
    for line in contracts::lines(report) {
        page.paragraph(2, &format!("{line}."));
    }
    for (name, decision) in decided::cases(report) {
        page.paragraph(2, &format!("{name}: {}.", in_words(decision)));
    }
    let (waiting, rest) = decided::elsewhere(report);
    for decision in waiting {
        page.paragraph(2, &format!("{}, no case here: {}.", visible(&decision.case), in_words(decision)));
    }
    if let Some(rest) = rest {
        page.paragraph(2, &format!("{rest}: underpin decide --list"));
    }
    let ids = decided::undecided(report);
    if let Some(first) = ids.first() {
        page.parts(&[format!("  Once you know:  underpin decide {first} declined --by NAME")]);
    }
}
