//! What a reader in a hurry takes away: the answer in a sentence, what is asked of them, and the next step of a case.

use super::bundles;
use super::entries::open_cases;
use super::text::{about, amount, places, visible};
use super::view::{
    Amount, CatalogChange, LifeState, Opportunity, ReportV1, SubVerdict, Target, TargetWord, TurnsOn, UseWord, VerdictWord,
};
use super::words;

/// Numbers as words, as far as a sentence bears them.
fn number(number: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The report in two sentences.
pub(super) fn answer(report: &ReportV1) -> String {
    let number_of = |verdict| report.opportunities.iter().filter(|case| case.verdict == verdict).count();
    let mut sentences: Vec<String> = Vec::new();
    match number_of(VerdictWord::MustAct) {
        0 => {}
        1 => sentences.push("One case has to be acted on.".to_owned()),
        many => sentences.push(format!("{} cases have to be acted on.", capital(&number(many)))),
    }
    match number_of(VerdictWord::PaysOff) {
        0 => {}
        1 => sentences.push("Paid support pays off in one case.".to_owned()),
        many => sentences.push(format!("Paid support pays off in {} cases.", number(many))),
    }
    if report.bundles.iter().any(|bundle| bundle.counted) {
        sentences.push("One contract for several products pays off.".to_owned());
    }
    if sentences.is_empty() {
        sentences.push("Nothing here needs a purchase today.".to_owned());
    }
    let mut waiting = Vec::new();
    match report.actions.len() {
        0 => waiting.push("no free work waits".to_owned()),
        1 => waiting.push("one piece of free work waits".to_owned()),
        many => waiting.push(format!("{} pieces of free work wait", number(many))),
    }
    waiting.extend(undecided(report));
    sentences.push(format!("{}.", capital(&waiting.join("; "))));
    sentences.join(" ")
}

fn undecided(report: &ReportV1) -> Option<String> {
    let open = [VerdictWord::Depends, VerdictWord::NotEnoughData, VerdictWord::Borderline];
    let cases: Vec<&Opportunity> = report.opportunities.iter().filter(|case| open.contains(&case.verdict)).collect();
    let by_downtime = cases.iter().all(|case| case.verdict == VerdictWord::Depends && case.turns_on == [TurnsOn::Tier]);
    let on = if by_downtime { "what one hour down costs you" } else { "figures that you know" };
    match cases.len() {
        0 => None,
        1 => Some(format!("one case depends on {on}")),
        many => Some(format!("{} cases depend on {on}", number(many))),
    }
}

/// What the boss is asked to decide, and how sure it is.
pub(super) fn ask(report: &ReportV1) -> String {
    let currency = visible(&report.totals.currency);
    let apart = report
        .opportunities
        .iter()
        .filter(|case| case.verdict != VerdictWord::PaysOff || !bundles::is_counted_elsewhere(report, case));
    let together = report.bundles.iter().filter(|bundle| bundle.counted);
    let together = together.filter_map(|bundle| bundles::asked(report, bundle, &currency));
    let asked: Vec<String> = apart.filter_map(|case| asked_for(case, &currency)).chain(together).collect();
    if asked.is_empty() {
        let hints: Vec<String> = threshold_hint(report, &currency).into_iter().chain(exposure_hint(report)).collect();
        return format!("Decision asked: none. {}", hints.join(" ")).trim_end().to_owned();
    }
    let paying: Vec<&Opportunity> = report.opportunities.iter().filter(|case| case.verdict == VerdictWord::PaysOff).collect();
    let sure = match paying.as_slice() {
        [one] => {
            one.score.map(|score| format!(" In {} it returns more than it costs, against doing nothing.", words::runs(score.0)))
        }
        _ => None,
    };
    format!("Decision asked: {}.{}", asked.join("; "), sure.unwrap_or_default())
}

fn asked_for(case: &Opportunity, currency: &str) -> Option<String> {
    let product = visible(&case.product_name);
    match case.verdict {
        VerdictWord::PaysOff => {
            let price = case.offers.first().and_then(|offer| offer.price.as_ref()?.per_year);
            let most = price.filter(|_| !case.indicative).or(case.break_even.price_75)?;
            Some(format!("up to {} {currency} a year for {product} support", amount(most)))
        }
        VerdictWord::MustAct => Some(format!("{product}: {}", next_step(case))),
        _ => None,
    }
}

/// More names than this make no sentence.
const MOST_NAMES: usize = 5;

fn exposure_hint(report: &ReportV1) -> Option<String> {
    let exposed = report.opportunities.iter().filter(|case| case.must_act_if_exposed);
    let mut names: Vec<String> = exposed.map(|case| visible(&case.product_name)).collect();
    names.dedup();
    if names.len() > MOST_NAMES {
        let rest = names.split_off(MOST_NAMES - 1).len();
        names.push(format!("one of {rest} others"));
    }
    let last = names.pop()?;
    let names = if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) };
    Some(format!("If {names} can be reached from the internet, say so: then waiting is ruled out."))
}

fn threshold_hint(report: &ReportV1, currency: &str) -> Option<String> {
    let hint = |case: &Opportunity| {
        let cost = case.break_even.downtime_no.filter(|_| case.verdict == VerdictWord::Depends)?;
        Some((visible(&case.product_name), cost))
    };
    // The case that turns first speaks for all.
    let (product, cost) = report.opportunities.iter().filter_map(hint).min_by(|one, other| one.1.0.total_cmp(&other.1.0))?;
    Some(format!("If one hour of {product} down costs more than {} {currency}, say so: then a price decides.", about(cost)))
}

/// What to do next about a case, in a few words.
pub(super) fn next_step(case: &Opportunity) -> String {
    let quote = || {
        let price = case.break_even.price_75.filter(|price| price.0 > 0.0);
        price.map_or_else(|| "ask for a quote".to_owned(), |price| format!("ask for a quote below {}", amount(price)))
    };
    match (case.verdict, case.sub_verdict) {
        (VerdictWord::Depends, _) => match case.turns_on.first() {
            Some(TurnsOn::Exposure) => "say who can reach it".to_owned(),
            Some(TurnsOn::Services) => "say how many services it is".to_owned(),
            _ => "say what one hour down costs".to_owned(),
        },
        (VerdictWord::NotEnoughData, Some(SubVerdict::Hours)) => "log your hours".to_owned(),
        (VerdictWord::NotEnoughData, Some(SubVerdict::Price)) if case.break_even.price_75.is_some_and(|price| price.0 <= 0.0) => {
            "none: at no price do 75 of 100 runs pay".to_owned()
        }
        (VerdictWord::NotEnoughData, Some(SubVerdict::Price))
        | (VerdictWord::PaysOff, _)
        | (VerdictWord::MustAct, Some(SubVerdict::Buy)) => quote(),
        (VerdictWord::NotEnoughData | VerdictWord::Borderline, _) => {
            let first = case.information.first().map(|question| format!("find out: {}", visible(&question.name)));
            first.unwrap_or_else(|| "put in figures of your own".to_owned())
        }
        (VerdictWord::MustAct | VerdictWord::DoesNotPayOff, Some(SubVerdict::Upgrade)) => way_on(case),
        (VerdictWord::MustAct, Some(SubVerdict::BuyIsolateOrReplace)) => format!("isolate it, or {}", quote()),
        (VerdictWord::MustAct, _) => format!("{}, or {}", way_on(case), quote()),
        (VerdictWord::DoesNotPayOff, _) if case.lifecycle.state.ended() => {
            format!("{}, isolate, or record who accepts the risk", way_on(case))
        }
        (VerdictWord::DoesNotPayOff, _) => "none".to_owned(),
    }
}

/// The way on without paying, where a case has one.
pub(super) fn way_on(case: &Opportunity) -> String {
    case.next_supported.as_ref().map_or_else(
        || "upgrade".to_owned(),
        |next| {
            let product = if next.product == case.product { String::new() } else { format!("{} ", next.product_name) };
            visible(&format!("move to {product}{}", next.cycle))
        },
    )
}

/// `nginx 1.22.1`.
pub(super) fn case_name(case: &Opportunity) -> String {
    let version = case.version.as_deref().or(case.cycle.as_deref()).filter(|version| !case.product_name.ends_with(version));
    visible(&[Some(case.product_name.as_str()), version].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Where a case runs, for what if not production, and who answers for it.
pub(super) fn case_place(report: &ReportV1, case: &Opportunity) -> String {
    let scope = &case.scope;
    let environment = scope.environment.as_deref().filter(|word| *word != "prod");
    let owners = (!scope.owners.is_empty()).then(|| format!("owner: {}", scope.owners.join(", ")));
    let parts = [environment.map(visible), owners.as_deref().map(visible)];
    [Some(place(report, case))].into_iter().chain(parts).flatten().collect::<Vec<_>>().join("; ")
}

/// Hosts where there are several targets, else how it is used and where it listens.
fn place(report: &ReportV1, case: &Opportunity) -> String {
    if let Some(told) = told_places(report, &case.hosts, 2) {
        return told;
    }
    let usage = match (case.role.as_str(), case.usage) {
        ("os", UseWord::Running) => "this host",
        (_, usage) => usage.word(),
    };
    case.listening.first().map_or_else(|| usage.to_owned(), |socket| format!("{usage}, {}", visible(socket)))
}

/// Until when somebody fixes it for free.
pub(super) fn fixes_until(case: &Opportunity) -> String {
    let life = &case.lifecycle;
    let label = life.label.as_deref().map(visible).unwrap_or_default();
    match (life.eol, life.state) {
        (Some(eol), LifeState::Eol | LifeState::EolCovered) => format!("ended {eol}"),
        (None, LifeState::Eol | LifeState::EolCovered) => "ended".to_owned(),
        (Some(eol), _) => format!("{eol} {label}").trim_end().to_owned(),
        (None, _) if label.is_empty() => "unknown".to_owned(),
        (None, _) => label,
    }
}

/// The most that a year of support is worth: 75 of 100 runs pay below it. An undecided case is worth nothing only as assumed.
pub(super) fn worth(case: &Opportunity) -> String {
    if case.verdict == VerdictWord::Depends && case.break_even.price_75.is_some_and(|price| price.0 <= 0.0) {
        return "depends".to_owned();
    }
    case.break_even.price_75.map_or_else(|| "unknown".to_owned(), |price| amount(Amount(price.0.max(0.0))))
}

/// The targets that somebody named, without the system roots that were found inside them.
pub(super) fn named_targets(report: &ReportV1) -> Vec<&Target> {
    report.targets.iter().filter(|target| target.kind != TargetWord::Chroot).collect()
}

/// The system roots that were found inside the targets.
pub(super) fn inner_systems(report: &ReportV1) -> Vec<&Target> {
    report.targets.iter().filter(|target| target.kind == TargetWord::Chroot).collect()
}

/// `hosts` in words where a reader has to be told: there are several targets, or it is a system root inside the one.
pub(super) fn told_places(report: &ReportV1, hosts: &[String], most: usize) -> Option<String> {
    let is_only = match named_targets(report).as_slice() {
        [] => report.targets.len() < 2,
        [one] => hosts == [one.name.clone()],
        _ => false,
    };
    (!is_only).then(|| places(hosts, noun(report), most))
}

/// What the targets are called, one of them.
pub(super) fn noun(report: &ReportV1) -> &'static str {
    let all = |kind: fn(TargetWord) -> bool| report.targets.iter().all(|target| kind(target.kind));
    if all(|kind| matches!(kind, TargetWord::Host | TargetWord::Container)) {
        "host"
    } else if all(|kind| kind == TargetWord::Repository) {
        "repository"
    } else {
        "target"
    }
}

/// The targets in the title of a document: `dev1`, `3 hosts: db1, web1, …`.
pub(super) fn title(report: &ReportV1) -> String {
    let given = named_targets(report);
    let shown: Vec<&Target> = if given.is_empty() { report.targets.iter().collect() } else { given };
    let names: Vec<String> = shown.iter().map(|target| target.name.clone()).collect();
    if names.is_empty() { "nothing".to_owned() } else { places(&names, noun(report), 3) }
}

/// What the figures rest on.
pub(super) fn rests_on(report: &ReportV1) -> String {
    let totals = &report.totals;
    let yours = match (totals.inputs, totals.inputs_yours) {
        (0, _) => return "No case was computed.".to_owned(),
        (inputs, 0) => format!("None of the {inputs} inputs is yours yet; all are defaults or were observed."),
        (inputs, 1) => format!("1 of the {inputs} inputs is yours; the others are defaults or were observed."),
        (inputs, yours) => format!("{yours} of the {inputs} inputs are yours; the others are defaults or were observed."),
    };
    let mut grades: Vec<&str> = open_cases(report).into_iter().map(|case| words::grade(case.evidence_grade)).collect();
    grades.sort_unstable();
    grades.dedup();
    let grades = if grades.is_empty() { String::new() } else { format!(" Evidence: {}.", grades.join(", ")) };
    format!("{yours}{grades} The probability is a model's, not a measured one.")
}

/// What folders changed in the catalog, one sentence a file: whoever reads the report must know.
pub(super) fn catalog_changes(report: &ReportV1) -> Vec<String> {
    let told = |change: &CatalogChange| {
        visible(&format!("the catalog was changed: {} takes the place of {} ({})", change.by, change.file, change.reason))
    };
    report.catalog.changes.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_step_never_sends_a_reader_to_the_community_of_an_ended_life() {
        for verdict in VerdictWord::ALL {
            for sub in std::iter::once(None).chain(SubVerdict::ALL.iter().copied().map(Some)) {
                let mut case = Opportunity { verdict: *verdict, sub_verdict: sub, ..Opportunity::default() };
                case.lifecycle.state = LifeState::Eol;
                let step = next_step(&case);
                assert!(step != "none" && !step.contains("ommunity"), "{verdict} {sub:?}: {step}");
            }
        }
    }

    #[test]
    fn small_numbers_are_words() {
        assert_eq!([0, 2, 12, 13].map(number), ["no", "two", "twelve", "13"]);
    }
}
