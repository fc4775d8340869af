//! Grades programme records by the code of conduct. Knows no offer, and nothing that scores or sorts may import this.
//!
//! Each rule gives one of three results, since a vendor may not publish a term: an unknown is counted, never guessed.
//! Rules about what the program itself does (what a report shows, who sends the introduction) hold by construction and
//! do not stand in the table; the tests of the report and of `refer` prove them.

use rust_decimal::Decimal;

use super::lifecycle::days_between;
use super::types::Programme;
use super::words::{ProgrammeKind, ProgrammeStatus};
use crate::model::Date;

/// What a broken rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// The record is refused.
    Reject,
    /// No referral is made.
    Block,
    /// It is said beside the fact.
    Label,
}

/// One rule: its number, its force, and what it asks.
#[derive(Debug)]
pub struct Rule {
    /// `P01` …
    pub id: &'static str,
    /// What breaking it does.
    pub force: Force,
    /// What it asks, in words.
    pub asks: &'static str,
    /// The check; `None` if a term it needs is not stated.
    holds: fn(&Programme, Date) -> Option<bool>,
}

/// The grade of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// A fact with its source, shown as such.
    Recorded,
    /// Every rule that rejects or blocks is known to hold: it can be referred.
    Usable,
    /// A stated term breaks a rule that rejects.
    Refused,
}

impl Grade {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Usable => "usable",
            Self::Refused => "refused",
        }
    }
}

/// What the rules say of one record, each list in the order of [`RULES`].
#[derive(Debug)]
pub struct Assessment {
    /// The grade.
    pub grade: Grade,
    /// Rules that a stated term breaks.
    pub broken: Vec<&'static Rule>,
    /// Rules for which a term is not stated.
    pub unknown: Vec<&'static Rule>,
}

/// Rewards that are not money and may be offered (P21).
const NON_MONETARY: &[&str] =
    &["training-seat", "certification-voucher", "conference-pass", "public-thanks", "early-access", "upstream-engineering-hours"];
/// What a referral may tell a vendor (P17).
const LEAD_FIELDS: &[&str] = &["company", "product", "scope-size-band", "champion-contact"];

/// The rules that a record can be checked against.
pub static RULES: &[Rule] = &[
    Rule { id: "P01", force: Force::Reject, asks: "one level of reward", holds: |p, _| p.levels.map(|levels| levels == 1) },
    Rule {
        id: "P02",
        force: Force::Reject,
        asks: "no reward for bringing in participants",
        holds: |p, _| p.recruitment_reward.as_deref().map(|reward| is(reward, "none")),
    },
    Rule {
        id: "P03",
        force: Force::Reject,
        asks: "no fee and no purchase to take part",
        holds: |p, _| all([p.join_fee.as_deref().map(is_zero), p.min_purchase.as_deref().map(is_zero)]),
    },
    Rule {
        id: "P04",
        force: Force::Reject,
        asks: "a reward only after the customer paid, held for 30 days, taken back on refund",
        holds: |p, _| all([p.trigger.as_deref().map(|t| is(t, "customer-paid")), p.hold_days.map(|days| days >= 30), p.clawback]),
    },
    Rule {
        id: "P05",
        force: Force::Reject,
        asks: "no effect on the customer's price",
        holds: |p, _| p.price_effect.as_deref().map(|effect| is(effect, "none")),
    },
    Rule { id: "P06", force: Force::Label, asks: "at most 12 months, with a fixed sum or a cap", holds: |p, _| bounded(p) },
    Rule {
        id: "P07",
        force: Force::Block,
        asks: "no personal reward for who decides on the purchase",
        holds: |p, _| p.decision_maker.as_deref().map(|rule| is(rule, "no-personal-reward")),
    },
    Rule {
        id: "P08",
        force: Force::Block,
        asks: "written consent of the employer that buys",
        holds: |p, _| p.own_employer.as_deref().map(|rule| is(rule, "written-consent") || is(rule, "excluded")),
    },
    Rule {
        id: "P09",
        force: Force::Reject,
        asks: "by default nobody, the employer or the project receives it",
        holds: |p, _| {
            p.default_recipient.as_deref().map(|who| ["none", "employer-discount", "upstream"].iter().any(|ok| is(who, ok)))
        },
    },
    Rule {
        id: "P10",
        force: Force::Block,
        asks: "no reward when a public body buys",
        holds: |p, _| p.public_sector.as_deref().map(|rule| is(rule, "no-reward")),
    },
    Rule {
        id: "P11",
        force: Force::Block,
        asks: "disclosure is required and worded",
        holds: |p, _| p.disclosure.as_ref().and_then(|d| all([d.required, d.text.as_ref().map(|text| !text.is_empty())])),
    },
    Rule {
        id: "P12",
        force: Force::Block,
        asks: "disclosure covers rewards that are not money",
        holds: |p, _| p.disclosure.as_ref()?.covers_non_monetary,
    },
    Rule { id: "P13", force: Force::Reject, asks: "no paid placement", holds: |p, _| p.paid_placement.map(|paid| !paid) },
    Rule {
        id: "P16",
        force: Force::Reject,
        asks: "no bonus for naming one vendor only",
        holds: |p, _| p.exclusive.map(|only| !only),
    },
    Rule {
        id: "P17",
        force: Force::Block,
        asks: "a referral tells company, product, size and the sender's contact at most",
        holds: |p, _| p.lead_fields.as_deref().map(|fields| within(fields, LEAD_FIELDS)),
    },
    Rule {
        id: "P19",
        force: Force::Label,
        asks: "kept for a year at most",
        holds: |p, _| p.retention_days.map(|days| days <= 365),
    },
    Rule { id: "P20", force: Force::Reject, asks: "no promise of income", holds: |p, _| p.earnings_claims.map(|claims| !claims) },
    Rule {
        id: "P21",
        force: Force::Label,
        asks: "rewards that are not money come from the list",
        holds: |p, _| p.non_monetary.as_deref().map(|rewards| within(rewards, NON_MONETARY)),
    },
    Rule {
        id: "P22",
        force: Force::Block,
        asks: "what goes to the project goes to its own, verified funding link",
        holds: |p, _| project_link(p),
    },
    Rule {
        id: "P23",
        force: Force::Reject,
        asks: "taking nothing is always a choice",
        holds: |p, _| p.recipients.as_deref().map(|who| who.iter().any(|who| is(who, "none"))),
    },
    Rule {
        id: "P24",
        force: Force::Block,
        asks: "verified by the vendor, and read within a year",
        holds: |p, as_of| Some(p.status == ProgrammeStatus::Verified && days_between(p.retrieved, as_of) <= 365),
    },
];

/// Judges a record on a day. Reseller agreements and findings of nothing are facts, never something to refer to.
#[must_use]
pub fn assess(programme: &Programme, as_of: Date) -> Assessment {
    let results: Vec<_> = RULES.iter().map(|rule| (rule, (rule.holds)(programme, as_of))).collect();
    let pick =
        |wanted: Option<bool>| results.iter().filter(|(_, held)| *held == wanted).map(|(rule, _)| *rule).collect::<Vec<_>>();
    let (broken, unknown) = (pick(Some(false)), pick(None));
    let referable = !matches!(programme.kind, ProgrammeKind::Reseller | ProgrammeKind::NoneFound);
    let grade = if broken.iter().any(|rule| rule.force == Force::Reject) {
        Grade::Refused
    } else if referable && !broken.iter().chain(&unknown).any(|rule| rule.force != Force::Label) {
        Grade::Usable
    } else {
        Grade::Recorded
    };
    Assessment { grade, broken, unknown }
}

/// Both spellings of a term's words are met in records: `customer_paid` and `customer-paid`.
fn is(stated: &str, word: &str) -> bool {
    stated.replace('_', "-").eq_ignore_ascii_case(word)
}

fn within(stated: &[String], allowed: &[&str]) -> bool {
    stated.iter().all(|one| allowed.iter().any(|word| is(one, word)))
}

fn is_zero(amount: &str) -> bool {
    amount.eq_ignore_ascii_case("none") || amount.parse::<Decimal>().is_ok_and(|amount| amount.is_zero())
}

/// Three-valued "and": one false decides, one unknown leaves it open.
fn all<const N: usize>(terms: [Option<bool>; N]) -> Option<bool> {
    if terms.contains(&Some(false)) { Some(false) } else { terms.into_iter().collect::<Option<Vec<_>>>().map(|_| true) }
}

fn bounded(programme: &Programme) -> Option<bool> {
    let reward = programme.reward.as_ref()?;
    let limited = reward.kind.as_deref().map(|kind| is(kind, "fixed") || reward.cap.is_some());
    all([reward.duration_months.map(|months| months <= 12), limited])
}

/// Holds if nothing can go to the project.
fn project_link(programme: &Programme) -> Option<bool> {
    let recipients = programme.recipients.as_deref()?;
    if !recipients.iter().any(|who| is(who, "upstream")) {
        return Some(true);
    }
    let upstream = programme.upstream.as_ref()?;
    all([upstream.funding_url.as_ref().map(|_| true), upstream.verified_by.as_ref().map(|_| true)])
}

/// The words of a text that promise income (rule P20), if any.
pub(crate) fn income_promise(text: &str) -> Option<&'static str> {
    const PROMISES: &[&str] = &[
        "passive income",
        "unlimited income",
        "unlimited earning",
        "unlimited commission",
        "guaranteed income",
        "guaranteed earning",
        "guaranteed commission",
        "financial freedom",
        "financial independence",
        "get rich",
        "earn up to",
        "earn thousands",
        "six-figure",
        "six figure",
        "easy money",
        "make money fast",
        "quit your job",
        "be your own boss",
        "residual income",
    ];
    let text = text.to_lowercase();
    PROMISES.iter().copied().find(|promise| text.contains(promise))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::types::{Disclosure, Reward};

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// A record whose every term is stated and good.
    fn exemplary() -> Programme {
        Programme {
            id: "acme-referral".to_owned(),
            kind: ProgrammeKind::Referral,
            status: ProgrammeStatus::Verified,
            source_url: "https://acme.example".to_owned(),
            retrieved: Date::constant(2026, 8, 22),
            terms: None,
            offers: Vec::new(),
            levels: Some(1),
            join_fee: Some("0".to_owned()),
            min_purchase: Some("0".to_owned()),
            recruitment_reward: Some("none".to_owned()),
            trigger: Some("customer_paid".to_owned()),
            hold_days: Some(30),
            clawback: Some(true),
            price_effect: Some("none".to_owned()),
            reward: Some(Reward {
                kind: Some("percent".to_owned()),
                value: Some("10".to_owned()),
                base: Some("first_year_net".to_owned()),
                cap: Some("2000".to_owned()),
                currency: Some("EUR".to_owned()),
                duration_months: Some(12),
            }),
            recipients: Some(words(&["none", "employer_discount", "champion"])),
            default_recipient: Some("none".to_owned()),
            own_employer: Some("written_consent".to_owned()),
            decision_maker: Some("no_personal_reward".to_owned()),
            public_sector: Some("no_reward".to_owned()),
            disclosure: Some(Disclosure {
                required: Some(true),
                text: Some("Acme pays me.".to_owned()),
                covers_non_monetary: Some(true),
            }),
            non_monetary: Some(words(&["training_seat"])),
            upstream: None,
            lead_fields: Some(words(&["company", "product"])),
            retention_days: Some(180),
            paid_placement: Some(false),
            exclusive: Some(false),
            earnings_claims: Some(false),
        }
    }

    fn graded(change: impl FnOnce(&mut Programme)) -> (Grade, Vec<&'static str>, Vec<&'static str>) {
        let mut programme = exemplary();
        change(&mut programme);
        let ids = |rules: Vec<&'static Rule>| rules.into_iter().map(|rule| rule.id).collect();
        let found = assess(&programme, Date::constant(2026, 11, 24));
        (found.grade, ids(found.broken), ids(found.unknown))
    }

    #[test]
    fn a_record_is_usable_only_if_every_rule_is_known_to_hold() {
        assert_eq!(graded(|_| {}), (Grade::Usable, vec![], vec![]));
        assert_eq!(graded(|p| p.clawback = None), (Grade::Recorded, vec![], vec!["P04"]));
        assert_eq!(graded(|p| p.status = ProgrammeStatus::Recorded), (Grade::Recorded, vec!["P24"], vec![]));
        assert_eq!(graded(|p| p.kind = ProgrammeKind::Reseller).0, Grade::Recorded);
    }

    #[test]
    fn one_stated_breach_refuses_whatever_else_is_unknown() {
        assert_eq!(graded(|p| p.levels = Some(2)), (Grade::Refused, vec!["P01"], vec![]));
        assert_eq!(graded(|p| (p.hold_days, p.clawback) = (Some(7), None)), (Grade::Refused, vec!["P04"], vec![]));
        assert_eq!(graded(|p| p.join_fee = Some("99".to_owned())), (Grade::Refused, vec!["P03"], vec![]));
        assert_eq!(graded(|p| p.recipients = Some(words(&["champion"]))), (Grade::Refused, vec!["P23"], vec![]));
    }

    #[test]
    fn a_label_rule_neither_refuses_nor_blocks() {
        assert_eq!(graded(|p| p.retention_days = Some(700)), (Grade::Usable, vec!["P19"], vec![]));
        assert_eq!(graded(|p| p.reward = None), (Grade::Usable, vec![], vec!["P06"]));
    }

    #[test]
    fn what_goes_to_a_project_needs_its_verified_link() {
        assert_eq!(graded(|p| p.recipients = Some(words(&["none", "upstream"]))), (Grade::Recorded, vec![], vec!["P22"]));
    }

    #[test]
    fn the_rules_stand_in_order() {
        assert!(RULES.is_sorted_by_key(|rule| rule.id));
    }
}
