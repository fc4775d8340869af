//! The subcommand: what it reads, when it asks and when it must not, and where the file goes.

use std::io::{self, IsTerminal};
use std::path::Path;

use crate::matching;
use crate::model::Deployment;
use crate::report::visible;
use crate::score::{Policy, Survey};
use crate::vulns;

use super::file::{Origin, text};
use super::interview::{Found, MOST, Said, interview, standing};
use super::topics;
use crate::cli::args::InitArgs;
use crate::cli::config::Loaded;
use crate::cli::decisions::Decisions;
use crate::cli::inventories::{conclude, inventories};
use crate::cli::plan::{self, Plan};
use crate::cli::report::{arguments, convertible};
use crate::cli::{Exit, Fatal, output, policy};

/// The name under which the other subcommands find it.
const USUAL: &str = "underpin.toml";

/// Runs the subcommand.
pub(in crate::cli) fn run(args: &InitArgs) -> Result<Exit, Fatal> {
    let path = args.output.as_deref().unwrap_or(Path::new(USUAL));
    let to_stdout = path == Path::new("-");
    if !to_stdout && !args.force && path.symlink_metadata().is_ok() {
        return Err(exists(path));
    }
    let loaded = base(args)?;
    let plan = Plan::new(&args.target, &loaded.config)?;
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let given = policy::policy(&args.policy, &loaded, &catalog)?;
    convertible(&catalog, &given)?;
    let as_of = policy::as_of(&args.policy);
    let decisions = Decisions::read(args.policy.decisions.as_deref(), &loaded)?;
    let inventories = inventories(&plan, &catalog)?;
    let mut deployments: Vec<Vec<Deployment>> =
        inventories.iter().map(|inventory| matching::deployments(inventory, &catalog, as_of)).collect();
    // What the lists say of a deployment lies in it now; the rest is for a report.
    let _ = vulns::tie(&given.vulnerabilities, &inventories, &mut deployments, &catalog);
    let found = Found { deployments: &deployments.concat(), catalog: &catalog, as_of };
    let said = answers(args, &found, decisions.applied(&given, as_of))?;
    let country = loaded.config.policy.country.as_ref().map(|code| code.get_ref().as_str());
    let origin = Origin { as_of, arguments: arguments(&args.target), given: &given, country };
    let written = text(&found, &said, &origin);
    if to_stdout {
        output::to_stdout(|out| out.write_all(written.as_bytes()))?;
    } else {
        let write = |out: &mut dyn io::Write| out.write_all(written.as_bytes());
        if args.force {
            output::to_public_file(path, write)?;
        } else if !output::to_first_file(path, write)? {
            // Somebody else wrote one while the questions were asked.
            return Err(exists(path));
        }
        tell(&said, path, &origin.arguments);
    }
    Ok(conclude(&plan, &inventories))
}

fn exists(path: &Path) -> Fatal {
    let refused = Fatal::usage(format!("{} exists", path.display()));
    refused.hint("write it anew with --force, elsewhere with --output FILE, or to standard output with --output -")
}

/// What a named configuration says; one that merely lies about is what is to be written, not what is to be read.
fn base(args: &InitArgs) -> Result<Loaded, Fatal> {
    let Some(path) = args.policy.config.as_deref() else { return Ok(Loaded::default()) };
    let loaded = Loaded::read(Some(path))?;
    if !loaded.config.catalog.is_empty() || loaded.config.decisions.is_some() {
        anstream::eprintln!("note: paths of the catalog and of decisions in {} are not copied", path.display());
    }
    Ok(loaded)
}

/// The policy after the questions: asked of a person at a terminal, else complete by flags or refused.
fn answers(args: &InitArgs, found: &Found<'_>, policy: Policy) -> Result<Said, Fatal> {
    if args.yes {
        return Ok(Said { cases: found.cases(&policy), policy });
    }
    let failed = |error: io::Error| Fatal::unusable(format!("cannot ask: {error}"));
    if io::stdin().is_terminal() {
        return interview(found, policy, &mut io::stdin().lock(), &mut io::stderr().lock()).map_err(failed);
    }
    let Survey { cases, inquiries: mut missing } = found.survey(&policy);
    missing.truncate(MOST);
    if missing.is_empty() {
        return Ok(Said { policy, cases });
    }
    let flags = missing.iter().map(|inquiry| {
        let default = topics::default(inquiry.topic, found, &policy, &cases).value;
        format!("{:<24} {}; else {default}", topics::flag(inquiry.topic), topics::subject(inquiry.topic))
    });
    let flags: Vec<String> = flags.collect();
    let count = if flags.len() == 1 { "1 answer is".to_owned() } else { format!("{} answers are", flags.len()) };
    Err(Fatal::usage(format!("standard input is no terminal, and {count} missing")).hint(format!(
        "{}\n  {:<24} take these defaults",
        flags.join("\n  "),
        "--yes"
    )))
}

fn tell(said: &Said, path: &Path, arguments: &str) {
    let named = if path == Path::new(USUAL) { String::new() } else { format!(" --config {}", path.display()) };
    anstream::eprintln!("wrote {}: {}", visible(&path.to_string_lossy()), standing(&said.cases));
    anstream::eprintln!("Next:  underpin report {}", visible(&format!("{arguments}{named}")));
}
