//! What blocks a message to a vendor: every rule of the code of conduct that blocks a referral (B in its table), in the order in
//! which it can be mended; each refusal names the rule and the way out.

use super::choices::{Choice, Consent, Recipient};
use super::findings::Findings;
use crate::catalog::Programme;
use crate::catalog::conduct::{Assessment, Force, Grade, Rule};
use crate::report::text::visible;

/// What somebody wants to send.
#[derive(Debug)]
pub struct Wish<'w> {
    /// Under which programme, with its grade.
    pub programme: Option<(&'w Programme, &'w Assessment)>,
    /// The employer's consent, or what is missing of it.
    pub consent: Result<&'w Consent, &'w str>,
    /// Who is to receive what it pays.
    pub recipient: Recipient,
    /// What the programme offers.
    pub choices: &'w [Choice],
    /// Products that the vendor covers, by id.
    pub products: &'w [String],
    /// The review.
    pub findings: Option<&'w Findings>,
    /// Whether it becomes a line of the ledger.
    pub recorded: bool,
}

/// Why it cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands against it, with the rule.
    pub why: String,
    /// What would let it go.
    pub way_out: String,
}

/// What the message rests on, or the first thing that blocks it.
///
/// # Errors
/// The first block.
pub fn blocked<'w>(wish: &Wish<'w>) -> Result<(&'w Programme, &'w Consent, &'w Choice), Block> {
    let programme = usable(wish)?;
    let consent = wish.consent.map_err(|missing| {
        let lines = "record it under [[consent]] in underpin.toml; the message to your employer shows the lines";
        block(missing.to_owned(), lines)
    })?;
    let choice = open(wish)?;
    reviewed(wish)?;
    link(wish, programme)?;
    if !wish.recorded {
        let why = "it would stand in no ledger that your employer can read (P25)".to_owned();
        return Err(block(why, "add --record, which appends a line with the whole message"));
    }
    Ok((programme, consent, choice))
}

fn block(why: String, way_out: &str) -> Block {
    Block { why, way_out: way_out.to_owned() }
}

/// P01 to P24, as far as a record states them.
fn usable<'w>(wish: &Wish<'w>) -> Result<&'w Programme, Block> {
    let without = "ask for an offer without any programme: underpin report --audience vendor";
    let Some((programme, found)) = wish.programme else {
        return Err(block("it has no programme on record that could be referred to (P24)".to_owned(), without));
    };
    if found.grade == Grade::Usable {
        return Ok(programme);
    }
    let named = |kind: &str, rules: &[&'static Rule]| {
        let rules = rules.iter().filter(|rule| rule.force != Force::Label);
        let rules: Vec<String> = rules.map(|rule| format!("{} ({})", rule.id, rule.asks)).collect();
        (!rules.is_empty()).then(|| format!("{kind}: {}", rules.join(", ")))
    };
    let rules: Vec<String> =
        [named("broken", &found.broken), named("not stated", &found.unknown)].into_iter().flatten().collect();
    let rules = if rules.is_empty() { "nothing of its kind can be referred to (P24)".to_owned() } else { rules.join("; ") };
    let why = format!("its programme {} is {}, not usable: {rules}", visible(&programme.id), found.grade.word());
    Err(block(why, &format!("let the vendor state it in a file of its own (`underpin catalog new vendor`), or {without}")))
}

/// P07, P08, P10 and P22, as far as the menu knows them.
fn open<'w>(wish: &Wish<'w>) -> Result<&'w Choice, Block> {
    let nobody = "leave --recipient out: nobody receives anything, and nothing else changes";
    match wish.choices.iter().find(|choice| choice.recipient == wish.recipient) {
        Some(Choice { closed: Some(why), .. }) => Err(block(why.clone(), nobody)),
        Some(choice) => Ok(choice),
        None => Err(block(format!("the programme does not offer `{}` (P09)", wish.recipient.word()), nobody)),
    }
}

/// P14 and P15.
fn reviewed(wish: &Wish<'_>) -> Result<(), Block> {
    let name_one = "name a target or a report of it: underpin refer draft VENDOR report.json --to vendor";
    let Some(findings) = wish.findings else {
        return Err(block("no review with all offers and the free ways stands beside it (P14)".to_owned(), name_one));
    };
    if !findings.intact {
        return Err(block("the report was edited: its digest differs (P15)".to_owned(), "make it again: underpin report"));
    }
    if !wish.products.iter().any(|product| findings.weighs(product)) {
        let why = "the review has no case with its free ways in figures and all offers beside it (P14)".to_owned();
        return Err(block(why, "review a target where it is in use, without --no-offers"));
    }
    Ok(())
}

/// P22: the link has to be the project's own.
fn link(wish: &Wish<'_>, programme: &Programme) -> Result<(), Block> {
    let url = programme.upstream.as_ref().and_then(|share| share.funding_url.as_ref());
    let Some(url) = url.filter(|_| wish.recipient == Recipient::Upstream) else { return Ok(()) };
    if wish.findings.is_some_and(|findings| findings.has_link(url)) {
        return Ok(());
    }
    let why = format!("no manifest of the project that the review met names {} (P22)", visible(url));
    Err(block(why, "leave --recipient out, and pay the project yourself: underpin fund"))
}
