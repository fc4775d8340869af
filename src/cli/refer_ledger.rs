//! `underpin refer record` and `underpin refer ledger`: what came of a message, and the ledger for the employer to read (rule
//! P25). A breach of what was agreed is recorded like anything else, and named.

use std::io::{self, Write};

use rust_decimal::Decimal;
use serde::Serialize;

use crate::inventory::json;
use crate::model::Currency;
use crate::report::visible;

use super::args::TextFormat;
use super::config::Loaded;
use super::ledger::{self, Agreed, Line, Outcome, Referred};
use super::refer::amount;
use super::refer_args::{LedgerArgs, RecipientWord, RecordArgs};
use super::{Exit, Fatal, output, policy};

/// The name of the exported document's shape.
const SCHEMA: &str = "underpin.referrals/1";

/// Appends what came of a message.
pub(super) fn record(args: &RecordArgs) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(args.config.as_deref())?;
    let path = ledger::place(args.ledger.as_deref(), &loaded);
    let lines = ledger::read(&path)?;
    let messages = ledger::referred(&lines);
    let Some(of) = messages.iter().find(|referred| referred.number == args.number) else {
        let refused = Fatal::usage(format!("the ledger {} holds no message {}", path.display(), args.number));
        return Err(refused.hint("see those that it holds: underpin refer ledger"));
    };
    let outcome = Outcome {
        date: args.on.unwrap_or_else(policy::today),
        of: args.number,
        result: args.outcome.word().to_owned(),
        recipient: args.recipient.word().to_owned(),
        reward: reward(args)?,
        note: args.note.clone(),
    };
    if outcome.date < of.message.date {
        return Err(Fatal::usage(format!(
            "message {} is of {}: nothing came of it on {}",
            of.number, of.message.date, outcome.date
        )));
    }
    let breach = breach(&Referred { outcome: Some(&outcome), ..*of });
    let told = format!("message {} to {}: {}", of.number, visible(&of.message.vendor_name), came_of(&outcome));
    ledger::append(&path, &Line::Outcome(outcome))?;
    if let Some(breach) = breach {
        anstream::eprintln!("note: {breach}; it stands in the ledger and in every report");
    }
    output::to_stdout(|out| writeln!(out, "{told}, recorded in {}", path.display()))?;
    Ok(Exit::Done)
}

/// What was received; nothing is received by nobody, and nothing else is.
fn reward(args: &RecordArgs) -> Result<String, Fatal> {
    match (args.recipient, args.reward.as_deref().map(str::trim)) {
        (RecipientWord::None, None) => Ok("nothing".to_owned()),
        (RecipientWord::None, Some(_)) => {
            Err(Fatal::usage("a reward needs somebody who received it").hint("add --recipient WHO, or leave --reward out"))
        }
        (RecipientWord::NonMonetary, Some(thing)) if !thing.is_empty() => Ok(thing.to_owned()),
        (_, Some(text)) => {
            let (figure, currency) = amount(text).map_err(Fatal::usage)?;
            Ok(format!("{} {currency}", figure.normalize()))
        }
        (_, None) => Err(Fatal::usage("what was received is not said").hint("add --reward \"200 EUR\"")),
    }
}

/// Shows the ledger, as text or as a document.
pub(super) fn export(args: &LedgerArgs) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(args.config.as_deref())?;
    let path = ledger::place(args.ledger.as_deref(), &loaded);
    let lines = ledger::read(&path)?;
    let messages = ledger::referred(&lines);
    output::to_stdout(|out| match args.format {
        TextFormat::Text if messages.is_empty() => writeln!(out, "No referral is recorded in {}.", path.display()),
        TextFormat::Text => messages.iter().try_for_each(|referred| text(referred, out)),
        TextFormat::Json => {
            let rows = messages.iter().map(Row::of).collect();
            out.write_all(json(&Document { schema: SCHEMA, lines: &lines, referrals: rows })?.as_bytes())?;
            writeln!(out)
        }
    })?;
    Ok(Exit::Done)
}

fn text(referred: &Referred<'_>, out: &mut dyn Write) -> io::Result<()> {
    let message = referred.message;
    let programme = message.programme.as_deref().map_or_else(|| "no programme".to_owned(), visible);
    writeln!(
        out,
        "{}. {}  to {} about {}, {programme}",
        referred.number,
        message.date,
        visible(&message.to),
        visible(&message.vendor_name)
    )?;
    writeln!(out, "   shown: recipient {}; {}", visible(&message.recipient), visible(&message.reward))?;
    match &message.consent {
        Some(agreed) => writeln!(
            out,
            "   consent: {}, {}, on {}, at most {}, reference {}",
            visible(&agreed.name),
            visible(&agreed.role),
            agreed.date,
            visible(&agreed.max_amount),
            visible(&agreed.reference)
        )?,
        None => writeln!(out, "   consent: none, and none is needed to ask one's own employer")?,
    }
    match referred.outcome {
        Some(outcome) => writeln!(out, "   outcome: {}", came_of(outcome))?,
        None => writeln!(out, "   outcome: not recorded yet")?,
    }
    match breach(referred) {
        Some(breach) => writeln!(out, "   BREACH: {breach}"),
        None => Ok(()),
    }
}

/// `bought on 2026-12-01; nobody received anything`.
pub(super) fn came_of(outcome: &Outcome) -> String {
    let gain = if outcome.recipient == RecipientWord::None.word() {
        "nobody received anything".to_owned()
    } else {
        format!("{} received {}", visible(&outcome.recipient), visible(&outcome.reward))
    };
    let note = outcome.note.as_deref().map_or_else(String::new, |note| format!("; {}", visible(note)));
    format!("{} on {}; {gain}{note}", visible(&outcome.result), outcome.date)
}

/// Where what was received is not what was disclosed and agreed to: nobody else than named, no more than the most.
pub(super) fn breach(referred: &Referred<'_>) -> Option<String> {
    let outcome = referred.outcome.filter(|outcome| outcome.recipient != RecipientWord::None.word())?;
    let message = referred.message;
    if message.recipient != outcome.recipient {
        let (shown, received) = (visible(&message.recipient), visible(&outcome.recipient));
        return Some(format!("{received} received something, and the message named {shown} (P11)"));
    }
    let most = |agreed: &Agreed| amount(&agreed.max_amount).ok();
    let agreed: Option<(Decimal, Currency)> = message.consent.as_ref().and_then(most);
    let Some((most, of)) = agreed else { return Some("something was received, and nobody agreed to it (P08)".to_owned()) };
    let (figure, currency) = amount(&outcome.reward).ok()?;
    let within = of == currency && figure <= most;
    let received = visible(&outcome.reward);
    (!within).then(|| format!("{received} was received, and at most {} {of} was agreed to (P08)", most.normalize()))
}

#[derive(Serialize)]
struct Document<'l> {
    schema: &'static str,
    /// Each message with what came of it.
    referrals: Vec<Row<'l>>,
    /// The ledger as it is, line by line.
    lines: &'l [Line],
}

#[derive(Serialize)]
struct Row<'l> {
    number: usize,
    date: crate::model::Date,
    vendor: &'l str,
    programme: Option<&'l str>,
    to: &'l str,
    recipient_shown: &'l str,
    reward_shown: &'l str,
    consent: Option<&'l Agreed>,
    outcome: Option<&'l str>,
    recipient: Option<&'l str>,
    reward: Option<&'l str>,
    breach: Option<String>,
}

impl<'l> Row<'l> {
    fn of(referred: &Referred<'l>) -> Self {
        let (message, outcome) = (referred.message, referred.outcome);
        Self {
            number: referred.number,
            date: message.date,
            vendor: &message.vendor,
            programme: message.programme.as_deref(),
            to: &message.to,
            recipient_shown: &message.recipient,
            reward_shown: &message.reward,
            consent: message.consent.as_ref(),
            outcome: outcome.map(|outcome| outcome.result.as_str()),
            recipient: outcome.map(|outcome| outcome.recipient.as_str()),
            reward: outcome.map(|outcome| outcome.reward.as_str()),
            breach: breach(referred),
        }
    }
}
