//! The arguments of `underpin decide`.

use std::path::PathBuf;

use clap::Args;

use crate::model::Date;

use super::args::NoiseArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin decide nginx-server-1.22 declined --price 4500 --by 'web team' --note 'outages cost less'
  underpin decide EOL-nodejs-20 accepted --by CISO --note 'gone by spring' --until 2027-03-31
  underpin decide nginx-server-1.22 --outcome as-expected       twelve months later
  underpin decide --list

The file is plain TOML, only ever appended to: review it and keep it under version control.")]
pub(super) struct DecideArgs {
    /// Id of a case, `nginx-server-1.22`, or of an end of life, `EOL-nodejs-20`, as a report shows it
    #[arg(value_name = "CASE", required_unless_present_any = ["list", "export"])]
    pub(super) case: Option<String>,

    /// What was decided
    #[arg(value_name = "DECISION", value_parser = ["bought", "declined", "upgraded", "accepted"],
          required_unless_present_any = ["list", "export", "outcome"])]
    pub(super) decision: Option<String>,

    /// Price a year that was paid or refused: `4500`, or `4500 EUR` where it is not the report's currency
    #[arg(long, value_name = "MONEY", conflicts_with = "outcome")]
    pub(super) price: Option<String>,

    /// Who decided
    #[arg(long, value_name = "WHO")]
    pub(super) by: Option<String>,

    /// When; today if not given
    #[arg(long, value_name = "DAY", env = "UNDERPIN_AS_OF")]
    pub(super) on: Option<Date>,

    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,

    /// Last day on which an accepted risk counts; twelve months on if not given
    #[arg(long, value_name = "DAY", conflicts_with = "outcome")]
    pub(super) until: Option<Date>,

    /// How the decision on CASE turned out
    #[arg(long, value_name = "WORD", value_parser = ["better", "as-expected", "worse"], conflicts_with = "decision")]
    pub(super) outcome: Option<String>,

    /// Report (JSON) or saved scan that CASE is in, so that verdict and size are recorded beside the decision
    #[arg(long, value_name = "FILE", env = "UNDERPIN_REPORT", conflicts_with = "outcome")]
    pub(super) report: Option<PathBuf>,

    /// Every decision with its outcome
    #[arg(long, conflicts_with_all = ["case", "export"])]
    pub(super) list: bool,

    /// One anonymous line of JSON a decision, to be shared if you like: no name, no host, no exact figure
    #[arg(long, conflicts_with = "case")]
    pub(super) export: bool,

    /// File with decisions; ./underpin-decisions.toml if neither this nor the configuration names one
    #[arg(long, value_name = "FILE", env = "UNDERPIN_DECISIONS")]
    pub(super) decisions: Option<PathBuf>,

    /// Configuration file; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,

    #[command(flatten)]
    pub(super) noise: NoiseArgs,
}
