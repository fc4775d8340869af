//! Arguments of `underpin catalog` as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::catalog::FileKind;

use super::args::{NoiseArgs, TextFormat};

/// Which catalog is looked at.
#[derive(Debug, Args)]
pub(super) struct CatalogArgs {
    /// Use the catalog files in DIR besides those built in (repeatable)
    #[arg(long, value_name = "DIR", env = "UNDERPIN_CATALOG", value_delimiter = ':')]
    pub(super) catalog: Vec<PathBuf>,

    /// Configuration file, whose catalog folders are used too; else ./underpin.toml, the user's, the system's
    #[arg(long, value_name = "FILE", env = "UNDERPIN_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

/// What `catalog new` makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum NewKind {
    Product,
    Vendor,
}

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  underpin catalog list java               what is known of it
  underpin catalog update                  fresh dates: the only use of the network

A vendor's or a project's own file, from nothing:
  underpin catalog new vendor acme         a file with a comment for every line
  underpin catalog lint                    every fault in it, with the next step
  underpin catalog test                    whether its examples match
  underpin catalog preview vendors/acme.toml   how a buyer sees it
  underpin report / --catalog .            what it does on this host")]
pub(super) enum CatalogCommand {
    /// Every product, or every vendor, one a line
    #[command(after_help = "Examples:
  underpin catalog list
  underpin catalog list database               those that hold the text
  underpin catalog list --vendors")]
    List {
        /// Only those whose id, name or kind holds this text
        filter: Option<String>,
        /// Vendors instead of products
        #[arg(long)]
        vendors: bool,
        #[command(flatten)]
        catalog: CatalogArgs,
    },
    /// All that the catalog holds on one product or vendor
    #[command(after_help = "Examples:
  underpin catalog show nginx
  underpin catalog show acme --catalog ./catalog      with files of your own")]
    Show {
        /// Id or another name of a product or vendor
        id: String,
        #[command(flatten)]
        catalog: CatalogArgs,
    },
    /// A new file to fill in, with a comment for every line
    #[command(after_help = "Examples:
  underpin catalog new vendor acme
  underpin catalog new product util-linux --dir ./catalog")]
    New {
        /// What the file is about
        what: NewKind,
        /// Its id, which is the file's name: lower-case letters, digits, `.` and `-`
        id: String,
        /// Catalog folder that the file goes into
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Check catalog files and show every fault at its line, with the next step
    #[command(after_help = "Examples:
  underpin catalog lint                        the current folder
  underpin catalog lint vendors/acme.toml --format json")]
    Lint {
        /// Catalog folders, or files in one; the current folder if it is one, else the built-in catalog
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Print counts
        #[arg(long)]
        stats: bool,
        /// Format on standard output
        #[arg(long, value_name = "NAME", default_value = "text")]
        format: TextFormat,
    },
    /// Bring the catalog up to date, from an address or a file
    Update(UpdateArgs),
    /// Pack a catalog folder for others to update from
    #[command(after_help = "Examples:
  underpin catalog pack ./catalog -o ./public  then: underpin catalog update URL")]
    Pack {
        /// The folder, with `products/`, `lifecycle/`, `vendors/`
        folder: PathBuf,
        /// Folder to put the archive and its manifest.json into
        #[arg(short, long, value_name = "DIR", default_value = ".")]
        output: PathBuf,
    },
    /// Try the examples that product files hold
    #[command(after_help = "Examples:
  underpin catalog test
  underpin catalog test products/util-linux.toml")]
    Test {
        /// Catalog folders, or files in one; the current folder if none is given
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// How a buyer sees a product or a vendor's offers
    #[command(after_help = "Examples:
  underpin catalog preview acme
  underpin catalog preview vendors/acme.toml")]
    Preview {
        /// Id of a product or vendor, or a catalog file
        #[arg(value_name = "ID|FILE")]
        entry: String,
        #[command(flatten)]
        catalog: CatalogArgs,
    },
    /// The JSON Schema of a kind of file, for editors
    #[command(after_help = "Examples:
  underpin catalog schema vendor > vendor.schema.json")]
    Schema {
        /// Kind of file
        #[arg(value_enum)]
        of: FileKind,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  underpin catalog update https://vendor.example/underpin/manifest.json
  underpin catalog update ./manifest.json        the archive lies beside it
  underpin catalog update endoflife              fresh dates from endoflife.date
  underpin catalog update kev                    CISA's known exploited vulnerabilities
  underpin catalog update                        all of these addresses again

This is the only command that uses the network. It sends nothing but the request.")]
pub(super) struct UpdateArgs {
    /// A manifest, endoflife.date's list or CISA's list: `endoflife`, `kev`, an address or a file; every address of the
    /// last time if none is given
    #[arg(value_name = "URL|FILE")]
    pub(super) origins: Vec<String>,

    /// SHA-256 digest that the document must have
    #[arg(long, value_name = "HEX", env = "UNDERPIN_SHA256")]
    pub(super) sha256: Option<String>,

    /// Take a catalog that is older than the one in use
    #[arg(long)]
    pub(super) allow_older: bool,

    /// Check everything, say what would change, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Forget what updates brought and use the built-in catalog again
    #[arg(long, conflicts_with_all = ["origins", "dry_run", "sha256"])]
    pub(super) reset: bool,

    /// Most time for each request, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120, env = "UNDERPIN_TIMEOUT")]
    pub(super) timeout: u64,

    #[command(flatten)]
    pub(super) noise: NoiseArgs,
}

impl ValueEnum for FileKind {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Product, Self::Vendor, Self::Lifecycle]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Product => "product",
            Self::Vendor => "vendor",
            Self::Lifecycle => "lifecycle",
        }))
    }
}
