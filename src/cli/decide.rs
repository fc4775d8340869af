//! `underpin decide`: records a decision and, later, its outcome; lists them; prints them without names.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use crate::catalog::Catalog;
use crate::model::{Currency, Date, Kind, Role};
use crate::report::view::{Amount, DecisionWord, OutcomeWord};
use crate::report::{Was, amount, visible};

use super::args::PolicyArgs;
use super::config::Loaded;
use super::decide_args::DecideArgs;
use super::decisions::{Decisions, OutcomeRecord, Record, Said, Stood};
use super::earlier::{Desk, state_in};
use super::{Exit, Fatal, anonymous, output, plan, policy};

/// The longest id that is taken; a report's have less than half.
const LONGEST: usize = 200;

/// Runs the subcommand.
pub(super) fn run(args: &DecideArgs) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(args.config.as_deref())?;
    let decisions = Decisions::read(args.decisions.as_deref(), &loaded)?;
    let day = args.on.unwrap_or_else(policy::today);
    if args.list {
        output::to_stdout(|out| list(&decisions, day, out))?;
        return Ok(Exit::Done);
    }
    let catalog = plan::catalog(&loaded.config.catalog)?;
    if args.export {
        output::to_stdout(|out| anonymous::lines(&decisions.all(day), &catalog, out))?;
        return Ok(Exit::Done);
    }
    let case = args.case.as_deref().unwrap_or_default();
    well_formed(case)?;
    let told = match &args.outcome {
        Some(word) => outcome(args, &decisions, case, parsed(word)?, day)?,
        None => decision(args, &loaded, &decisions, &catalog, day)?,
    };
    let place = decisions.path().display().to_string();
    output::to_stdout(|out| writeln!(out, "{}: {told}, recorded in {place}", visible(case)))?;
    Ok(Exit::Done)
}

fn parsed<W: FromStr<Err: Display>>(word: &str) -> Result<W, Fatal> {
    word.parse().map_err(|error: W::Err| Fatal::usage(error.to_string()))
}

/// An id as reports have them: product, role and release, or `EOL-` with product and release. Whether there is such a case is
/// another question: one decides on cases of other hosts, and of last year.
fn well_formed(case: &str) -> Result<(), Fatal> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._+~:".contains(c);
    let named = case.len() <= LONGEST && case.chars().all(plain) && case.starts_with(|c: char| c.is_ascii_alphanumeric());
    let finding = case.strip_prefix("EOL-").is_some_and(|rest| !rest.is_empty());
    if named && !case.ends_with('-') && (finding || role(case).is_some()) {
        return Ok(());
    }
    Err(Fatal::usage(format!("`{}` is no id of a case", visible(case))).hint(
        "give it as a report shows it: nginx-server-1.22 (product, role, release), or EOL-nodejs-20; see `underpin explain PRODUCT`",
    ))
}

/// Product, role and the rest of an id, split at the first role in it.
pub(super) fn role(case: &str) -> Option<(&str, Role, &str)> {
    let split = |role: &Role| {
        let (product, rest) = case.split_once(&format!("-{role}"))?;
        let ends = rest.is_empty() || rest.starts_with('-');
        (!product.is_empty() && ends).then_some((product, *role, rest.trim_start_matches('-')))
    };
    Role::ALL.iter().filter_map(split).min_by_key(|(product, ..)| product.len())
}

fn outcome(args: &DecideArgs, decisions: &Decisions, case: &str, word: OutcomeWord, day: Date) -> Result<String, Fatal> {
    let Some(stood) = decisions.standing(day).into_iter().find(|stood| stood.record.case == case) else {
        return Err(Fatal::usage(format!("no decision on {case} is recorded in {} up to {day}", decisions.path().display()))
            .hint("see those that are: underpin decide --list"));
    };
    let told = format!("{} on {} turned out {}", stood.record.decision, stood.record.on, in_words(word));
    let (by, note) = (args.by.clone(), args.note.clone());
    decisions.append_outcome(OutcomeRecord { case: case.to_owned(), outcome: word, on: day, by, note })?;
    Ok(told)
}

fn in_words(word: OutcomeWord) -> &'static str {
    match word {
        OutcomeWord::Better => "better than expected",
        OutcomeWord::AsExpected => "as expected",
        OutcomeWord::Worse => "worse than expected",
    }
}

fn decision(args: &DecideArgs, loaded: &Loaded, decisions: &Decisions, catalog: &Catalog, day: Date) -> Result<String, Fatal> {
    let case = args.case.clone().unwrap_or_default();
    let word: DecisionWord = parsed(args.decision.as_deref().unwrap_or_default())?;
    accountable(args, &case, word, catalog, day)?;
    let currency = loaded.config.policy.currency.unwrap_or(Currency::USD);
    let price = args.price.as_deref().map(|text| price(text, currency)).transpose()?;
    let policy = policy::policy(&PolicyArgs::default(), loaded, catalog)?;
    let desk = Desk { catalog, policy: &policy, decisions };
    let report = if let Some(path) = &args.report {
        said(path, &case, &desk, args, day)?
    } else {
        note(args, "no report was named (--report FILE), so neither verdict nor size is recorded");
        None
    };
    if kind(&case, catalog).is_none() {
        note(args, &format!("the catalog knows no product of `{case}`; it is recorded as it is given"));
    }
    let until = (word == DecisionWord::Accepted).then(|| args.until.unwrap_or_else(|| super::decisions::a_year_after(day)));
    decisions.append(Record {
        case,
        decision: word,
        on: day,
        by: args.by.clone(),
        price: price.map(|(price, _)| price),
        currency: price.map(|(_, currency)| currency.to_string()),
        until,
        note: args.note.clone(),
        report,
    })?;
    let until = until.map_or_else(String::new, |until| format!(" until {until}"));
    Ok(format!("{word} on {day}{until}"))
}

fn note(args: &DecideArgs, text: &str) {
    if !args.noise.quiet {
        anstream::eprintln!("note: {text}");
    }
}

/// What each decision has to have: an accepted risk an owner, a reason and an end, a price somebody to be paid.
fn accountable(args: &DecideArgs, case: &str, word: DecisionWord, catalog: &Catalog, day: Date) -> Result<(), Fatal> {
    let accepts = word == DecisionWord::Accepted;
    if accepts && (args.by.is_none() || args.note.is_none()) {
        return Err(Fatal::usage("an accepted risk needs an owner and a reason").hint("add --by WHO --note TEXT"));
    }
    if !accepts && args.until.is_some() {
        return Err(Fatal::usage(format!("--until is for an accepted risk; `{word}` has no end")));
    }
    if let Some(until) = args.until.filter(|until| *until < day) {
        return Err(Fatal::usage(format!("--until {until} is before the day of the decision, {day}")));
    }
    if accepts && let Some(whole) = whole_of(case, catalog) {
        return Err(Fatal::usage(format!("{case} is one of several places of {whole}, and a risk is accepted for a release"))
            .hint(format!("accept {whole}, which covers all of its places")));
    }
    Ok(())
}

/// The case without its number, where the number tells places of one release apart: `nginx-server-1.22` of
/// `nginx-server-1.22-2`.
fn whole_of<'c>(case: &'c str, catalog: &Catalog) -> Option<&'c str> {
    let (product, _, release) = role(case)?;
    let (rest, number) = release.rsplit_once('-')?;
    let numbered = !rest.is_empty() && number.parse::<u32>().is_ok();
    let known = catalog.cycle_of(product, release).is_some_and(|row| row.name == release);
    (numbered && !known).then(|| case.strip_suffix(number).map(|whole| whole.trim_end_matches('-')))?
}

/// `4500`, `4_500.50`, `4500 EUR`.
fn price(text: &str, currency: Currency) -> Result<(f64, Currency), Fatal> {
    let refused = || Fatal::usage(format!("--price: `{text}` is no amount")).hint("write 4500, or 4500 EUR");
    let (number, currency) = match text.trim().split_once(' ') {
        Some((number, code)) => (number, code.trim().parse().map_err(|_| refused())?),
        None => (text.trim(), currency),
    };
    let price = number.replace('_', "").parse::<f64>().ok().filter(|price| price.is_finite() && *price >= 0.0);
    Ok((price.ok_or_else(refused)?, currency))
}

/// What the report in `path` says of the case.
fn said(path: &Path, case: &str, desk: &Desk<'_>, args: &DecideArgs, day: Date) -> Result<Option<Said>, Fatal> {
    let state = state_in(path, desk, day)?;
    let Some(found) = state.cases().iter().find(|found| found.is_called(case)) else {
        note(args, &format!("{} has no case {case}; it is recorded without verdict and size", path.display()));
        return Ok(None);
    };
    Ok(Some(facts(found, state.as_of(), desk.catalog)))
}

fn facts(found: &Was, as_of: Date, catalog: &Catalog) -> Said {
    let [units, services] = found.size();
    Said {
        as_of,
        kind: catalog.product(&found.product).map(|product| product.kind),
        role: found.role.parse().ok(),
        lifecycle: found.life(),
        verdict: found.verdict,
        sub_verdict: found.sub_verdict,
        score: found.score,
        worth_at_most: found.worth().map(|(price, _)| price),
        currency: found.worth().map(|(_, currency)| currency.to_owned()),
        units,
        services,
        environment: found.environment().map(str::to_owned),
        exposure: found.exposure().map(str::to_owned),
        tier: found.tier(),
    }
}

/// The kind of the product that an id begins with.
pub(super) fn kind(case: &str, catalog: &Catalog) -> Option<Kind> {
    let (name, _) = case.strip_prefix("EOL-").map_or_else(|| role(case).map(|(name, ..)| (name, "")), |rest| Some((rest, "")))?;
    // A release may hold hyphens, and so may a product: the longest name that the catalog has.
    let ends = name.match_indices('-').map(|(end, _)| end).chain([name.len()]);
    let names: Vec<&str> = ends.filter_map(|end| name.get(..end)).collect();
    names.into_iter().rev().find_map(|name| catalog.product(name)).map(|product| product.kind)
}

/// One decision a line, and which of them wait for their outcome.
fn list(decisions: &Decisions, day: Date, out: &mut dyn Write) -> io::Result<()> {
    let all = decisions.all(day);
    if all.is_empty() {
        return writeln!(out, "No decision is recorded in {}.", decisions.path().display());
    }
    let width = all.iter().map(|stood| stood.record.case.chars().count()).max().unwrap_or(0);
    for stood in &all {
        writeln!(out, "{:<width$}  {}", visible(&stood.record.case), line(*stood, day))?;
    }
    Ok(())
}

fn line(stood: Stood<'_>, day: Date) -> String {
    let Record { decision, on, by, price, currency, until, note, .. } = stood.record;
    let mut parts = vec![format!("{on}  {decision}")];
    parts.extend(until.map(|until| format!("until {until}")));
    parts.extend(by.as_ref().map(|by| format!("by {}", visible(by))));
    parts.extend(price.map(|price| format!("{} {} a year", amount(Amount(price)), visible(currency.as_deref().unwrap_or("")))));
    parts.extend(note.as_deref().map(visible));
    parts.extend(stood.outcome.map(|said| format!("outcome of {}: {}", said.on, in_words(said.outcome))));
    if stood.asks_outcome(day) {
        parts.push("twelve months on: how did it turn out?".to_owned());
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_of_a_case_or_of_an_end_of_life() {
        for id in ["nginx-server-1.22", "nginx-server", "spring-boot-framework-2.7", "EOL-nodejs-20", "wordpress-plug-in-6.1-2"] {
            assert!(well_formed(id).is_ok(), "{id}");
        }
        for id in
            ["", "nginx", "server-1.22", "nginx server 1.22", "EOL-", "../x-server-1", "-server-1", "nginx-server-", "x\n-server"]
        {
            assert!(well_formed(id).is_err(), "{id:?}");
        }
        assert!(well_formed(&format!("nginx-server-{}", "1".repeat(LONGEST))).is_err());
    }

    #[test]
    fn a_number_that_tells_places_apart_is_no_release() {
        let catalog = Catalog::embedded();
        assert_eq!(whole_of("nginx-server-1.22-2", &catalog), Some("nginx-server-1.22"));
        for whole in ["nginx-server-1.22", "nginx-server", "debian-os-12", "EOL-nodejs-20"] {
            assert_eq!(whole_of(whole, &catalog), None, "{whole}");
        }
    }

    #[test]
    fn a_price_is_a_number_with_or_without_its_currency() {
        assert_eq!(price("4_500.50", Currency::USD).ok(), Some((4_500.5, Currency::USD)));
        assert_eq!(price("4500 EUR", Currency::USD).ok(), Some((4_500.0, Currency::EUR)));
        for bad in ["much", "-1", "4500 euro", "nan", ""] {
            assert!(price(bad, Currency::USD).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_product_of_an_id_is_known_by_its_longest_name() {
        let catalog = Catalog::embedded();
        assert_eq!(kind("spring-boot-framework-2.7", &catalog), Some(Kind::Framework));
        assert_eq!(kind("EOL-nodejs-20", &catalog), Some(Kind::LanguageRuntime));
        assert_eq!(kind("homemade-server-1", &catalog), None);
    }
}
