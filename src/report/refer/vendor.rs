//! The message to the vendor, for the referrer to send: the lead fields that the programme takes, who gains, the most, and that the
//! buyer agreed. It names no other person, not even the one who agreed.

use super::choices::{Choice, Consent, Recipient, plain};
use super::paragraph;
use crate::catalog::{Programme, Vendor};
use crate::report::Lead;
use crate::report::text::visible;

/// All that the message rests on.
#[derive(Debug)]
pub struct Referral<'r> {
    /// To whom.
    pub vendor: &'r Vendor,
    /// Under which programme; it is known to keep every rule.
    pub programme: &'r Programme,
    /// Who gains; open.
    pub choice: &'r Choice,
    /// What may be told.
    pub lead: &'r Lead,
    /// The buyer's agreement.
    pub consent: &'r Consent,
}

/// The message.
#[must_use]
pub fn to_vendor(referral: &Referral<'_>) -> String {
    let Referral { vendor, programme, choice, consent, .. } = referral;
    let name = visible(&vendor.name);
    let mut text = format!("Subject: Request for an offer under the programme {}\n\nWHO MAY GAIN\n", visible(&programme.id));
    let gain = match choice.recipient {
        Recipient::None => {
            format!("Nobody. {name} owes nothing to anybody on account of this message, in money or otherwise; the maximum is 0.")
        }
        Recipient::Upstream => format!("The open-source project may gain from {name}, by my choice: {}.", choice.gain),
        Recipient::EmployerDiscount => format!("The buyer may gain from {name}: {}.", choice.gain),
        Recipient::NonMonetary => format!("I may gain from {name}, but not in money: {}.", choice.gain),
        Recipient::Champion => format!("I may gain from {name}: {}.", choice.gain),
    };
    text.push_str(&paragraph("  ", &gain));
    if choice.recipient != Recipient::None {
        text.push_str(&paragraph("  ", "Receiving nothing was open to me as well, and is the default."));
    }
    if let Some(words) = programme.disclosure.as_ref().and_then(|disclosure| disclosure.text.as_ref()) {
        text.push_str(&paragraph("  ", &format!("The programme's own disclosure: \"{}\"", visible(words))));
    }
    let (date, most, currency) = (consent.date, consent.most.normalize(), consent.currency);
    let reference = visible(&consent.reference);
    text.push_str(&paragraph(
        "  ",
        &format!("The buyer agreed in writing on {date} (reference {reference}): at most {most} {currency}, or its worth."),
    ));
    text.push('\n');
    text.extend(fields(referral).into_iter().map(|(field, value)| format!("{field}: {}\n", visible(value))));
    text.push('\n');
    let days = programme
        .retention_days
        .map_or_else(|| "as soon as it is answered".to_owned(), |days| format!("after {days} days at the latest"));
    text.push_str(&paragraph("", &format!("Use this for an offer alone, write to nobody but me, and erase it {days}. The price is to be the one without any programme, or lower.")));
    let erase = vendor.contact.as_deref().map_or_else(
        || "The record names no contact for erasure (P19): please name one.".to_owned(),
        |contact| format!("Contact for erasure on record: {}.", visible(contact)),
    );
    text.push_str(&paragraph("", &erase));
    text
}

/// Those that are given and that the programme takes (P17).
fn fields<'r>(referral: &'r Referral<'_>) -> Vec<(&'static str, &'r str)> {
    let taken = |word: &str| referral.programme.lead_fields.iter().flatten().any(|field| plain(field) == word);
    let words = ["company", "product", "scope-size-band", "champion-contact"];
    let fields = words.into_iter().zip(referral.lead.fields());
    fields.filter(|(word, _)| taken(word)).filter_map(|(_, (name, value))| Some((name, value?))).collect()
}
