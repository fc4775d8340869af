//! `underpin explain`: one verdict argued line by line, or one explicit case scored from a file.

use std::path::Path;

use crate::report::{explain, explain_json, explain_markdown};
use crate::score::{Answer, Case, answer_lines};

use super::args::{ExplainArgs, ExplainFormat};
use super::config::Loaded;
use super::decisions::Decisions;
use super::inventories::{conclude, rendered};
use super::lead::product_called;
use super::plan::Plan;
use super::report::{Finished, finish};
use super::screen::Screen;
use super::{Exit, Fatal, interests, output, plan, policy};

/// Runs the subcommand.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Fatal> {
    if let Some(path) = &args.case {
        return case(path, args.format);
    }
    let typed = args.product.as_deref().unwrap_or_default();
    let loaded = Loaded::read(args.policy.config.as_deref())?;
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let Some(product) = product_called(&catalog, typed) else {
        return Err(Fatal::usage(format!("the catalog knows no product `{typed}`")).hint("see `underpin catalog list`"));
    };
    let plan = Plan::new(&args.target, &loaded.config)?;
    let as_of = policy::as_of(&args.policy);
    let decisions = Decisions::read(args.policy.decisions.as_deref(), &loaded)?;
    let policy = decisions.applied(&policy::policy(&args.policy, &loaded, &catalog)?, as_of);
    let Finished { mut report, inventories } = finish(&args.target, &plan, &catalog, &policy, as_of, true)?;
    decisions.show(&mut report);
    interests::disclose(&mut report, &loaded)?;
    let argued = match args.format {
        ExplainFormat::Md => explain_markdown(&report, &product.id),
        ExplainFormat::Text => explain(&report, &product.id, Screen::of(&args.target.noise).width),
        ExplainFormat::Json => explain_json(&report, &product.id)
            .transpose()
            .map_err(|error| Fatal::unusable(format!("cannot write the document: {error}")))?,
    };
    let Some(text) = argued else {
        return Err(
            Fatal::usage(format!("no {} was found there", product.name)).hint("see what was: `underpin report --all TARGET`")
        );
    };
    rendered(&plan, || output::to_stdout(|out| out.write_all(text.as_bytes())))?;
    Ok(conclude(&plan, &inventories))
}

fn case(path: &Path, format: ExplainFormat) -> Result<Exit, Fatal> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Fatal::usage(format!("cannot read case {shown}: {error}")))?;
    let case = Case::parse(&shown, &text).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Fatal::usage(format!("the case cannot be scored\n{}", lines.join("\n")))
    })?;
    let (outcome, judgement) = case.score();
    output::to_stdout(|out| match format {
        ExplainFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &Answer::new(&outcome, &judgement))?;
            writeln!(out)
        }
        ExplainFormat::Text => answer_lines(&case, &outcome, &judgement).iter().try_for_each(|line| writeln!(out, "{line}")),
        ExplainFormat::Md => {
            let lines = answer_lines(&case, &outcome, &judgement);
            writeln!(out, "```text\n{}\n```", lines.join("\n"))
        }
    })?;
    Ok(Exit::Done)
}
