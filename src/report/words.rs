//! Verdicts as sentences, in the words a reader knows. Judges nothing: it says what the score decided.

use super::text::about;
use super::view::{Amount, EvidenceGrade, LifeState, Opportunity, PriceBasis, ReportV1, SubVerdict, TurnsOn, VerdictWord};

/// The two costs of one hour down between which a price decides, as [`super::view::BreakEven`] has them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// Largest cost at which the free way is enough.
    pub no: Option<Amount>,
    /// Smallest cost from which support pays.
    pub yes: Option<Amount>,
}

/// The end of the search for thresholds; a figure there means "and more".
const SEARCHED: f64 = 1_000_000.0;

/// The verdict as one sentence without a full stop. "Community support is enough" never stands beside an end of life:
/// whatever the sub-verdict claims, an ended life reads as what it is.
#[must_use]
pub fn sentence(
    verdict: VerdictWord,
    sub: Option<SubVerdict>,
    life: LifeState,
    indicative: bool,
    turns_on: &[TurnsOn],
    thresholds: Thresholds,
) -> String {
    let text = match verdict {
        VerdictWord::MustAct => return must_act(sub),
        VerdictWord::Depends => return depends(life, turns_on, thresholds),
        VerdictWord::NotEnoughData => return format!("depends on {}", missing(sub)),
        VerdictWord::PaysOff => "support pays",
        VerdictWord::DoesNotPayOff => instead(sub, life),
        VerdictWord::Borderline => "neither clearly worth its price nor clearly not",
    };
    if indicative { format!("{text} (indicative)") } else { text.to_owned() }
}

/// The verdict in a few words, for a table's cell.
#[must_use]
pub fn short(case: &Opportunity) -> String {
    let indicative = if case.indicative { " (indicative)" } else { "" };
    let (head, tail) = match (case.verdict, case.sub_verdict) {
        (VerdictWord::MustAct, sub) => return must_act(sub),
        (VerdictWord::Depends, _) => return format!("depends on {}", listed(&case.turns_on)),
        (VerdictWord::NotEnoughData, sub) => return format!("depends on {}", missing(sub)),
        (VerdictWord::PaysOff, _) => ("support pays", String::new()),
        (VerdictWord::Borderline, _) => ("close call", String::new()),
        (VerdictWord::DoesNotPayOff, sub) if sub != Some(SubVerdict::Upgrade) && case.must_act_if_exposed => {
            ("no", String::new())
        }
        (VerdictWord::DoesNotPayOff, sub) => ("no", format!(": {}", instead(sub, case.lifecycle.state))),
    };
    let exposed = if case.must_act_if_exposed { "; must act if on the internet" } else { "" };
    format!("{head}{indicative}{tail}{exposed}")
}

fn must_act(sub: Option<SubVerdict>) -> String {
    let way = match sub {
        Some(SubVerdict::Buy) => "; buy is the cheaper fix",
        Some(SubVerdict::Upgrade) => "; upgrade is the cheaper fix",
        Some(SubVerdict::Either) => "; upgrade and buy cost about the same",
        Some(SubVerdict::AskForQuote) => "; ask for a quote before you choose",
        Some(SubVerdict::BuyIsolateOrReplace) => return "act: buy, isolate or replace".to_owned(),
        _ => "",
    };
    format!("act: upgrade, buy, isolate or accept{way}")
}

fn depends(life: LifeState, turns_on: &[TurnsOn], thresholds: Thresholds) -> String {
    let free = if life.ended() { "a free way is cheaper" } else { "community" };
    let head = format!("depends on {}", listed(turns_on));
    if !turns_on.contains(&TurnsOn::Tier) {
        return head;
    }
    match (thresholds.no, thresholds.yes) {
        (Some(no), _) if no.0 >= SEARCHED => head,
        (Some(no), Some(yes)) => format!("{head}: below {} {free}, above {} support pays", about(no), about(yes)),
        (Some(no), None) => format!("{head}: below {} {free}", about(no)),
        (None, Some(yes)) if yes.0 <= 0.0 => format!("{head}: support pays whatever it costs"),
        (None, Some(yes)) => format!("{head}: above {} support pays", about(yes)),
        (None, None) => head,
    }
}

fn missing(sub: Option<SubVerdict>) -> &'static str {
    match sub {
        Some(SubVerdict::Hours) => "your hours: log them, its kind has no defaults",
        Some(SubVerdict::Price) => "a price: the usual range does not settle it",
        Some(SubVerdict::Evidence) => "figures of your own: defaults alone would decide it",
        _ => "figures that are missing",
    }
}

fn instead(sub: Option<SubVerdict>, life: LifeState) -> &'static str {
    match (sub, life.ended()) {
        (Some(SubVerdict::Upgrade), _) => "upgrade is the cheaper way",
        (_, true) => {
            "cheapest on paper is to leave it, and nobody fixes it any more: upgrade, isolate, or record an accepted risk with an expiry"
        }
        (_, false) => "community support is enough",
    }
}

/// The open questions as a reader would ask them.
pub(super) fn listed(turns_on: &[TurnsOn]) -> String {
    let words: Vec<&str> = turns_on.iter().copied().map(question).collect();
    match words.split_last() {
        None => "figures that are missing".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and on {last}", rest.join(", on ")),
    }
}

fn question(open: TurnsOn) -> &'static str {
    match open {
        TurnsOn::Tier => "what one hour down costs",
        TurnsOn::Exposure => "who can reach it",
        TurnsOn::Services => "how many services its units are",
    }
}

/// What the evidence grade means.
pub(super) fn grade(grade: Option<EvidenceGrade>) -> &'static str {
    match grade {
        Some(EvidenceGrade::A) => "mostly yours",
        Some(EvidenceGrade::B) => "partly yours",
        Some(EvidenceGrade::C) => "mostly defaults",
        None => "unknown",
    }
}

/// A threshold as a figure: `any` beyond the search, `none` where there is no such cost.
pub(super) fn threshold(cost: Option<Amount>) -> String {
    match cost {
        None => "none".to_owned(),
        Some(cost) if cost.0 >= SEARCHED => "any".to_owned(),
        Some(cost) => about(Amount(cost.0.max(0.0))),
    }
}

/// `in 87 of 100 runs`; 1 and 99 at the extremes, since a model is never certain.
pub(super) fn runs(score: f64) -> String {
    format!("{} of 100 runs", hundredths(score))
}

/// The number of them alone.
pub(super) fn hundredths(score: f64) -> String {
    format!("{:.0}", score.clamp(1.0, 99.0).round())
}

/// How a relation reads: `fixes`, `answers and help`.
pub(super) fn relation(word: Option<&str>) -> &'static str {
    match word {
        Some("fixes") => "fixes",
        Some("help-desk") => "answers and help",
        Some("migration") => "help to leave it",
        Some("replacement") => "another product in its place",
        Some("hosting") => "runs it for you",
        _ => "beside support",
    }
}

/// What was assumed for the cases, in words: `production, 1 instance each, no price known (usual ranges)`.
pub(super) fn assumed(report: &ReportV1, cases: &[&Opportunity]) -> Vec<&'static str> {
    let any = |field: &str| cases.iter().any(|case| case.scope.assumed.iter().any(|name| name == field));
    let mut words = Vec::new();
    if any("environment") {
        words.push("production");
    }
    if any("services") || any("units") {
        words.push("1 instance each");
    }
    if any("exposure") {
        words.push("not reachable from the internet");
    }
    if cases.iter().any(|case| case.offers.first().is_some_and(|offer| offer.price_basis == PriceBasis::Anchor)) {
        words.push("no price known (usual ranges)");
    }
    let logged = |case: &&Opportunity| case.inputs.iter().any(|input| input.symbol == "h" && input.grade == "logged");
    if report.hours_log.is_none() && !cases.is_empty() && !cases.iter().any(logged) && report.totals.inputs_yours == 0 {
        words.push("your hours not logged");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(mut check: impl FnMut(VerdictWord, Option<SubVerdict>, LifeState, bool, Thresholds)) {
        let subs = || std::iter::once(None).chain(SubVerdict::ALL.iter().copied().map(Some));
        let costs = [None, Some(Amount(0.0)), Some(Amount(10_600.0)), Some(Amount(1_000_000.0))];
        for verdict in VerdictWord::ALL {
            for sub in subs() {
                for life in LifeState::ALL {
                    for indicative in [false, true] {
                        for no in costs {
                            for yes in costs {
                                check(*verdict, sub, *life, indicative, Thresholds { no, yes });
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn community_is_never_enough_beside_an_end_of_life() {
        every(|verdict, sub, life, indicative, thresholds| {
            let text = sentence(verdict, sub, life, indicative, TurnsOn::ALL, thresholds);
            assert!(!life.ended() || !text.contains("ommunity"), "{text}");
            let case = Opportunity {
                verdict,
                sub_verdict: sub,
                indicative,
                must_act_if_exposed: indicative,
                lifecycle: super::super::view::Lifecycle { state: life, ..Default::default() },
                ..Default::default()
            };
            assert!(!life.ended() || !short(&case).contains("ommunity"), "{}", short(&case));
        });
    }

    #[test]
    fn sentences_are_lower_case_and_use_no_word_of_the_model() {
        every(|verdict, sub, life, indicative, thresholds| {
            let text = sentence(verdict, sub, life, indicative, TurnsOn::ALL, thresholds);
            assert!(text.starts_with(|first: char| first.is_lowercase()) && !text.ends_with('.'), "{text}");
            for word in ["score", "must-act", "opportunity", "tier", "net value", "break-even"] {
                assert!(!text.contains(word), "{text}");
            }
        });
    }

    #[test]
    fn an_undecided_case_says_the_two_figures() {
        let thresholds = Thresholds { no: Some(Amount(10_600.0)), yes: Some(Amount(126_000.0)) };
        let text = |life| sentence(VerdictWord::Depends, None, life, false, &[TurnsOn::Tier], thresholds);
        assert_eq!(
            text(LifeState::SecurityOnly),
            "depends on what one hour down costs: below 10,600 community, above 126,000 support pays"
        );
        assert!(text(LifeState::Eol).contains("below 10,600 a free way is cheaper"));
    }

    #[test]
    fn a_model_is_never_certain() {
        for (score, words) in [(100.0, "99 of 100 runs"), (0.0, "1 of 100 runs"), (86.8, "87 of 100 runs")] {
            assert_eq!(runs(score), words);
        }
    }
}
