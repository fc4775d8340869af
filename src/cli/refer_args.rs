//! Arguments of `underpin refer` as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::model::Date;

use super::args::{PolicyArgs, TargetArgs, TextFormat};
use super::lead_args::{Audience, LeadArgs};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  underpin refer draft acme report.json      who may gain, to your employer: printed, never sent
  underpin refer ledger                      what was written and what came of it")]
pub(super) enum ReferCommand {
    /// A message that says who may gain, to your employer or, with its consent recorded, to the vendor
    Draft(Box<DraftArgs>),
    /// What came of a message: appended to the ledger, never changed
    Record(RecordArgs),
    /// The ledger, for your employer to read
    Ledger(LedgerArgs),
}

/// A question that only yes or no answers; not answering is a third thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Answer {
    Yes,
    No,
}

impl Answer {
    pub(super) fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

/// Who receives what the programme pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RecipientWord {
    /// Nobody
    None,
    /// The open-source project
    Upstream,
    /// Your organisation, as a lower price
    EmployerDiscount,
    /// You, but not in money
    NonMonetary,
    /// You
    Champion,
}

impl RecipientWord {
    /// The word used in the ledger.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Upstream => "upstream",
            Self::EmployerDiscount => "employer-discount",
            Self::NonMonetary => "non-monetary",
            Self::Champion => "champion",
        }
    }
}

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutcomeAnswer {
    /// The offer was bought
    Bought,
    /// It was not
    Declined,
    /// The message was never sent
    Withdrawn,
    /// It was bought and given back, and so is the reward
    Refunded,
}

impl OutcomeAnswer {
    /// The word used in the ledger.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bought => "bought",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Refunded => "refunded",
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin refer record 2 bought                                        nobody received anything
  underpin refer record 2 bought --recipient champion --reward \"200 EUR\"")]
pub(super) struct RecordArgs {
    /// The message, by its number in `underpin refer ledger`
    #[arg(value_name = "NUMBER")]
    pub(super) number: usize,

    /// What came of it
    #[arg(value_name = "OUTCOME")]
    pub(super) outcome: OutcomeAnswer,

    /// Who received something
    #[arg(long, value_name = "WHO", default_value = "none")]
    pub(super) recipient: RecipientWord,

    /// What was received: `200 EUR`, or the thing where it is not money
    #[arg(long, value_name = "WHAT")]
    pub(super) reward: Option<String>,

    /// When; today if not given
    #[arg(long, value_name = "DAY", env = "UNDERPIN_AS_OF")]
    pub(super) on: Option<Date>,

    /// A sentence
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,

    /// The ledger; else the configuration's, else ./underpin-referrals.jsonl
    #[arg(long, value_name = "FILE")]
    pub(super) ledger: Option<PathBuf>,

    /// Configuration file; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin refer ledger
  underpin refer ledger --format json --ledger referrals.jsonl")]
pub(super) struct LedgerArgs {
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(super) format: TextFormat,

    /// The ledger; else the configuration's, else ./underpin-referrals.jsonl
    #[arg(long, value_name = "FILE")]
    pub(super) ledger: Option<PathBuf>,

    /// Configuration file; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin refer draft acme                       who may gain, without any scan
  underpin refer draft acme report.json --product nginx
  underpin refer draft acme report.json --to vendor --contact ada@shop.example --record

It prints and never sends. A message to the vendor needs a review, so that all offers and the free
ways stood beside it, a line in the ledger (--record), and [[consent]] in underpin.toml: name, role,
date, programme, max-amount (\"500 EUR\") and reference, of somebody else, dated before it.")]
pub(super) struct DraftArgs {
    /// The vendor
    #[arg(value_name = "VENDOR")]
    pub(super) vendor: String,

    #[command(flatten)]
    pub(super) target: TargetArgs,

    /// To whom
    #[arg(long, value_name = "WHOM", default_value = "employer")]
    pub(super) to: Audience,

    /// Who receives what the programme pays, in the message to the vendor
    #[arg(long, value_name = "WHO", default_value = "none")]
    pub(super) recipient: RecipientWord,

    /// The programme, if the vendor has several
    #[arg(long, value_name = "ID")]
    pub(super) programme: Option<String>,

    /// Your name
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,

    /// Whether you approve, score bids, own the budget or sign
    #[arg(long, value_name = "ANSWER")]
    pub(super) decides: Option<Answer>,

    /// Whether a public body, a publicly owned firm or a federal contract chain buys
    #[arg(long, value_name = "ANSWER")]
    pub(super) public_body: Option<Answer>,

    /// Append this message to the ledger; one to the vendor has to stand there
    #[arg(long)]
    pub(super) record: bool,

    /// The ledger; else the configuration's, else ./underpin-referrals.jsonl
    #[arg(long, value_name = "FILE")]
    pub(super) ledger: Option<PathBuf>,

    #[command(flatten)]
    pub(super) policy: PolicyArgs,

    #[command(flatten)]
    pub(super) lead: LeadArgs,
}
