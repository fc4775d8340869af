//! What a scan spares and what it may leave behind.

use clap::Args;

#[derive(Debug, Args)]
pub(super) struct CareArgs {
    /// Read every file, also those that did not change since the last scan
    #[arg(long, env = "UNDERPIN_NO_CACHE")]
    pub(super) no_cache: bool,
}
