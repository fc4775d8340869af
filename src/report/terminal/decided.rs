//! Below the cases: what was decided on them, which outcome is due, and how to record the next decision.

use super::page::Page;
use crate::report::decided::{self, asked, in_words};
use crate::report::text::visible;
use crate::report::view::ReportV1;

pub(super) fn part(report: &ReportV1, page: &mut Page) {
    for (name, decision) in decided::cases(report) {
        page.paragraph(2, &format!("{name}: {}.", in_words(decision)));
        page_asks(asked(decision), page);
    }
    let (waiting, rest) = decided::elsewhere(report);
    for decision in waiting {
        page.paragraph(2, &format!("{}, no case here: {}.", visible(&decision.case), in_words(decision)));
        page_asks(asked(decision), page);
    }
    if let Some(rest) = rest {
        page.paragraph(2, &format!("{rest}: underpin decide --list"));
    }
    let ids = decided::undecided(report);
    if let Some(first) = ids.first() {
        page.parts(&[format!("  Once you know:  underpin decide {first} declined --by NAME")]);
    }
}

fn page_asks(command: Option<String>, page: &mut Page) {
    if let Some(command) = command {
        page.paragraph(4, &format!("Twelve months on, how did it turn out?  {command}"));
    }
}
