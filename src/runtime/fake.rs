//! A root with a /proc in a temporary folder, for the tests of this module. Has only what those tests ask.

use super::proc_files::Proc;
use super::processes::{Host, Processes};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A host whose files a test writes.
pub(super) struct FakeHost {
    folder: tempfile::TempDir,
    proc: PathBuf,
}

impl FakeHost {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let proc = folder.path().join("proc");
        fs::create_dir_all(&proc).unwrap();
        Self { folder, proc }
    }

    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn host(&self) -> Host<'_> {
        Host { root: self.root(), proc: Proc::new(&self.proc), own: None }
    }

    pub(super) fn processes(&self) -> Processes {
        Processes::read(self.host())
    }

    pub(super) fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    pub(super) fn link(&self, path: &str, target: impl AsRef<Path>) -> &Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        self
    }

    /// A process of the host; `command` is its words, `executable` a path below the root.
    pub(super) fn process(&self, pid: u32, parent: u32, name: &str, executable: &str, command: &[&str], cgroup: &str) -> &Self {
        let at = |file: &str| format!("proc/{pid}/{file}");
        self.file(&at("stat"), &format!("{pid} ({name}) S {parent} {pid} {pid} 0 -1 4194560 0 0"));
        self.file(&at("cmdline"), &(command.join("\0") + "\0"));
        self.file(&at("cgroup"), &format!("0::{cgroup}\n"));
        self.file(&at("status"), "Name:\tx\nUid:\t33\t33\t33\t33\n");
        self.file(&at("maps"), "");
        fs::create_dir_all(self.proc.join(format!("{pid}/fd"))).unwrap();
        self.link(&at("root"), self.root());
        self.link(&at("exe"), self.root().join(executable));
        self.link(&at("cwd"), self.root().join("srv"))
    }
}
