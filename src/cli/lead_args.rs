//! Arguments of what a vendor may be told, as typed.

use clap::{Args, ValueEnum};

/// For whom a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Audience {
    /// Your own organisation: everything
    Employer,
    /// A vendor: the company, the product, its size band and your contact, and nothing else
    Vendor,
}

/// How large the scope is, as roughly as it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SizeBand {
    #[value(name = "1-9")]
    Few,
    #[value(name = "10-49")]
    Tens,
    #[value(name = "50-249")]
    Many,
    #[value(name = "250-999")]
    Hundreds,
    #[value(name = "1000+")]
    Thousands,
}

/// What a vendor may be told; the table `[lead]` of the configuration holds the same.
#[derive(Debug, Args)]
#[command(next_help_heading = "What a vendor may be told")]
pub(super) struct LeadArgs {
    /// Your organisation's name
    #[arg(long, value_name = "NAME")]
    pub(super) company: Option<String>,

    /// The product that it is about
    #[arg(long, value_name = "PRODUCT")]
    pub(super) product: Option<String>,

    /// How many units of it there are, as a band
    #[arg(long, value_name = "BAND")]
    pub(super) size_band: Option<SizeBand>,

    /// How to reach you; nobody else's address
    #[arg(long, value_name = "CONTACT")]
    pub(super) contact: Option<String>,
}

impl LeadArgs {
    /// Whether anything was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.company.is_none() && self.product.is_none() && self.size_band.is_none() && self.contact.is_none()
    }
}
