//! `underpin fund`: how the authors of what was found can be paid.

use crate::report::Fund;
use crate::score::Policy;

use super::args::{FundArgs, TextFormat};
use super::config::Loaded;
use super::inventories::conclude;
use super::plan::Plan;
use super::report::{Finished, finish};
use super::screen::Screen;
use super::{Exit, Fatal, output, plan, policy};

/// Runs the subcommand.
pub(super) fn run(args: &FundArgs) -> Result<Exit, Fatal> {
    let loaded = Loaded::read(None)?;
    let catalog = plan::catalog(&loaded.folders(&args.target.catalog))?;
    let plan = Plan::new(&args.target, &loaded.config)?;
    let Finished { report, inventories } = finish(&args.target, &plan, &catalog, &Policy::default(), policy::today(), false)?;
    let fund = Fund::of(&report);
    output::to_stdout(|out| match args.format {
        TextFormat::Text => out.write_all(fund.text(Screen::of(&args.target.noise).width).as_bytes()),
        TextFormat::Json => out.write_all(fund.json()?.as_bytes()),
    })?;
    Ok(conclude(&plan, &inventories))
}
