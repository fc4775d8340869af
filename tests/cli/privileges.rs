//! With whose rights the program runs, and how it behaves beside others.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use crate::fixtures::polyglot;
use crate::program::{stdout, underpin};

/// A copy of the program that everybody may run, with this mode, as nobody.
fn as_nobody(prepare: impl FnOnce(&std::path::Path)) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("underpin");
    fs::copy(env!("CARGO_BIN_EXE_underpin"), &program).expect("a copy");
    let mode = |path: &std::path::Path| fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    mode(folder.path());
    mode(&program);
    prepare(&program);
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&program).arg("--version");
    command.env_clear().output().expect("setpriv, and root")
}

/// Whoever starts a copy that belongs to root would be shown what root may see.
#[test]
fn with_borrowed_rights_it_refuses_to_run() {
    let usual = as_nobody(|_| ());
    assert!(usual.status.success(), "{usual:?}");
    for bits in [0o4755, 0o2755] {
        let output = as_nobody(|program| fs::set_permissions(program, fs::Permissions::from_mode(bits)).expect("a mode"));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(5), true), "{bits:o}: {errors}");
        assert!(errors.starts_with("error: it is installed set-user-id") && errors.contains("start it as root"), "{errors}");
    }
    let output = as_nobody(|program| {
        // CAP_DAC_READ_SEARCH, permitted and effective, as setcap(8) writes it: version 2 of `vfs_cap_data` in linux/capability.h.
        let value = [1, 0, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(program, "security.capability", &value, flags).expect("a file system with capabilities");
    });
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn with_low_priority_the_result_is_the_same() {
    let folder = polyglot();
    let usual = stdout(&mut underpin(["scan", &folder.arg(), "--format", "purls"]));
    assert_eq!(stdout(&mut underpin(["scan", &folder.arg(), "--format", "purls", "--low-priority"])), usual);
}
