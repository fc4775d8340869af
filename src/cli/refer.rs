//! `underpin refer draft`: prints a message that says who may gain from a referral. It sends nothing, and nothing that scores
//! or sorts reads what it reads.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::catalog::conduct::{Assessment, Grade, assess};
use crate::catalog::{Catalog, Programme, Vendor};
use crate::model::{Currency, Date};
use crate::report::{Block, Choice, Consent, Findings, Lead, Recipient, Request, Sender, Wish};
use crate::report::{Format, Json, Referral, blocked, consented, menu, to_employer, to_vendor, visible};

use super::config::{ConsentTable, Loaded};
use super::inventories::conclude;
use super::lead::lead;
use super::lead_args::Audience;
use super::ledger::{self, Agreed, Line, Message};
use super::plan::Plan;
use super::refer_args::{DraftArgs, RecipientWord, ReferCommand};
use super::report::{Finished, finish};
use super::{Exit, Fatal, output, plan, policy, refer_ledger};

/// Runs the subcommand.
pub(super) fn run(command: &ReferCommand) -> Result<Exit, Fatal> {
    match command {
        ReferCommand::Draft(args) => draft(args),
        ReferCommand::Record(args) => refer_ledger::record(args),
        ReferCommand::Ledger(args) => refer_ledger::export(args),
    }
}

fn draft(args: &DraftArgs) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(args.policy.config.as_deref())?;
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let Some(vendor) = vendor_called(&catalog, &args.vendor) else {
        let refused = Fatal::usage(format!("the catalog knows no vendor `{}`", visible(&args.vendor)));
        return Err(refused.hint("see `underpin catalog list --vendors`"));
    };
    let day = policy::as_of(&args.policy);
    let (lead, product) = lead(&args.lead, &loaded, &catalog)?;
    let products = covered(vendor, product.map(|product| product.id.as_str()))?;
    let findings = findings(args, &loaded, &catalog)?;
    if findings.as_ref().is_some_and(|findings| !products.iter().any(|product| findings.knows(product))) {
        return Err(Fatal::usage(format!("nothing that {} sells support for was found there", visible(&vendor.name))));
    }
    let programme = programme(vendor, args.programme.as_deref(), day)?;
    let sender = sender(args, &loaded);
    let consents = loaded.config.consent.iter().map(|table| consent(table, &loaded)).collect::<Result<Vec<_>, Fatal>>()?;
    let case = Case { args, vendor, programme, lead, products, findings, sender, consents, day };
    let (text, line) = match args.to {
        Audience::Employer => case.employer(),
        Audience::Vendor => case.vendor()?,
    };
    // First the ledger: no message is shown that should stand there and does not.
    if args.record {
        ledger::append(&ledger::place(args.ledger.as_deref(), &loaded), &Line::Message(Box::new(line)))?;
    }
    output::to_stdout(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

/// Everything that a message rests on.
struct Case<'c> {
    args: &'c DraftArgs,
    vendor: &'c Vendor,
    programme: Option<(&'c Programme, Assessment)>,
    lead: Lead,
    products: Vec<String>,
    findings: Option<Findings>,
    sender: Sender,
    consents: Vec<Consent>,
    day: Date,
}

impl Case<'_> {
    fn usable(&self) -> Option<&Programme> {
        self.programme.as_ref().filter(|(_, found)| found.grade == Grade::Usable).map(|(programme, _)| *programme)
    }

    fn consent(&self) -> Result<&Consent, String> {
        let id = self.usable().map_or("", |programme| programme.id.as_str());
        consented(&self.consents, id, &self.sender, self.day)
    }

    fn choices(&self) -> Vec<Choice> {
        let consent = self.consent();
        let consent = consent.as_ref().map(|consent| *consent).map_err(String::as_str);
        self.usable().map_or_else(Vec::new, |programme| menu(programme, &self.sender, consent))
    }

    fn employer(&self) -> (String, Message) {
        let (choices, consent) = (self.choices(), self.consent());
        let text = to_employer(&Request {
            vendor: self.vendor,
            programme: self.programme.as_ref().map(|(programme, found)| (*programme, found)),
            choices: &choices,
            lead: &self.lead,
            products: &self.products,
            findings: self.findings.as_ref(),
            consent: consent.as_ref().map(|consent| *consent).map_err(String::as_str),
            day: self.day,
        });
        let line = self.line("employer", "none", "nothing", &text, None);
        (text, line)
    }

    /// The message, or the first rule that blocks it, with the way out.
    fn vendor(&self) -> Result<(String, Message), Fatal> {
        let choices = self.choices();
        let wanted = recipient(self.args.recipient);
        let consent = self.consent();
        let wish = Wish {
            programme: self.programme.as_ref().map(|(programme, found)| (*programme, found)),
            consent: consent.as_ref().map(|consent| *consent).map_err(String::as_str),
            recipient: wanted,
            choices: &choices,
            products: &self.products,
            findings: self.findings.as_ref(),
            recorded: self.args.record,
        };
        let refused = |block: &Block| {
            let (name, typed) = (visible(&self.vendor.name), visible(&self.args.vendor));
            let employer = format!("the message to your employer: underpin refer draft {typed}");
            Fatal::usage(format!("no message to {name}: {}", block.why)).hint(format!("{}\n  {employer}", block.way_out))
        };
        let (programme, consent, choice) = blocked(&wish).map_err(|block| refused(&block))?;
        let text = to_vendor(&Referral { vendor: self.vendor, programme, choice, lead: &self.lead, consent });
        let line = self.line("vendor", wanted.word(), &choice.gain, &text, Some(consent));
        Ok((text, line))
    }

    fn line(&self, to: &str, recipient: &str, reward: &str, text: &str, consent: Option<&Consent>) -> Message {
        Message {
            date: self.day,
            vendor: self.vendor.id.clone(),
            vendor_name: self.vendor.name.clone(),
            programme: self.programme.as_ref().map(|(programme, _)| programme.id.clone()),
            to: to.to_owned(),
            recipient: recipient.to_owned(),
            reward: reward.to_owned(),
            disclosure: text.to_owned(),
            consent: consent.map(|consent| Agreed {
                name: consent.name.clone(),
                role: consent.role.clone(),
                date: consent.date,
                max_amount: format!("{} {}", consent.most.normalize(), consent.currency),
                reference: consent.reference.clone(),
            }),
        }
    }
}

fn recipient(word: RecipientWord) -> Recipient {
    match word {
        RecipientWord::None => Recipient::None,
        RecipientWord::Upstream => Recipient::Upstream,
        RecipientWord::EmployerDiscount => Recipient::EmployerDiscount,
        RecipientWord::NonMonetary => Recipient::NonMonetary,
        RecipientWord::Champion => Recipient::Champion,
    }
}

fn vendor_called<'c>(catalog: &'c Catalog, typed: &str) -> Option<&'c Vendor> {
    let lower = typed.to_lowercase();
    let named = || catalog.vendors().iter().find(|vendor| vendor.name.to_lowercase() == lower);
    catalog.vendor(typed).or_else(|| catalog.vendor(&lower)).or_else(named)
}

/// Ids of the products that a vendor sells something for; the one that is named, if any is.
fn covered(vendor: &Vendor, named: Option<&str>) -> Result<Vec<String>, Fatal> {
    let all: BTreeSet<&str> = vendor.offers.iter().flat_map(|offer| &offer.covers).map(|row| row.product.as_str()).collect();
    match named {
        Some(product) if !all.contains(product) => {
            Err(Fatal::usage(format!("no offer of {} on record covers {product}", visible(&vendor.name))))
        }
        _ => Ok(all.into_iter().filter(|id| named.is_none_or(|named| named == *id)).map(str::to_owned).collect()),
    }
}

/// The programme that is named; else the first that can be used, else the first.
fn programme<'v>(vendor: &'v Vendor, named: Option<&str>, day: Date) -> Result<Option<(&'v Programme, Assessment)>, Fatal> {
    if let Some(id) = named {
        let found = vendor.programmes.iter().find(|programme| programme.id == id);
        let unknown = || Fatal::usage(format!("{} has no programme `{}` on record", visible(&vendor.name), visible(id)));
        return found.map(|programme| Some((programme, assess(programme, day)))).ok_or_else(unknown);
    }
    let graded = || vendor.programmes.iter().map(|programme| (programme, assess(programme, day)));
    Ok(graded().find(|(_, found)| found.grade == Grade::Usable).or_else(|| graded().next()))
}

/// What a saved report or a scan of the targets says; nothing is scanned unless a target is named.
fn findings(args: &DraftArgs, loaded: &Loaded, catalog: &Catalog) -> Result<Option<Findings>, Fatal> {
    let target = &args.target;
    if target.targets.is_empty() && target.host_root.is_none() {
        return Ok(None);
    }
    if let [one] = target.targets.as_slice()
        && one.is_file()
        && let Some(saved) = std::fs::read_to_string(one).ok().and_then(|text| Findings::read(&text))
    {
        return Ok(Some(saved));
    }
    let plan = Plan::new(target, &loaded.config)?;
    let policy = policy::policy(&args.policy, loaded, catalog)?;
    let Finished { report, inventories } = finish(target, &plan, catalog, &policy, policy::as_of(&args.policy), true)?;
    let mut text = Vec::new();
    Json.render(&report, &mut text).map_err(|error| Fatal::writing("the report", &error))?;
    conclude(&plan, &inventories);
    Ok(Findings::read(&String::from_utf8_lossy(&text)))
}

fn sender(args: &DraftArgs, loaded: &Loaded) -> Sender {
    let table = &loaded.config.refer;
    Sender {
        name: args.name.clone().or_else(|| table.name.clone()).filter(|name| !name.trim().is_empty()),
        decides: args.decides.map(super::refer_args::Answer::is_yes).or(table.decides),
        public_body: args.public_body.map(super::refer_args::Answer::is_yes).or(table.public_body),
    }
}

/// A consent with everything that makes it one.
fn consent(table: &ConsentTable, loaded: &Loaded) -> Result<Consent, Fatal> {
    let said = |field| {
        loaded.value(field, |text: &String| {
            let text = text.trim();
            if text.is_empty() { Err("a consent without this is none".to_owned()) } else { Ok(text.to_owned()) }
        })
    };
    let (most, currency) = loaded.value(&table.max_amount, |text| amount(text))?;
    Ok(Consent {
        name: said(&table.name)?,
        role: said(&table.role)?,
        date: loaded.date(&table.date)?,
        programme: said(&table.programme)?,
        most,
        currency,
        reference: said(&table.reference)?,
    })
}

pub(super) fn amount(text: &str) -> Result<(Decimal, Currency), String> {
    let parsed = text.trim().split_once(' ').and_then(|(figure, currency)| {
        let figure = figure.parse::<Decimal>().ok().filter(|figure| !figure.is_sign_negative())?;
        Some((figure, currency.trim().parse().ok()?))
    });
    parsed.ok_or_else(|| format!("`{}` is no amount such as 500 EUR", visible(text)))
}
