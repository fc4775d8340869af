//! Lists of vulnerabilities that other programs made: Trivy's and Grype's JSON, `CycloneDX` with `vulnerabilities`, and CSV. Reads
//! them, ties each finding to the components and deployments that were found, and counts what it could not tie.
//!
//! Decides no vulnerability itself: what is not on a list is not known. Touches no disk.

mod cyclonedx;
mod fix;
mod grype;
mod index;
mod list;
mod read;
mod table;
mod tie;
mod trivy;

pub use list::{Finding, Form, List, Lists, StatedFix, Subject};
pub use read::read;
pub use tie::{Checked, ListTally, Tally, tie};
