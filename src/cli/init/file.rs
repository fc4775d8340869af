//! The configuration as it is written: every figure with what it means, its default, source and date. What is not said is a comment.

use std::fmt::Write as _;

use crate::model::Date;
use crate::report::{visible, wrapped};
use crate::score::{AcceptedRisk, Policy, Source, Topic};

use super::interview::{Found, Said, standing};
use super::topics::{self, Default};

/// Columns of a comment.
const COLUMNS: usize = 98;

/// From where and when the answers are.
pub(super) struct Origin<'o> {
    /// The day of the answers.
    pub(super) as_of: Date,
    /// The targets as a shell takes them.
    pub(super) arguments: String,
    /// What was said before any question.
    pub(super) given: &'o Policy,
    /// The country whose labour cost was taken, where one was.
    pub(super) country: Option<&'o str>,
}

/// The order of the file: money first, then where it runs, then how large it is.
const ORDER: [Topic; 7] =
    [Topic::HourlyCost, Topic::Downtime, Topic::Env, Topic::Exposure, Topic::Regimes, Topic::UpgradeHours, Topic::Services];

/// The text of the file.
pub(super) fn text(found: &Found<'_>, said: &Said, origin: &Origin<'_>) -> String {
    let Said { policy, cases } = said;
    // What was answered is no default.
    let unsaid = policy.upgrade_hours.map(|_| found.cases(&Policy { upgrade_hours: None, ..policy.clone() }));
    let unsaid = unsaid.as_ref().unwrap_or(cases);
    let mut text = String::new();
    comment(&mut text, &format!("What no scan of {} can see; written on {}.", visible(&origin.arguments), origin.as_of));
    comment(&mut text, "What stands behind # is not said: its default holds. The command line beats this file.");
    comment(&mut text, &format!("With these answers {}.", standing(cases)));
    text.push_str("\n[policy]\n");
    currency(&mut text, policy);
    for topic in ORDER {
        figure(&mut text, topics::default(topic, found, policy, unsaid), topic, policy, origin);
    }
    quantities(&mut text, policy);
    accepted(&mut text, &origin.given.accepted);
    text
}

fn comment(text: &mut String, words: &str) {
    for line in wrapped(words, COLUMNS) {
        push(text, &format!("# {line}"));
    }
}

fn push(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}", line.trim_end());
}

fn currency(text: &mut String, policy: &Policy) {
    comment(text, "Currency of every amount here and in the report.");
    comment(text, "Default: USD, never taken from the locale.");
    let mark = if policy.currency.code() == "USD" { "# " } else { "" };
    push(text, &format!("{mark}currency = \"{}\"", policy.currency));
}

fn figure(text: &mut String, default: Default, topic: Topic, policy: &Policy, origin: &Origin<'_>) {
    let Default { value, source, date, line } = default;
    text.push('\n');
    comment(text, &topics::question(topic, policy));
    comment(text, &format!("Answer: {}.", topics::form(topic)));
    comment(text, &visible(&format!("Default: {value}. Source: {source}; {date}.")));
    match country(topic, policy, origin).or_else(|| topics::said(topic, policy)) {
        Some(line) => {
            let before = topics::said(topic, origin.given).is_some();
            let whose = if before { "given to `underpin init`" } else { "your answer" };
            comment(text, &format!("Said: {whose}, {}.", origin.as_of));
            push(text, &line);
        }
        None => push(text, &format!("# {line}")),
    }
}

/// A country's preset is a range with a source; its likely value alone would be another figure.
fn country(topic: Topic, policy: &Policy, origin: &Origin<'_>) -> Option<String> {
    let preset = topic == Topic::HourlyCost && policy.wage.as_ref().is_some_and(|wage| wage.source == Source::Catalog);
    origin.country.filter(|_| preset).map(|code| format!("country = {}", toml::Value::from(code)))
}

fn quantities(text: &mut String, policy: &Policy) {
    let quantities = &policy.quantities;
    text.push('\n');
    comment(text, "Quantities that some prices are counted by and no scan sees. Default: unknown, and so is the price then.");
    for (key, value) in [
        ("users", quantities.users),
        ("employees", quantities.employees),
        ("gb", quantities.gb),
        ("spend", quantities.spend),
        ("tickets", quantities.tickets),
    ] {
        push(text, &value.map_or_else(|| format!("# {key} = 100"), |value| format!("{key} = {value}")));
    }
}

/// Risks that the configuration had before.
fn accepted(text: &mut String, risks: &[AcceptedRisk]) {
    text.push_str(ACCEPTED);
    let line = |text: &mut String, key: &str, value: &str| push(text, &format!("{key} = {}", toml::Value::from(value)));
    for risk in risks {
        push(text, "\n[[accepted]]");
        line(text, "id", &risk.id);
        line(text, "owner", &risk.owner);
        line(text, "reason", &risk.reason);
        line(text, "expiry", &risk.expiry.to_string());
        if let Some(by) = &risk.approved_by {
            line(text, "approved-by", by);
        }
        if let Some(on) = risk.approved_on {
            line(text, "approved-on", &on.to_string());
        }
    }
}

const ACCEPTED: &str = "
# Somebody accepts that ended software stays as it is, until a day. Default: nobody.
# [[accepted]]
# id = \"EOL-nodejs-20\"
# owner = \"who answers for it\"
# reason = \"why waiting is right\"
# expiry = \"2027-06-30\"
";
