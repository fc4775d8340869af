//! Every number of a case with its three values, where it comes from and whose it is.

use super::sources::Sources;
use crate::report::terminal::page::{Column, GAP, Page};
use crate::report::text::{short_figure, visible};
use crate::report::view::{Input, Opportunity};

/// The subjects in the order of the argument, with the symbols of the published model.
const SUBJECTS: [(&str, &[&str]); 6] = [
    ("hours", &["h", "w", "omega", "a"]),
    ("downtime", &["lam", "D", "c", "q"]),
    ("security", &["f", "LM", "r", "kev", "epss"]),
    ("end of life", &["x", "ae", "g", "kh", "rc"]),
    ("upgrade", &["U", "T"]),
    ("price", &["P", "o", "Y", "v"]),
];

/// All of them, but for those that a case above has listed already.
pub(super) fn part(case: &Opportunity, shown: &[Input], sources: &mut Sources, page: &mut Page) {
    let note = "least / most likely / most, whose they are; below that where from, [n] is a source";
    page.section("THE NUMBERS", 0, 2, note);
    let new: Vec<&Input> = case.inputs.iter().filter(|input| !shown.contains(input)).collect();
    if new.len() < case.inputs.len() {
        page.paragraph(2, "as listed above, but for these:");
    }
    for (subject, symbols) in SUBJECTS {
        let of_subject = symbols.iter().filter_map(|symbol| new.iter().copied().find(|input| input.symbol == *symbol));
        group(subject, &of_subject.collect::<Vec<_>>(), sources, page);
    }
    let known = |symbol: &str| SUBJECTS.iter().any(|(_, symbols)| symbols.contains(&symbol));
    group("other", &new.iter().copied().filter(|input| !known(&input.symbol)).collect::<Vec<_>>(), sources, page);
}

fn group(subject: &str, inputs: &[&Input], sources: &mut Sources, page: &mut Page) {
    if inputs.is_empty() {
        return;
    }
    page.paragraph(2, subject);
    let (values, grade) = (Column::text(page.scaled(28)), Column::text(8));
    let name = page.beside(&[Column::text(GAP), values, grade]);
    for input in inputs {
        let cells = [String::new(), visible(&input.name), triple(input), visible(&input.grade)];
        page.row(&[Column::text(0), name, values, grade], &cells, None);
        page.paragraph(4 * GAP, &sources.cite(&input.source));
    }
}

/// `1 / 4 / 12`, or one value.
fn triple(input: &Input) -> String {
    let values = [input.lo, input.likely, input.hi].map(|figure| short_figure(figure.0));
    if input.lo == input.hi { short_figure(input.likely.0) } else { values.join(" / ") }
}
