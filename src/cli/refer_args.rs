//! Arguments of `underpin refer` as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::args::{PolicyArgs, TargetArgs};
use super::lead_args::{Audience, LeadArgs};

#[derive(Debug, Subcommand)]
pub(super) enum ReferCommand {
    /// A message that says who may gain, to your employer or, with its consent recorded, to the vendor
    Draft(DraftArgs),
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

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin refer draft acme                       who may gain, without any scan
  underpin refer draft acme report.json --product nginx
  underpin refer draft acme --to vendor --name \"Ada Admin\" --contact ada@shop.example --record

It prints and never sends. A message to the vendor needs [[consent]] in underpin.toml: name, role,
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

    /// Append a line on this message to the ledger
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
