//! The revision of a version-controlled folder, read from git's own files (format: gitrepository-layout(5)).
//! Runs no program: a repository's configuration can name programs to run.

use std::io::Read;
use std::path::Path;

use crate::source::Tree;

/// Git's references are short; a longer file is no reference.
const MAX_REFERENCE: u64 = 1 << 20;

/// The first seven digits of the commit that is checked out; `None` if the folder is no git working copy.
#[must_use]
pub fn revision(tree: &dyn Tree) -> Option<String> {
    let head = read(tree, ".git/HEAD")?;
    let commit = match head.trim().strip_prefix("ref: ") {
        None => head.trim().to_owned(),
        Some(name) => read(tree, &format!(".git/{name}")).or_else(|| packed(tree, name))?,
    };
    let short: String = commit.trim().chars().take(7).collect();
    (short.len() == 7 && short.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(short)
}

fn packed(tree: &dyn Tree, name: &str) -> Option<String> {
    let packed = read(tree, ".git/packed-refs")?;
    packed.lines().filter_map(|line| line.split_once(' ')).find(|(_, held)| *held == name).map(|(commit, _)| commit.to_owned())
}

fn read(tree: &dyn Tree, path: &str) -> Option<String> {
    let mut text = String::new();
    tree.open(Path::new(path)).ok()?.into_reader().take(MAX_REFERENCE).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn a_branch_a_packed_branch_and_a_detached_head_are_read() {
        let commit = *b"4f1c2ab8d0a94c59d1b0c0ffee00000000000000\n";
        let branch = MemoryTree::default().with(".git/HEAD", *b"ref: refs/heads/main\n");
        assert_eq!(revision(&branch.clone().with(".git/refs/heads/main", commit)), Some("4f1c2ab".to_owned()));
        let packed = *b"# pack-refs\n4f1c2ab8d0a94c59d1b0c0ffee00000000000000 refs/heads/main\n";
        assert_eq!(revision(&branch.with(".git/packed-refs", packed)), Some("4f1c2ab".to_owned()));
        assert_eq!(revision(&MemoryTree::default().with(".git/HEAD", commit)), Some("4f1c2ab".to_owned()));
    }

    #[test]
    fn a_folder_without_git_has_no_revision() {
        assert_eq!(revision(&MemoryTree::default()), None);
        assert_eq!(revision(&MemoryTree::default().with(".git/HEAD", *b"garbage")), None);
    }
}
