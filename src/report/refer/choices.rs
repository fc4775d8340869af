//! Who may gain from a referral, in the order in which it is offered: nobody, the project, the employer, things that are not
//! money, and the referrer last, if nothing stands against it (rules P06 to P12, P21 to P23 and P26 of the code of conduct).

use rust_decimal::Decimal;

use crate::catalog::{Programme, Reward};
use crate::model::{Currency, Date};
use crate::report::text::visible;

/// Who receives what a programme pays; the order is that of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Nobody: always offered, and the default.
    None,
    /// The project, by its own verified link.
    Upstream,
    /// Whoever buys, as a lower price.
    EmployerDiscount,
    /// The referrer, but not in money.
    NonMonetary,
    /// The referrer.
    Champion,
}

impl Recipient {
    /// In the order of the menu.
    pub const ALL: [Self; 5] = [Self::None, Self::Upstream, Self::EmployerDiscount, Self::NonMonetary, Self::Champion];

    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Upstream => "upstream",
            Self::EmployerDiscount => "employer-discount",
            Self::NonMonetary => "non-monetary",
            Self::Champion => "champion",
        }
    }
}

/// What an employer agreed to, in writing, before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who agreed.
    pub name: String,
    /// As what.
    pub role: String,
    /// When.
    pub date: Date,
    /// Id of the programme.
    pub programme: String,
    /// The most that may be gained.
    pub most: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Where the agreement is kept.
    pub reference: String,
}

/// Who refers. What was not said is unknown, and an unknown never opens a reward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The name.
    pub name: Option<String>,
    /// Whether this person approves, scores bids, owns the budget or signs.
    pub decides: Option<bool>,
    /// Whether a public body, a publicly owned firm or a federal contract chain buys.
    pub public_body: Option<bool>,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Who receives.
    pub recipient: Recipient,
    /// What, by its formula, with the most it can be.
    pub gain: String,
    /// What stands against it; `None` if nothing does.
    pub closed: Option<String>,
}

/// The agreement that lets a referral under `programme` go out on `day`, or why there is none (P08).
///
/// # Errors
/// What is missing, in words.
pub fn consented<'c>(consents: &'c [Consent], programme: &str, sender: &Sender, day: Date) -> Result<&'c Consent, String> {
    let Some(own) = sender.name.as_deref() else {
        return Err("your name is not said, so nobody can tell that somebody else agreed (P08)".to_owned());
    };
    let of_programme: Vec<&Consent> = consents.iter().filter(|consent| consent.programme == programme).collect();
    if of_programme.is_empty() {
        return Err(format!("no consent of your employer to {} is on record (P08)", visible(programme)));
    }
    let others: Vec<&Consent> = of_programme.into_iter().filter(|consent| !same_person(&consent.name, own)).collect();
    if others.is_empty() {
        return Err("nobody can agree to a referral of his own: another person has to (P08)".to_owned());
    }
    let latest = others.into_iter().filter(|consent| consent.date < day).max_by_key(|consent| consent.date);
    latest.ok_or_else(|| format!("the consent has to be dated before the referral, which is of {day} (P08)"))
}

/// Letters and digits alone tell people apart: neither case nor blanks nor an address behind a name does.
fn same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        let name = name.split('<').next().unwrap_or(name);
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    plain(one) == plain(other)
}

/// What a programme that can be referred to offers; nobody first.
#[must_use]
pub fn menu(programme: &Programme, sender: &Sender, consent: Result<&Consent, &str>) -> Vec<Choice> {
    let offered = |word: &str| programme.recipients.iter().flatten().any(|who| plain(who) == word);
    let nothing = "nothing; the price, the verdict and this program stay as they are";
    let mut choices = vec![Choice { recipient: Recipient::None, gain: nothing.to_owned(), closed: None }];
    let mut add = |recipient, gain, closed| choices.push(Choice { recipient, gain, closed });
    let formula = formula(programme.reward.as_ref());
    if offered("upstream") {
        add(Recipient::Upstream, upstream(programme, &formula), public(sender).or_else(|| link(programme)));
    }
    if offered("employer-discount") {
        add(Recipient::EmployerDiscount, format!("{formula}, as a lower price"), public(sender));
    }
    let personal = || public(sender).or_else(|| decides(sender)).or_else(|| employer(programme, consent));
    let things: Vec<String> =
        programme.non_monetary.iter().flatten().map(|thing| visible(&plain(thing).replace('-', " "))).collect();
    if !things.is_empty() {
        add(Recipient::NonMonetary, format!("{}; its value is not stated", things.join(", ")), personal());
    }
    if offered("champion") {
        let agreed = consent.map_or_else(
            |_| String::new(),
            |consent| format!("; by the consent at most {} {}", consent.most.normalize(), consent.currency),
        );
        add(Recipient::Champion, format!("{formula}{agreed}{}", second_approver(programme.reward.as_ref())), personal());
    }
    choices
}

/// Both spellings of a term's words are met in records.
pub(super) fn plain(word: &str) -> String {
    word.replace('_', "-").to_lowercase()
}

/// P10.
fn public(sender: &Sender) -> Option<String> {
    match sender.public_body {
        Some(false) => None,
        Some(true) => Some("a public body buys, so nobody receives anything (P10)".to_owned()),
        None => Some("say first whether a public body buys: --public-body yes or no (P10)".to_owned()),
    }
}

/// P07.
fn decides(sender: &Sender) -> Option<String> {
    match sender.decides {
        Some(false) => None,
        Some(true) => Some("who approves, scores bids, owns the budget or signs receives nothing (P07)".to_owned()),
        None => Some("say first whether you take part in the decision: --decides yes or no (P07)".to_owned()),
    }
}

/// P08.
fn employer(programme: &Programme, consent: Result<&Consent, &str>) -> Option<String> {
    if programme.own_employer.as_deref().is_some_and(|rule| plain(rule) == "excluded") {
        return Some("the programme pays nobody for bringing an own employer".to_owned());
    }
    consent.err().map(str::to_owned)
}

/// P22.
fn link(programme: &Programme) -> Option<String> {
    let share = programme.upstream.as_ref();
    let known = share.is_some_and(|share| share.funding_url.is_some() && share.verified_by.is_some());
    (!known).then(|| "no funding link of the project was verified (P22)".to_owned())
}

fn upstream(programme: &Programme, formula: &str) -> String {
    let share = programme.upstream.as_ref();
    let part = share.and_then(|share| share.share_pct.as_deref()).filter(|part| part.parse() != Ok(Decimal::ZERO));
    let part = part.map_or_else(|| formula.to_owned(), |part| format!("{} % of the sale", visible(part)));
    let told = |text: Option<&String>| text.map_or_else(|| "unknown".to_owned(), |text| visible(text));
    let url = told(share.and_then(|share| share.funding_url.as_ref()));
    let found = told(share.and_then(|share| share.verified_by.as_ref()));
    format!("{part}, to {url}; link verified by {found}")
}

/// `10 % of first year net, at most 2000 EUR, for 12 months`.
pub(super) fn formula(reward: Option<&Reward>) -> String {
    let Some(reward) = reward else { return "formula and maximum not stated".to_owned() };
    let currency = reward.currency.as_deref().map_or_else(String::new, |currency| format!(" {}", visible(currency)));
    let value = reward.value.as_deref().map_or_else(|| "an amount not stated".to_owned(), visible);
    let amount = match reward.kind.as_deref().map(plain).as_deref() {
        Some("percent") => {
            let base = reward
                .base
                .as_deref()
                .map_or_else(|| "a base not stated".to_owned(), |base| visible(&base.replace(['_', '-'], " ")));
            format!("{value} % of {base}")
        }
        _ => format!("{value}{currency}"),
    };
    let fixed = reward.kind.as_deref().is_some_and(|kind| plain(kind) == "fixed");
    let most = match reward.cap.as_deref() {
        Some(cap) => format!(", at most {}{currency}", visible(cap)),
        None if fixed => ", which is the most".to_owned(),
        None => ", no maximum stated".to_owned(),
    };
    let months = reward.duration_months.map_or_else(String::new, |months| format!(", for {months} months"));
    format!("{amount}{most}{months}")
}

/// P06: above 1000 a second person signs.
fn second_approver(reward: Option<&Reward>) -> &'static str {
    let figure = |text: Option<&String>| text.and_then(|text| text.parse::<Decimal>().ok());
    let most = reward.and_then(|reward| {
        let fixed = reward.kind.as_deref().is_some_and(|kind| plain(kind) == "fixed");
        figure(reward.cap.as_ref()).or_else(|| figure(reward.value.as_ref()).filter(|_| fixed))
    });
    if most.is_some_and(|most| most <= Decimal::ONE_THOUSAND) {
        ""
    } else {
        "; may exceed 1000, so a second person has to approve it (P06)"
    }
}
