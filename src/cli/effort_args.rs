//! Arguments of `underpin effort` as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  underpin effort add postgresql 1.5 --ticket OPS-7     an hour and a half, today
  underpin effort import toggl.csv --dry-run            what a tracker's export would add
  underpin report / --log-since 2026-01-01              verdicts by the hours that were logged")]
pub(super) enum EffortCommand {
    /// Add one entry
    Add(EffortAdd),
    /// Add what a tracker exported: Toggl, Clockify, Tempo, Jira, GitLab, or a CSV with date, minutes and product
    Import(EffortImport),
    /// Hours by product, month and activity, and what is flagged
    List(EffortList),
}

/// Where the log is.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// Log of hours; else the configuration's, else ./underpin-effort.csv
    #[arg(long, value_name = "FILE", env = "UNDERPIN_LOG")]
    pub(super) log: Option<PathBuf>,

    /// Configuration file; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin effort add nginx 90m
  underpin effort add postgresql 3:30 --on 2026-11-20 --activity upgrade --ticket OPS-7")]
pub(super) struct EffortAdd {
    /// Id or name of a product
    pub(super) product: String,

    /// Time spent: 1.5, 1:30 or 90m
    pub(super) hours: String,

    /// The day of the work; today if not given
    #[arg(long, value_name = "DAY")]
    pub(super) on: Option<String>,

    /// Who did it
    #[arg(long, value_name = "WHO")]
    pub(super) by: Option<String>,

    /// routine, incident, eol-workaround or upgrade; routine if not given
    #[arg(long, value_name = "WHAT")]
    pub(super) activity: Option<String>,

    /// The ticket it belongs to; entries without one are flagged
    #[arg(long, value_name = "TICKET")]
    pub(super) ticket: Option<String>,

    /// Remark
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,

    #[command(flatten)]
    pub(super) log: LogArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin effort import tempo.csv --dry-run            says what it would add
  underpin effort import hours.csv --map OPS=postgresql --map WEB=nginx --dates dmy")]
pub(super) struct EffortImport {
    /// The export
    pub(super) file: PathBuf,

    /// A project, tag or issue key, and the product it means (repeatable)
    #[arg(long, value_name = "PROJECT=PRODUCT")]
    pub(super) map: Vec<String>,

    /// Activity of rows that say none: routine, incident, eol-workaround or upgrade; routine if not given
    #[arg(long, value_name = "WHAT")]
    pub(super) activity: Option<String>,

    /// What comes first in a day such as 03/04/2026
    #[arg(long, value_name = "ORDER", value_parser = ["dmy", "mdy"])]
    pub(super) dates: Option<String>,

    /// Say what would be added, and add nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    #[command(flatten)]
    pub(super) log: LogArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin effort list
  underpin effort list --format csv --log team.csv > hours.csv")]
pub(super) struct EffortList {
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(super) format: ListFormat,

    #[command(flatten)]
    pub(super) log: LogArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// Aligned lines
    Text,
    /// JSON
    Json,
    /// CSV
    Csv,
}
