//! The conversation: one question at a time, the one that changes most first, and what its answer left open.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

use crate::catalog::Catalog;
use crate::model::{Date, Deployment};
use crate::report::wrapped;
use crate::score::{Glance, Inquiry, Policy, Survey, Topic, glances, survey};

use super::topics;
use crate::cli::screen::WIDTH;

/// More would not be answered with care.
pub(super) const MOST: usize = 5;

/// Above so many cases the order of the questions is found once, since finding it tries every answer on every case.
const MOST_CASES: usize = 60;

/// What the targets hold, on the day of the report.
pub(super) struct Found<'f> {
    pub(super) deployments: &'f [Deployment],
    pub(super) catalog: &'f Catalog,
    pub(super) as_of: Date,
}

impl Found<'_> {
    /// The cases under a policy, in no order.
    pub(super) fn cases(&self, policy: &Policy) -> Vec<Glance> {
        glances(self.deployments, self.catalog, &[policy], self.as_of).pop().unwrap_or_default()
    }

    /// The cases under a policy, and the questions worth asking about them.
    pub(super) fn survey(&self, policy: &Policy) -> Survey {
        survey(self.deployments, self.catalog, policy, self.as_of)
    }
}

/// `2 of 5 cases are open`.
pub(super) fn standing(cases: &[Glance]) -> String {
    let open = cases.iter().filter(|case| case.is_open()).count();
    match (open, cases.len()) {
        (_, 0) => "nothing was found that makes a case".to_owned(),
        (0, all) => format!("none of {} is open", number(all)),
        (1, all) => format!("1 of {} is open", number(all)),
        (open, all) => format!("{open} of {} are open", number(all)),
    }
}

fn number(cases: usize) -> String {
    if cases == 1 { "1 case".to_owned() } else { format!("{cases} cases") }
}

/// What was said, and the cases as they stand then.
pub(super) struct Said {
    pub(super) policy: Policy,
    pub(super) cases: Vec<Glance>,
}

/// Asks until five questions are answered, nothing more can change a verdict, or the input ends. An empty answer says nothing.
pub(super) fn interview(found: &Found<'_>, mut policy: Policy, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<Said> {
    let Survey { mut cases, inquiries: mut ranked } = found.survey(&policy);
    writeln!(out, "{}.", standing(&cases))?;
    if ranked.is_empty() {
        writeln!(out, "No answer of yours would change a verdict here, so nothing is asked.")?;
        return Ok(Said { policy, cases });
    }
    writeln!(out, "At most {MOST} questions, those first that change most verdicts. Enter keeps the default.")?;
    let mut asked: BTreeSet<Topic> = BTreeSet::new();
    while asked.len() < MOST {
        let Some(inquiry) = ranked.iter().find(|inquiry| !asked.contains(&inquiry.topic)).cloned() else { break };
        asked.insert(inquiry.topic);
        put(found, &policy, &cases, &inquiry, asked.len(), out)?;
        let Some(answered) = listen(inquiry.topic, &policy, input, out)? else { break };
        if answered != policy {
            policy = answered;
            // An answer can make another question idle: what is down in no production costs nothing.
            if cases.len() <= MOST_CASES {
                Survey { cases, inquiries: ranked } = found.survey(&policy);
            } else {
                cases = found.cases(&policy);
            }
        }
        writeln!(out, "   {}", standing(&cases))?;
    }
    Ok(Said { policy, cases })
}

/// The question, its default with the source, and what it changes.
fn put(
    found: &Found<'_>,
    policy: &Policy,
    cases: &[Glance],
    inquiry: &Inquiry,
    at: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let default = topics::default(inquiry.topic, found, policy, cases);
    let (least, most) = inquiry.open_after;
    let left = if least == most { least.to_string() } else { format!("{least} to {most}") };
    writeln!(out)?;
    writeln!(out, "{at}. {}", topics::question(inquiry.topic, policy))?;
    for line in [
        format!("turns {} of {}; after an answer {left} stay open", inquiry.turns, number(cases.len())),
        format!("default: {} ({}; {})", default.value, default.source, default.date),
        format!("answer: {}", topics::form(inquiry.topic)),
    ] {
        for (index, part) in wrapped(&line, WIDTH - 5).iter().enumerate() {
            writeln!(out, "   {}{part}", if index == 0 { "" } else { "  " })?;
        }
    }
    Ok(())
}

/// The policy with the answer; asked again as long as it is none. `None` when the input has ended.
fn listen(topic: Topic, policy: &Policy, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<Option<Policy>> {
    loop {
        write!(out, "> ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(None);
        }
        let answer = line.trim();
        if answer.is_empty() {
            return Ok(Some(policy.clone()));
        }
        match topics::answered(topic, answer, policy) {
            Ok(policy) => return Ok(Some(policy)),
            Err(reason) if reason.contains("known: ") => writeln!(out, "   {reason}")?,
            Err(reason) => writeln!(out, "   {reason}; answer with {}", topics::form(topic))?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::of_bill;
    use crate::matching;
    use crate::score::Downtime;

    const DAY: Date = Date::constant(2026, 11, 24);

    /// A service that ended, known from a bill of materials.
    fn ended(catalog: &Catalog) -> Vec<Deployment> {
        let bill = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "application", "name": "shop"}},
            "components": [{"type": "library", "name": "angular", "version": "1.8.3", "purl": "pkg:npm/angular@1.8.3"}]}"#;
        let Ok(read) = crate::detect::sbom::read(bill, "shop.cdx.json") else { panic!("a bill of materials") };
        matching::deployments(&of_bill(read, "shop.cdx.json", "shop.cdx.json", 0), catalog, DAY)
    }

    fn talk(answers: &str) -> (Policy, String) {
        let catalog = Catalog::embedded();
        let deployments = ended(&catalog);
        let found = Found { deployments: &deployments, catalog: &catalog, as_of: DAY };
        let mut out = Vec::new();
        let said = interview(&found, Policy::default(), &mut answers.as_bytes(), &mut out).expect("a text takes everything");
        (said.policy, String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn an_empty_answer_keeps_the_default_and_the_end_of_the_input_ends_the_questions() {
        for answers in ["", "\n\n\n\n\n\n\n\n"] {
            let (policy, told) = talk(answers);
            assert_eq!(policy, Policy::default(), "{told}");
            assert!(told.contains("1. ") && !told.contains("6. "), "{told}");
        }
    }

    #[test]
    fn a_wrong_answer_is_asked_again_with_the_reason() {
        let (policy, told) = talk("the moon\ninternet\n");
        assert!(told.contains("unknown exposure `the moon`"), "{told}");
        assert_eq!(policy.exposure, Some(crate::score::Exposure::Internet), "{told}");
        assert_eq!(policy.downtime, Downtime::NotSaid);
        assert!(told.lines().filter(|line| line.starts_with("1. ")).count() == 1, "{told}");
    }

    #[test]
    fn every_question_has_its_default_with_the_source_and_what_stays_open() {
        let (_, told) = talk("\n\n\n\n\n");
        let questions = told.lines().filter(|line| line.get(1..3) == Some(". ")).count();
        assert!(questions > 0, "{told}");
        for words in ["   default: ", "   turns ", "   answer: "] {
            assert_eq!(told.matches(words).count(), questions, "{words}: {told}");
        }
        assert!(told.lines().all(|line| line.chars().count() <= WIDTH), "{told}");
    }
}
