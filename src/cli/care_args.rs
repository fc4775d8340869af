//! What a scan spares and what it may leave behind.

use clap::Args;
use clap::builder::BoolishValueParser;

#[derive(Debug, Args)]
pub(super) struct CareArgs {
    /// Read every file, also those that did not change since the last scan
    #[arg(long, env = "UNDERPIN_NO_CACHE", value_parser = BoolishValueParser::new())]
    pub(super) no_cache: bool,

    /// Let everything else on the machine have processors and disk first
    #[arg(long, env = "UNDERPIN_LOW_PRIORITY", value_parser = BoolishValueParser::new())]
    pub(super) low_priority: bool,
}
