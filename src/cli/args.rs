//! Arguments as typed. Nothing here interprets them; `plan` does, once.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::{Currency, Date};

use super::care_args::CareArgs;
use super::catalog_args::CatalogCommand;
use super::decide_args::DecideArgs;
use super::effort_args::EffortCommand;
use super::lead_args::{Audience, LeadArgs};
use super::refer_args::ReferCommand;
use super::view_args::ViewArgs;

/// Finds the open-source software that underpins an organisation and says what to do for free, where paid support would
/// pay off and where it would not.
#[derive(Debug, Parser)]
#[command(name = "underpin", version, max_term_width = 100, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

const AFTER_HELP: &str = "Examples:
  underpin report /                        this host
  underpin report .                        this repository
  underpin report / --downtime-cost 500    with the one figure that decides most
  underpin scan / --format json > web1.json; underpin report web1.json db1.json
  underpin explain nginx /                 one verdict, line by line

It reads only, starts no program, and uses no network but for `catalog update`.
Exit codes: 0 done, 1 a --fail-on condition holds, 2 usage, 3 faulty catalog or configuration,
4 interrupted, or with --strict: something could not be read, 5 nothing could be done.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan, or read scans and SBOMs, and say what to do and where support pays off
    Report(ReportArgs),
    /// The inventory alone
    Scan(ScanArgs),
    /// One verdict, step by step, with what would change it
    Explain(ExplainArgs),
    /// How the authors of what was found can be paid
    Fund(FundArgs),
    /// Record what was decided on a case and, later, how it turned out
    Decide(DecideArgs),
    /// The hours that your team logs, which move the verdicts
    #[command(subcommand)]
    Effort(EffortCommand),
    /// Messages that say who may gain from a referral: printed, never sent
    #[command(subcommand)]
    Refer(ReferCommand),
    /// Ask the few questions that change most verdicts here, and write underpin.toml
    Init(InitArgs),
    /// What the program knows: products, life cycles, vendors
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Shell completions, on standard output
    #[command(after_help = "Examples:
  underpin completions bash > /etc/bash_completion.d/underpin
  underpin completions zsh > ~/.zfunc/_underpin
  underpin completions fish > ~/.config/fish/completions/underpin.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The manual page, on standard output
    #[command(after_help = "Examples:
  underpin man > /usr/local/share/man/man1/underpin.1
  underpin man | man -l -")]
    Man,
}

/// What to look at, and how.
#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Directories (`/` is this host), images, archives, scans or SBOMs; the current directory if none is given
    #[arg(value_name = "TARGET")]
    pub(super) targets: Vec<PathBuf>,

    /// Look at the host whose root is mounted at DIR
    #[arg(long, value_name = "DIR", env = "UNDERPIN_HOST_ROOT")]
    pub(super) host_root: Option<PathBuf>,

    /// Leave out paths that match; a name without `/` matches at any depth (repeatable)
    #[arg(long, value_name = "GLOB", env = "UNDERPIN_EXCLUDE", value_delimiter = ',')]
    pub(super) exclude: Vec<String>,

    /// Do not cross mount points
    #[arg(long, env = "UNDERPIN_ONE_FILE_SYSTEM")]
    pub(super) one_file_system: bool,

    /// Use only these detectors (repeatable)
    #[arg(long, value_name = "DETECTOR", env = "UNDERPIN_ONLY", value_delimiter = ',', conflicts_with = "skip")]
    pub(super) only: Vec<String>,

    /// Do without these detectors (repeatable)
    #[arg(long, value_name = "DETECTOR", env = "UNDERPIN_SKIP", value_delimiter = ',')]
    pub(super) skip: Vec<String>,

    /// Number of threads; as many as processors if not given
    #[arg(long, value_name = "N", env = "UNDERPIN_THREADS")]
    pub(super) threads: Option<usize>,

    #[command(flatten)]
    pub(super) care: CareArgs,

    /// Show what counts as somebody else's or as owned by a distribution package, too
    #[arg(long, env = "UNDERPIN_ALL")]
    pub(super) all: bool,

    /// Fail with exit code 4 if something could not be read
    #[arg(long, env = "UNDERPIN_STRICT")]
    pub(super) strict: bool,

    /// Use the catalog files in DIR besides those built in (repeatable)
    #[arg(long, value_name = "DIR", env = "UNDERPIN_CATALOG", value_delimiter = ':')]
    pub(super) catalog: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) noise: NoiseArgs,
}

/// How much to say on standard error.
#[derive(Debug, Args)]
pub(super) struct NoiseArgs {
    /// No progress and no problems on standard error
    #[arg(short, long, env = "UNDERPIN_QUIET", conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// Every problem, and how long each stage took, on standard error
    #[arg(short, long, env = "UNDERPIN_VERBOSE")]
    pub(super) verbose: bool,

    /// When to use colours; `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` count where it is auto
    #[arg(long, value_name = "WHEN", default_value = "auto", env = "UNDERPIN_COLOR")]
    pub(super) color: When,

    /// When to make links of what rests on a page; `FORCE_HYPERLINK` decides for a terminal that is not known
    #[arg(long, value_name = "WHEN", default_value = "auto", env = "UNDERPIN_HYPERLINKS")]
    pub(super) hyperlinks: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// Where the result goes.
#[derive(Debug, Args)]
pub(super) struct OutputArgs<F: ValueEnum + Clone + Send + Sync + 'static> {
    /// Format on standard output
    #[arg(long, value_name = "NAME", env = "UNDERPIN_FORMAT")]
    pub(super) format: Option<F>,

    /// Write to FILE, in the format of its extension (repeatable)
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ScanFormat {
    /// For people
    Table,
    /// A saved scan, to be reported here or elsewhere
    Json,
    /// One package URL a line, sorted, unique
    Purls,
    /// Executables that no package owns and nothing explains: one path a line, sorted
    Unknowns,
    /// The inventory, a component a row
    Csv,
    /// `CycloneDX` 1.6 JSON
    Cyclonedx,
    /// SPDX 2.3 JSON
    Spdx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people, in a terminal
    Table,
    /// underpin.report/1
    Json,
    /// For tickets and wikis
    Md,
    /// Cases and offers, a row each
    Csv,
    /// Ends of life and of accepted risks, as a calendar
    Ics,
    /// `CycloneDX` 1.6 JSON of what was found
    Cyclonedx,
    /// SPDX 2.3 JSON of what was found
    Spdx,
    /// A workbook, which is no text: only as a file
    #[value(skip)]
    Xlsx,
    /// One file that opens offline
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// For people, in a terminal
    Text,
    /// For a ticket
    Md,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin scan / --format purls
  underpin scan . --view tree                   by ecosystem, with every place: --all
  underpin scan . -o bom.cdx.json -o bom.spdx.json
  underpin scan / --format json > host.json     report it anywhere: underpin report host.json")]
pub(super) struct ScanArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) out: OutputArgs<ScanFormat>,
    #[command(flatten)]
    pub(super) view: ViewArgs,

    /// Configuration file, whose catalog folders are used; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,

    /// Day on which an SPDX document says it was created; today if not given
    #[arg(long, value_name = "DAY", env = "UNDERPIN_AS_OF")]
    pub(super) as_of: Option<Date>,
}

/// The organisation's own figures.
#[derive(Debug, Default, Args)]
pub(super) struct PolicyArgs {
    /// What one hour of downtime costs, in the report's currency
    #[arg(long, value_name = "MONEY", env = "UNDERPIN_DOWNTIME_COST")]
    pub(super) downtime_cost: Option<String>,

    /// Cost of one hour down as a class: 0 none, 1 hundreds, 2 thousands, 3 tens of thousands
    #[arg(long, value_name = "0-3", env = "UNDERPIN_TIER", value_parser = clap::value_parser!(u8).range(0..=3), conflicts_with = "downtime_cost")]
    pub(super) tier: Option<u8>,

    /// What the targets are used for
    #[arg(long, value_name = "ENV", env = "UNDERPIN_ENV", value_parser = ["prod", "staging", "dev"])]
    pub(super) env: Option<String>,

    /// From where the software can be reached
    #[arg(long, value_name = "REACH", env = "UNDERPIN_EXPOSURE", value_parser = ["none", "local", "internal", "internet"])]
    pub(super) exposure: Option<String>,

    /// A regime that applies (repeatable)
    #[arg(long, value_name = "NAME", env = "UNDERPIN_REGIME", value_delimiter = ',',
          value_parser = ["pci", "hipaa", "fedramp", "nis2", "dora", "cra", "iso27001", "other"])]
    pub(super) regime: Vec<String>,

    /// Hours that an upgrade away from end-of-life software would take
    #[arg(long, value_name = "HOURS", env = "UNDERPIN_UPGRADE_HOURS")]
    pub(super) upgrade_hours: Option<String>,

    /// How many services the hosts make up
    #[arg(long, value_name = "N", env = "UNDERPIN_SERVICES")]
    pub(super) services: Option<u32>,

    /// What an hour of staff costs, in the report's currency
    #[arg(long, value_name = "MONEY", env = "UNDERPIN_HOURLY_COST")]
    pub(super) hourly_cost: Option<String>,

    /// Vulnerabilities that another program found: JSON of Trivy, Grype or CycloneDX (VEX), or CSV (repeatable)
    #[arg(long, value_name = "FILE", env = "UNDERPIN_VULNS", value_delimiter = ':')]
    pub(super) vulns: Vec<PathBuf>,

    /// Currency of the report
    #[arg(long, value_name = "CODE", env = "UNDERPIN_CURRENCY")]
    pub(super) currency: Option<Currency>,

    /// Compute all dates and verdicts for DAY; today if not given
    #[arg(long, value_name = "DAY", env = "UNDERPIN_AS_OF")]
    pub(super) as_of: Option<Date>,

    /// Log of hours; else the configuration's, else ./underpin-effort.csv
    #[arg(long, value_name = "FILE", env = "UNDERPIN_LOG")]
    pub(super) log: Option<PathBuf>,

    /// The day since which all hours are logged; without it a log is not used
    #[arg(long, value_name = "DAY", env = "UNDERPIN_LOG_SINCE")]
    pub(super) log_since: Option<Date>,

    /// The last day of which all hours are logged; the report's day if not given
    #[arg(long, value_name = "DAY", env = "UNDERPIN_LOG_UNTIL")]
    pub(super) log_until: Option<Date>,

    /// Configuration file; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,

    /// File with decisions; ./underpin-decisions.toml if neither this nor the configuration names one
    #[arg(long, value_name = "FILE", env = "UNDERPIN_DECISIONS")]
    pub(super) decisions: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Something in use is past its end of life
    Eol,
    /// Something in use ends within 180 days
    Ending,
    /// A case must be acted on
    MustAct,
    /// A case must be acted on if it can be reached from the internet
    MustActIfExposed,
    /// Paid support pays off somewhere
    PaysOff,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin report / --downtime-cost 500
  underpin report . --regime pci -o report.html -o report.json
  underpin report / -o cases.xlsx -o ends.ics --register register.xlsx
  underpin report hosts/*.json --fail-on must-act
  underpin report / --view detail               everything that is known of each product
  underpin report / --since 2026-06-30         or --since june.json, an earlier report or scan
  underpin report / --since june.json --changes-only    for jobs: silent if nothing changed")]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) out: OutputArgs<ReportFormat>,
    #[command(flatten)]
    pub(super) view: ViewArgs,

    /// Write the register of unsupported technology to FILE, .xlsx or .csv: state, owner, decision, coverage
    #[arg(long, value_name = "FILE", env = "UNDERPIN_REGISTER")]
    pub(super) register: Option<PathBuf>,

    /// Leave the vendors' offers out
    #[arg(long, env = "UNDERPIN_NO_OFFERS")]
    pub(super) no_offers: bool,

    /// Say what changed since OLD: an earlier report (JSON), a saved scan, or a day such as 2026-06-30
    #[arg(long, value_name = "OLD", env = "UNDERPIN_SINCE")]
    pub(super) since: Option<String>,

    /// Of the table format only what changed since OLD; nothing at all if nothing did
    #[arg(long, requires = "since", conflicts_with = "view", env = "UNDERPIN_CHANGES_ONLY")]
    pub(super) changes_only: bool,

    /// For whom it is; a vendor gets the four fields at the end, as you give them, and nothing else
    #[arg(long, value_name = "WHOM", default_value = "employer")]
    pub(super) audience: Audience,

    /// Exit with code 1 if the condition holds (repeatable)
    #[arg(long, value_name = "WHAT", env = "UNDERPIN_FAIL_ON", value_delimiter = ',')]
    pub(super) fail_on: Vec<FailOn>,

    #[command(flatten)]
    pub(super) lead: LeadArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin explain nginx /                     line by line, for this host
  underpin explain nginx / --format md         the same for a ticket
  underpin explain --case case.json            one case whose figures a file gives")]
pub(super) struct ExplainArgs {
    /// The product; or, with --case, nothing
    #[arg(value_name = "PRODUCT", required_unless_present = "case")]
    pub(super) product: Option<String>,

    /// Score one case whose inputs FILE gives as JSON, without any scan
    #[arg(long, value_name = "FILE", conflicts_with_all = ["product", "targets"])]
    pub(super) case: Option<PathBuf>,

    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(super) format: ExplainFormat,

    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin fund .                    links by how many packages name them
  underpin fund / --format json      underpin.fund/1")]
pub(super) struct FundArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,

    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(super) format: TextFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin init /                                  at most five questions, then ./underpin.toml
  underpin init web1.json --tier 2 --env staging   without a terminal: answers as flags
  underpin init . --yes --output -                 every default, on standard output

What is given as a flag is not asked. An empty answer keeps the default and is written as a comment.")]
pub(super) struct InitArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,

    /// Write to FILE, `-` for standard output; ./underpin.toml if not given
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Write over a file that exists
    #[arg(long)]
    pub(super) force: bool,

    /// Ask nothing: what no flag says keeps its default
    #[arg(short, long)]
    pub(super) yes: bool,
}

/// What a typed command line means; a wrong one ends in clap's own message.
pub(super) fn parse(argv: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(argv)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The words of an example as a shell makes them, up to a pipe, a redirection or a remark.
    fn words(line: &str) -> Vec<String> {
        let typed = line.split("  ").next().unwrap_or_default();
        let typed = typed.split(['>', '|']).next().unwrap_or_default();
        let quoted = typed.split(['"', '\'']).enumerate();
        let words = quoted.flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        words.collect()
    }

    fn check_examples(command: &clap::Command, path: &str) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  ")).collect();
        let typed = lines.iter().flat_map(|line| line.split("; ")).filter(|line| line.starts_with("underpin "));
        let mut number = 0;
        for example in typed {
            if let Err(error) = parse(words(example).into_iter().map(OsString::from)) {
                panic!("{path}: {example}: {error}");
            }
            number += 1;
        }
        assert!(help.contains("Examples:") && number > 0, "{path} has no example");
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            check_examples(inner, &format!("{path} {}", inner.get_name()));
        }
    }

    #[test]
    fn every_subcommand_has_examples_and_each_of_them_is_valid() {
        check_examples(&Cli::command(), "underpin");
    }

    #[test]
    fn a_case_needs_no_product() {
        assert!(parse(["underpin", "explain", "--case", "x.json"].map(OsString::from)).is_ok());
        assert!(parse(["underpin", "explain"].map(OsString::from)).is_err());
    }
}
