//! `underpin catalog`: what the program knows, and the bench on which a vendor or a project makes its own file.

mod excerpt;
mod lint;
mod new;
mod notes;
mod paths;
mod preview;
mod run;
mod show;
mod test;

use run::known;
pub(super) use run::run;
