//! Programs that run while their file is gone, or another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{stdout, underpin};

/// A program in the foreground, ended when this value goes.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A copy of a program that sleeps, started from `folder/bin/NAME`.
fn start(folder: &Path, name: &str) -> (Running, PathBuf) {
    let program = folder.join("bin").join(name);
    fs::create_dir_all(folder.join("bin")).expect("a folder");
    fs::copy("/bin/sleep", &program).expect("a copy");
    let child = Command::new(&program).arg("60").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    (Running(child), program)
}

/// A folder outside of those in which programs replace files of their own.
fn folder() -> TempDir {
    tempfile::Builder::new().prefix("underpin-test-").tempdir_in("/opt").expect("this test needs root")
}

/// What the live host says, of which nothing else is looked at.
fn runtime() -> Value {
    let exclude = fs::read_dir("/").expect("a root").flatten().map(|entry| entry.path().display().to_string());
    let exclude: Vec<String> = exclude.filter(|path| path != "/proc" && !path.contains(',')).collect();
    let text = stdout(&mut underpin(["scan", "/", "--format", "json", "--only", "os-release", "--exclude", &exclude.join(",")]));
    let saved: Value = serde_json::from_str(&text).expect("JSON");
    saved["scans"][0]["runtime"].clone()
}

fn stale(runtime: &Value, program: &Path) -> bool {
    let path = program.display().to_string();
    let replaced = runtime["stale"].as_array().expect("a list").iter().flat_map(|one| one["replaced"].as_array().expect("paths"));
    replaced.filter_map(Value::as_str).any(|one| one == path.trim_start_matches('/'))
}

#[test]
fn a_program_whose_file_is_gone_or_another_still_runs_the_old_one() {
    let folder = folder();
    let (deleted, deleted_path) = start(folder.path(), "underpin-gone");
    let (upgraded, upgraded_path) = start(folder.path(), "underpin-old");
    let (current, current_path) = start(folder.path(), "underpin-same");
    fs::remove_file(&deleted_path).expect("own file");
    let new = upgraded_path.with_extension("new");
    fs::copy("/bin/sleep", &new).expect("a copy");
    fs::rename(&new, &upgraded_path).expect("own file");
    let runtime = runtime();
    let told = [&deleted_path, &upgraded_path, &current_path].map(|path| stale(&runtime, path));
    assert_eq!(told, [true, true, false], "{}", runtime["stale"]);
    let processes = runtime["processes"].as_array().expect("a list");
    for path in [&deleted_path, &upgraded_path, &current_path] {
        let path = path.display().to_string();
        let named = processes.iter().filter(|one| one["executable"].as_str() == Some(path.trim_start_matches('/')));
        assert_eq!(named.count(), 1, "{path} without a mark in its name");
    }
    drop((deleted, upgraded, current));
}
