//! A report opens files to read, starts no program and makes no connection, as the kernel sees it.

use std::fs;
use std::process::Command;

use crate::on_this_host;

/// Everything that changes a file system, starts a program or opens a connection, and what opens files.
const CALLS: &str = "open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,\
symlinkat,mknod,mknodat,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown,setxattr,lsetxattr,utimensat,\
socket,connect,bind,sendto,sendmsg,execve,execveat,mount,ptrace,kill";

const WRITING: [&str; 4] = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"];

#[test]
fn a_report_reads_and_does_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("calls");
    // All detectors: each must keep to it.
    let command = on_this_host("report", &["--format", "json"]);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", &format!("trace={CALLS}"), "-e", "signal=none", "-o"]).arg(&log);
    strace.arg(command.get_program()).args(command.get_args()).env_clear().env("UNDERPIN_NO_CACHE", "1");
    let output = strace.output().unwrap_or_else(|error| panic!("this test needs `apt-get install strace`: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls = fs::read_to_string(&log).expect("strace's log");
    let (mut opened, mut started, mut offences) = (0, 0, Vec::new());
    for line in calls.lines() {
        // `1234 openat(AT_FDCWD, "/etc/os-release", O_RDONLY|O_CLOEXEC) = 3`; what is resumed was told when it began.
        let call = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let Some((name, arguments)) = call.split_once('(').filter(|_| !call.starts_with("<... ")) else { continue };
        match name {
            "openat" | "openat2" | "open" if !WRITING.iter().any(|flag| arguments.contains(flag)) => opened += 1,
            "execve" => started += 1,
            _ => offences.push(line),
        }
    }
    assert_eq!(offences, Vec::<&str>::new());
    assert_eq!(started, 1, "the program itself, and no other");
    assert!(opened > 100, "only {opened} files were opened: this proves nothing");
}
