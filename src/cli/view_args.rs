//! Arguments of pages for people as typed: how they are laid out.

use clap::{Args, ValueEnum};

use crate::report::View;

use super::Fatal;

#[derive(Debug, Args)]
pub(super) struct ViewArgs {
    /// How the table format is laid out
    #[arg(long, value_name = "NAME")]
    pub(super) view: Option<ViewWord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ViewWord {
    /// What matters, in lines
    Table,
    /// Target, kind or product, version, where
    Tree,
    /// Everything that is known of each
    Detail,
}

impl ViewArgs {
    /// The view; refused where `is_table` says that no format of the run has one.
    pub(super) fn of(&self, is_table: bool) -> Result<View, Fatal> {
        match self.view {
            Some(_) if !is_table => {
                Err(Fatal::usage("--view is for the format table").hint("leave --view out, or write --format table"))
            }
            None | Some(ViewWord::Table) => Ok(View::Table),
            Some(ViewWord::Tree) => Ok(View::Tree),
            Some(ViewWord::Detail) => Ok(View::Detail),
        }
    }
}
