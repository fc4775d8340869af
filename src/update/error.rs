//! Why an update did not happen. Whatever it is, the catalog that was there is still there.

use std::path::PathBuf;

use crate::model::Date;
use crate::problem::Problem;

/// An update that did not happen; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// An address that is neither https nor on this machine.
    #[error("{0}: only https is fetched, and http from this machine; or give --sha256 with the digest that the publisher states")]
    Insecure(String),
    /// Something that is no address.
    #[error("{0} is no address: {1}")]
    BadAddress(String, String),
    /// The program was built without the network.
    #[error("{0}: this program was built without the feature `update`; fetch the file by other means and give its path")]
    NoNetwork(String),
    /// The other side did not answer, or stopped in the middle.
    #[error("cannot fetch {0}: {1}")]
    Network(String, String),
    /// The other side answered, and not with the document.
    #[error("cannot fetch {0}: the server answered {1}")]
    Status(String, u16),
    /// More than the limit.
    #[error("{0} has more than {1} bytes, the limit for such a file")]
    TooLarge(String, u64),
    /// A digest that is not the one that was promised.
    #[error("{what} has the SHA-256 digest {found}, not {expected}: it is damaged, or not what its publisher released")]
    Digest { what: String, expected: String, found: String },
    /// A length that is not the one that was promised.
    #[error("{what} has {found} bytes, not {expected}: it is cut off, or not what its publisher released")]
    Length { what: String, expected: u64, found: u64 },
    /// A file that could not be read or written.
    #[error("{0}: {1}")]
    Disk(PathBuf, std::io::Error),
    /// Nothing that an update can be made from.
    #[error("{0} is {1}; give the manifest of a catalog, endoflife.date's list of products (API v1), or CISA's list (JSON)")]
    Unknown(String, String),
    /// A document of the right kind with a wrong value.
    #[error("{0}: {1}")]
    Document(String, String),
    /// A catalog with faults.
    #[error("the catalog of {0} has faults; nothing was changed\n{list}", list = lines(.1))]
    Faults(String, Vec<Problem>),
    /// A catalog that is older than the one in use.
    #[error("{0} is of {1}, older than the catalog in use, of {2}; with --allow-older it is taken all the same")]
    Older(String, Date, Date),
}

/// At most 20 faults, one a line.
fn lines(faults: &[Problem]) -> String {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> = faults.iter().take(SHOWN).map(ToString::to_string).collect();
    if let Some(more) = faults.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("… and {more} more"));
    }
    lines.join("\n")
}
