//! Whose rights the program runs with.

use rustix::process::{getegid, geteuid, getgid, getuid};

use super::Fatal;

/// The niceness that leaves most to others; the disk's schedulers derive their own class from it.
const NICEST: i32 = 19;

/// Refuses to run with the rights of somebody else than who started it: that one would be shown what only the owner of the rights may
/// see. `sudo` changes both, and is no such case.
pub(super) fn refuse_borrowed() -> Result<(), Fatal> {
    if (getuid(), getgid()) == (geteuid(), getegid()) && (getuid().is_root() || !has_capabilities()) {
        return Ok(());
    }
    let refused =
        Fatal::unusable("it is installed set-user-id, set-group-id or with capabilities of its own, and refuses to run so");
    Err(refused.hint("take the mode bits or capabilities away, and start it as root where root is needed"))
}

/// Lets everything else go first. To be called before there are threads.
pub(super) fn step_back() -> Result<(), Fatal> {
    rustix::process::nice(NICEST).map(drop).map_err(|error| Fatal::unusable(format!("cannot lower the priority: {error}")))
}

/// Whether the program's file gives capabilities (capabilities(7), "File capabilities") to whoever starts it.
fn has_capabilities() -> bool {
    let mut value = [0_u8; 64];
    let read = |path: std::path::PathBuf| rustix::fs::getxattr(path, "security.capability", &mut value).is_ok_and(|len| len > 0);
    std::env::current_exe().is_ok_and(read)
}
