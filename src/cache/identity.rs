//! What findings depend on besides the files: the program, its catalog and detectors, the machine, the user and where the target is.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::detect::Detector;
use crate::model::hex;
use crate::source::Stamp;

/// Digests of everything that findings depend on besides the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What has a file of its own: a machine, a root, and a choice of detectors.
    place: [u8; 32],
    /// Everything.
    whole: [u8; 32],
}

impl Identity {
    /// The identity of a scan of `root` by this program, with these detectors and the catalog of this digest; `absolute` as in the plan.
    /// `None` if it cannot be told which program this is.
    #[must_use]
    pub fn of(root: &Path, absolute: bool, detectors: &[&'static dyn Detector], catalog: &str) -> Option<Self> {
        let ids: Vec<&[u8]> = detectors.iter().map(|detector| detector.id().as_bytes()).collect();
        let node = rustix::system::uname();
        let machine = std::fs::read("/etc/machine-id").unwrap_or_default();
        let mut place = Parts::default();
        place.add(root.as_os_str().as_bytes());
        place.add(&[u8::from(absolute)]);
        place.add(node.nodename().to_bytes());
        place.add(&machine);
        for id in ids {
            place.add(id);
        }
        let mut whole = place.clone();
        whole.add(env!("CARGO_PKG_VERSION").as_bytes());
        whole.add(&program()?);
        whole.add(catalog.as_bytes());
        whole.add(&user());
        Some(Self { place: place.digest(), whole: whole.digest() })
    }

    /// The name of its file.
    pub(super) fn file_name(&self) -> String {
        let name = hex(&self.place);
        format!("{}.scan", name.get(..32).unwrap_or(&name))
    }

    /// What a file must be of to be believed.
    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.whole
    }
}

/// The state of the program's own file: one that was built anew reads other things into the same bytes, whatever its version says.
fn program() -> Option<Vec<u8>> {
    let metadata = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let Stamp { device, inode, size, modified, changed } = Stamp::of(&metadata);
    Some(format!("{device} {inode} {size} {modified} {changed}").into_bytes())
}

/// Who looks: another user, or the same one with other rights, may be refused what this one can read.
fn user() -> Vec<u8> {
    let groups = rustix::process::getgroups().unwrap_or_default();
    let groups: Vec<u32> = groups.into_iter().map(rustix::process::Gid::as_raw).collect();
    let rights = rustix::thread::capabilities(None).map(|sets| sets.effective.bits()).unwrap_or_default();
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    format!("{user} {group} {groups:?} {rights}").into_bytes()
}

/// A digest of parts, none of which can pass for the end of another.
#[derive(Clone, Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
