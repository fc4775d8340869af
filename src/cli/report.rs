//! `underpin report`: the main job.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::catalog::Catalog;
use crate::inventory::{Inventory, write_cyclonedx, write_spdx};
use crate::model::{Currency, Date};
use crate::report::view::{LifeState, ReportV1, UseWord, VerdictWord};
use crate::report::{Csv, Format, Html, Ics, Json, Lead, Markdown, Register, RegisterXlsx, Terminal, View, Xlsx, stamp};
use crate::scan::Detail;
use crate::score::{Policy, Purse};

use super::args::{FailOn, ReportArgs, ReportFormat, TargetArgs};
use super::config::Loaded;
use super::decisions::Decisions;
use super::earlier::Desk;
use super::inventories::{conclude, inventories, rendered};
use super::lead::lead;
use super::lead_args::Audience;
use super::plan::{self, Plan};
use super::screen::Screen;
use super::since::Old;
use super::{Exit, Fatal, interests, output, policy};

const EXTENSIONS: &[(&str, ReportFormat)] = &[
    (".cdx.json", ReportFormat::Cyclonedx),
    (".csv", ReportFormat::Csv),
    (".html", ReportFormat::Html),
    (".ics", ReportFormat::Ics),
    (".json", ReportFormat::Json),
    (".md", ReportFormat::Md),
    (".spdx.json", ReportFormat::Spdx),
    (".txt", ReportFormat::Table),
    (".xlsx", ReportFormat::Xlsx),
];

const REGISTERS: &[(&str, &dyn Format)] = &[(".csv", &Register), (".xlsx", &RegisterXlsx)];

/// What is written where.
struct Outputs<'a> {
    files: Vec<(&'a PathBuf, ReportFormat)>,
    register: Option<(&'a Path, &'static dyn Format)>,
    to_stdout: Option<ReportFormat>,
}

impl<'a> Outputs<'a> {
    fn of(args: &'a ReportArgs) -> Result<Self, Fatal> {
        let file = |path: &'a PathBuf| Ok((path, output::by_extension(path, EXTENSIONS)?));
        let files = args.out.output.iter().map(file).collect::<Result<Vec<_>, Fatal>>()?;
        let register = args.register.as_deref().map(|path| Ok((path, output::by_extension(path, REGISTERS)?))).transpose()?;
        let to_stdout = ((files.is_empty() && register.is_none()) || args.out.format.is_some())
            .then(|| args.out.format.unwrap_or(ReportFormat::Table));
        Ok(Self { files, register, to_stdout })
    }

    /// The formats of the report; the register is no report.
    fn formats(&self) -> impl Iterator<Item = ReportFormat> {
        self.files.iter().map(|(_, format)| *format).chain(self.to_stdout)
    }
}

/// Runs the subcommand.
pub(super) fn run(args: &ReportArgs) -> Result<Exit, Fatal> {
    let outputs = Outputs::of(args)?;
    let is_table = outputs.formats().any(|format| format == ReportFormat::Table);
    let view = args.view.of(is_table)?;
    if args.changes_only && !is_table {
        return Err(Fatal::usage("--changes-only is for the format table").hint("write --format table besides the files"));
    }
    let start = Instant::now();
    let loaded = Loaded::read(args.policy.config.as_deref())?;
    let mut plan = Plan::new(&args.target, &loaded.config)?;
    if outputs.formats().any(|format| matches!(format, ReportFormat::Cyclonedx | ReportFormat::Spdx)) {
        plan.detail = Detail::Licenses;
    }
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let decisions = Decisions::read(args.policy.decisions.as_deref(), &loaded)?;
    let policy = policy::policy(&args.policy, &loaded, &catalog)?;
    let as_of = policy::as_of(&args.policy);
    let since = args.since.as_deref().map(|old| Old::find(old, as_of)).transpose()?;
    let judged = decisions.applied(&policy, as_of);
    let Finished { mut report, inventories } = finish(&args.target, &plan, &catalog, &judged, as_of, !args.no_offers)?;
    decisions.show(&mut report);
    if let Some(old) = since {
        let desk = Desk { catalog: &catalog, policy: &policy, decisions: &decisions };
        report.since = Some(old.compare(&report, &inventories, &desk)?);
    }
    interests::disclose(&mut report, &loaded)?;
    sealed(&mut report)?;
    let redacted = for_vendor(args, &outputs, &loaded, &catalog, &report)?;
    let shown = Shown { report: &report, inventories: &inventories };
    let one = |format, screen, elapsed, out: &mut dyn Write| match &redacted {
        Some(lead) => render_lead(format, lead, out),
        None => shown.render(format, &terminal(args, view, screen, elapsed), out),
    };
    for (path, format) in &outputs.files {
        rendered(&plan, || output::to_file(path, |out| one(*format, Screen::PLAIN, None, out)))?;
    }
    if let Some((path, format)) = outputs.register {
        rendered(&plan, || output::to_file(path, |out| format.render(&report, out)))?;
    }
    if let Some(format) = outputs.to_stdout {
        let screen = Screen::of(&args.target.noise);
        let elapsed = start.elapsed();
        rendered(&plan, || output::to_stdout(|out| one(format, screen, Some(elapsed), out)))?;
    }
    let exit = conclude(&plan, &inventories);
    let failed = args.fail_on.iter().any(|condition| holds(*condition, &report));
    Ok(if failed { Exit::Condition } else { exit })
}

/// What a vendor gets in place of the report. The scan only proves that the product is there at all.
fn for_vendor(
    args: &ReportArgs,
    outputs: &Outputs<'_>,
    loaded: &Loaded,
    catalog: &Catalog,
    report: &ReportV1,
) -> Result<Option<Lead>, Fatal> {
    if args.audience == Audience::Employer {
        let refused = Fatal::usage("--company, --product, --size-band and --contact are what a vendor may be told");
        return if args.lead.is_empty() { Ok(None) } else { Err(refused.hint("add --audience vendor, or leave them out")) };
    }
    let told = outputs.formats().all(|format| render_of_lead(format).is_some());
    if outputs.register.is_some() || !told {
        return Err(Fatal::usage("a vendor is told nothing of the scan, which this file would be made of")
            .hint("with --audience vendor write .txt, .html, .md or .json, and no register"));
    }
    let (lead, product) = lead(&args.lead, loaded, catalog)?;
    match product.filter(|product| !report.deployments.iter().any(|found| found.product == product.id)) {
        Some(product) => {
            Err(Fatal::usage(format!("no {} was found there", product.name)).hint("see what was: `underpin report --all TARGET`"))
        }
        None => Ok(Some(lead)),
    }
}

/// A report, with what it was made of.
pub(super) struct Finished {
    pub(super) report: ReportV1,
    /// What the targets hold, with the problems that are still to be told.
    pub(super) inventories: Vec<Inventory>,
}

/// Scans or reads the targets and makes the report.
pub(super) fn finish(
    args: &TargetArgs,
    plan: &Plan,
    catalog: &Catalog,
    policy: &Policy,
    as_of: Date,
    with_offers: bool,
) -> Result<Finished, Fatal> {
    convertible(catalog, policy)?;
    let inventories = inventories(plan, catalog)?;
    let arguments = arguments(args);
    let mut report = crate::report(&inventories, catalog, policy, as_of, &arguments, with_offers, &plan.stages);
    sealed(&mut report)?;
    Ok(Finished { report, inventories })
}

/// Sets the digest of a report that is complete.
fn sealed(report: &mut ReportV1) -> Result<(), Fatal> {
    stamp(report).map_err(|error| Fatal::unusable(format!("cannot compute the report's digest: {error}")))
}

/// Refuses a currency without a rate: a report whose amounts could not be converted would be wrong throughout.
pub(super) fn convertible(catalog: &Catalog, policy: &Policy) -> Result<(), Fatal> {
    if catalog.rates().is_none_or(|rates| Purse::new(policy.currency, rates).is_none()) && policy.currency != Currency::USD {
        let known = catalog.rates().into_iter().flat_map(|rates| rates.rates.keys().chain([&rates.base]));
        let known: Vec<String> = known.map(ToString::to_string).collect();
        let refused = Fatal::usage(format!("no rate for the currency {} is on record", policy.currency));
        return Err(refused.hint(format!("on record: {}", known.join(" "))));
    }
    Ok(())
}

/// The targets as a shell takes them, for the next command; sorted, so that their order does not matter.
pub(super) fn arguments(args: &TargetArgs) -> String {
    let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
    let mut targets = args.targets.clone();
    targets.sort();
    match targets.as_slice() {
        [] => args.host_root.as_ref().map_or_else(|| ".".to_owned(), |root| format!("--host-root {}", root.display())),
        few if few.len() <= 3 => few.iter().map(shown).collect::<Vec<_>>().join(" "),
        many => format!("{} ...", many.iter().take(2).map(shown).collect::<Vec<_>>().join(" ")),
    }
}

fn terminal(args: &ReportArgs, view: View, screen: Screen, elapsed: Option<Duration>) -> Terminal {
    let Screen { width, style, links, .. } = screen;
    Terminal { width, style, elapsed, all: args.target.all, view, links, changes_only: args.changes_only }
}

/// Everything that a format may need.
struct Shown<'r> {
    report: &'r ReportV1,
    /// What it was made of, for bills of materials.
    inventories: &'r [Inventory],
}

impl Shown<'_> {
    fn render(&self, format: ReportFormat, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        let Self { report, inventories } = *self;
        match format {
            ReportFormat::Table => terminal.render(report, out),
            ReportFormat::Json => Json.render(report, out),
            ReportFormat::Md => Markdown.render(report, out),
            ReportFormat::Html => Html.render(report, out),
            ReportFormat::Csv => Csv.render(report, out),
            ReportFormat::Xlsx => Xlsx.render(report, out),
            ReportFormat::Ics => Ics.render(report, out),
            ReportFormat::Cyclonedx => write_cyclonedx(inventories, out),
            ReportFormat::Spdx => write_spdx(inventories, report.as_of, out),
        }
    }
}

/// Writes a request to a vendor in one format.
type RenderLead = fn(&Lead, &mut dyn Write) -> io::Result<()>;

/// How a request to a vendor is written in a format, if at all.
fn render_of_lead(format: ReportFormat) -> Option<RenderLead> {
    match format {
        ReportFormat::Table => Some(Lead::text),
        ReportFormat::Json => Some(Lead::json),
        ReportFormat::Md => Some(Lead::markdown),
        ReportFormat::Html => Some(Lead::html),
        _ => None,
    }
}

fn render_lead(format: ReportFormat, lead: &Lead, out: &mut dyn Write) -> io::Result<()> {
    let render = render_of_lead(format).ok_or_else(|| io::Error::other("no request is written in this format"))?;
    render(lead, out)
}

fn holds(condition: FailOn, report: &ReportV1) -> bool {
    let in_use = || {
        report
            .deployments
            .iter()
            .filter(|found| found.makes_case || matches!(found.usage, UseWord::Running | UseWord::Enabled | UseWord::Declared))
    };
    match condition {
        FailOn::Eol => in_use().any(|found| found.lifecycle.state == LifeState::Eol),
        FailOn::Ending => in_use().any(|found| matches!(found.lifecycle.state, LifeState::Ending | LifeState::Eol)),
        FailOn::MustAct => report.opportunities.iter().any(|case| case.verdict == VerdictWord::MustAct),
        FailOn::MustActIfExposed => {
            report.opportunities.iter().any(|case| case.must_act_if_exposed || case.verdict == VerdictWord::MustAct)
        }
        FailOn::PaysOff => {
            let verdicts = report.opportunities.iter().map(|case| case.verdict);
            verdicts.chain(report.bundles.iter().map(|bundle| bundle.verdict)).any(|verdict| verdict == VerdictWord::PaysOff)
        }
    }
}
