//! The message to one's own employer: what the review says, who may gain if the vendor is asked, and what to agree to.

use super::choices::{Choice, Consent, Recipient, formula};
use super::findings::Findings;
use super::paragraph;
use crate::catalog::conduct::{Assessment, Force, Grade, Rule};
use crate::catalog::{Programme, Vendor};
use crate::model::Date;
use crate::report::Lead;
use crate::report::text::visible;

/// All that the message rests on.
#[derive(Debug)]
pub struct Request<'r> {
    /// Who would be asked.
    pub vendor: &'r Vendor,
    /// Its programme with its grade.
    pub programme: Option<(&'r Programme, &'r Assessment)>,
    /// What it may pay to whom; empty unless it can be referred to.
    pub choices: &'r [Choice],
    /// What it would be told.
    pub lead: &'r Lead,
    /// Products that it covers, by id.
    pub products: &'r [String],
    /// What the review says of them.
    pub findings: Option<&'r Findings>,
    /// The consent in force, or what is missing.
    pub consent: Result<&'r Consent, &'r str>,
    /// The day of the message.
    pub day: Date,
}

/// The message.
#[must_use]
pub fn to_employer(request: &Request<'_>) -> String {
    let vendor = visible(&request.vendor.name);
    let mut text = format!("Subject: May I ask {vendor} for an offer? Who would gain from it\n\n");
    let usable = request.programme.filter(|(_, found)| found.grade == Grade::Usable);
    match usable {
        Some((programme, found)) => gains(request, programme, found, &mut text),
        None => nobody(request, &mut text),
    }
    review(request, &mut text);
    text.push_str("\nWHAT THE VENDOR WOULD BE TOLD\n");
    let fields = request.lead.fields();
    let told: Vec<String> = fields.iter().filter_map(|(name, value)| Some(format!("{name}: {}", visible((*value)?)))).collect();
    let told = if told.is_empty() { "so far nothing".to_owned() } else { told.join("; ") };
    let limit = "No host, version, vulnerability, other vendor or other person.";
    text.push_str(&paragraph("  ", &format!("{told}. {limit}")));
    if let Some((programme, _)) = usable {
        agreement(request, programme, &mut text);
    }
    text.push_str("\nThis is a draft. It was printed, not sent, and nothing has been sent to the vendor.\n");
    text
}

/// No programme can be used: the message holds no reward.
fn nobody(request: &Request<'_>, text: &mut String) {
    text.push_str("WHO MAY GAIN\n");
    text.push_str(&paragraph("  ", "Nobody: no referral is made, I receive nothing, and nothing is paid on my account."));
    let Some((programme, found)) = request.programme else {
        text.push_str(&paragraph("  ", "No programme of this vendor is on record that could be referred to."));
        return;
    };
    let id = visible(&programme.id);
    let why = match found.grade {
        Grade::Refused => "a term that it states breaks the code of conduct",
        Grade::Recorded | Grade::Usable => "not every rule that it has to keep is known to be kept",
    };
    text.push_str(&paragraph("  ", &format!("Its programme {id} is {}: {why}. So it cannot be used.", found.grade.word())));
    let rule = |kind: &str, rules: &[&'static Rule]| {
        let rules = rules.iter().filter(|rule| rule.force != Force::Label);
        let named: Vec<String> = rules.map(|rule| format!("{} ({})", rule.id, rule.asks)).collect();
        (!named.is_empty()).then(|| format!("{kind}: {}.", named.join("; ")))
    };
    for line in [rule("Broken", &found.broken), rule("Not stated", &found.unknown)].into_iter().flatten() {
        text.push_str(&paragraph("  ", &line));
    }
}

fn gains(request: &Request<'_>, programme: &Programme, found: &Assessment, text: &mut String) {
    let vendor = visible(&request.vendor.name);
    text.push_str("WHO MAY GAIN, AND WHAT IS ASKED OF YOU\n");
    text.push_str(&paragraph("  ", &format!("{vendor} pays for customers that are brought to it (programme {}). Somebody may gain if we ask through it, so please choose. Nobody is the default.", visible(&programme.id))));
    for (number, choice) in request.choices.iter().enumerate() {
        let who = match choice.recipient {
            Recipient::None => "nobody".to_owned(),
            Recipient::Upstream => "the open-source project".to_owned(),
            Recipient::EmployerDiscount => "our organisation".to_owned(),
            Recipient::NonMonetary => "I, but not in money".to_owned(),
            Recipient::Champion => "I".to_owned(),
        };
        let closed = choice.closed.as_ref().map_or_else(String::new, |why| format!(" NOT OPEN: {why}."));
        let default = if choice.recipient == Recipient::None { " (default)" } else { "" };
        text.push_str(&paragraph(&format!("  {}. ", number + 1), &format!("{who}{default}: {}.{closed}", choice.gain)));
    }
    text.push_str(&paragraph("  ", &format!("The most that the programme pays: {}.", formula(programme.reward.as_ref()))));
    text.push_str(&paragraph("  ", &terms(programme)));
    if let Some(words) = programme.disclosure.as_ref().and_then(|disclosure| disclosure.text.as_ref()) {
        text.push_str(&paragraph("  ", &format!("The programme's own disclosure: \"{}\"", visible(words))));
    }
    text.push_str(&paragraph(
        "  ",
        "This holds for rewards that are not money, that are declined and that go to a project, too.",
    ));
    let labels: Vec<String> = found
        .broken
        .iter()
        .chain(&found.unknown)
        .map(|rule| format!("{} ({}) is not known to be kept", rule.id, rule.asks))
        .collect();
    if !labels.is_empty() {
        text.push_str(&paragraph("  ", &format!("Note: {}.", labels.join("; "))));
    }
    project(request, programme, text);
    let personal = request.choices.iter().any(|choice| matches!(choice.recipient, Recipient::NonMonetary | Recipient::Champion));
    if personal {
        text.push_str(&paragraph(
            "  ",
            "What I received would be income that I have to declare; it is open to adults who do not work for the vendor (P26).",
        ));
    }
}

/// When it is due, what it does to the price, and where it is stated.
fn terms(programme: &Programme) -> String {
    let hold = programme.hold_days.map_or_else(String::new, |days| format!(", {days} days later"));
    let back = if programme.clawback == Some(true) { ", and taken back if the money is" } else { "" };
    format!(
        "It is due once the customer has paid{hold}{back}. It changes no price. Stated at {}, read on {}, confirmed by the vendor.",
        visible(&programme.source_url),
        programme.retrieved
    )
}

/// P22: whose project it is, and whether its own manifest names the link.
fn project(request: &Request<'_>, programme: &Programme, text: &mut String) {
    let (Some(findings), Some(share)) = (request.findings, &programme.upstream) else { return };
    if let Some(url) = &share.funding_url
        && request.choices.iter().any(|choice| choice.recipient == Recipient::Upstream)
    {
        let seen = if findings.has_link(url) { "is among those that the scan met" } else { "was not met by the scan: check it" };
        text.push_str(&paragraph("  ", &format!("The project's funding link {seen}.")));
    }
    if request.products.iter().any(|product| findings.made_by(product, &request.vendor.id)) {
        text.push_str(&paragraph(
            "  ",
            "The vendor's own people make this project: what goes to the project goes to the vendor.",
        ));
    }
}

fn review(request: &Request<'_>, text: &mut String) {
    let Some(findings) = request.findings else { return };
    text.push_str("\nWHAT THE REVIEW SAYS\n");
    if !findings.intact {
        text.push_str(&paragraph("  ", "EDITED: the report is not as it was written; its digest differs (P15)."));
    }
    for product in request.products.iter().filter(|product| findings.knows(product)) {
        let verdicts = findings.verdicts(product);
        if verdicts.is_empty() {
            text.push_str(&paragraph("  - ", &format!("{}: nothing to decide about paying.", visible(product))));
        }
        text.extend(verdicts.iter().map(|verdict| paragraph("  - ", verdict)));
        let offers = findings.offers(product);
        if !offers.is_empty() {
            text.push_str(&paragraph("    ", "All offers on record, with and without a programme:"));
            text.extend(offers.iter().map(|offer| paragraph("      ", offer)));
        }
    }
    text.push_str(&paragraph("  ", "No verdict and no order can read what a vendor pays to anybody."));
    if let Some(digest) = findings.digest() {
        text.push_str(&paragraph("  ", &format!("SHA-256 of the report: {}", visible(digest))));
    }
}

/// What has to be on record before the vendor gets a message.
fn agreement(request: &Request<'_>, programme: &Programme, text: &mut String) {
    text.push_str("\nYOUR CONSENT\n");
    match request.consent {
        Ok(consent) => {
            let Consent { name, role, date, most, currency, reference, .. } = consent;
            let (name, role, reference) = (visible(name), visible(role), visible(reference));
            let most = most.normalize();
            text.push_str(&paragraph(
                "  ",
                &format!("On record: {name}, {role}, on {date}, at most {most} {currency}, reference {reference}."),
            ));
        }
        Err(missing) => {
            text.push_str(&paragraph("  ", &format!("Not in force: {missing}. Before a message goes to the vendor, somebody other than me has to agree in writing, at least a day before, even to \"nobody\". It is kept in underpin.toml:")));
            let date = format!("date = \"{}\"", request.day);
            let id = format!("programme = \"{}\"", visible(&programme.id));
            let lines = ["[[consent]]", "name = \"\"", "role = \"\"", &date, &id, "max-amount = \"0 EUR\"", "reference = \"\""];
            text.extend(lines.iter().map(|line| format!("    {line}\n")));
        }
    }
}
