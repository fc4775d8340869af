//! What is read of installed gems and of Bundler's lock file is what `gem list` and `bundle list` say.
//! Needs `apt-get install ruby bundler`.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::{names, output, scan};
use underpin::model::Evidence;

/// `name version` of each line `name (default: 1.0, 0.9 java)`.
fn listed(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|line| line.trim_start_matches(['*', ' ']).strip_suffix(')')?.split_once(" ("));
    let versions = lines.flat_map(|(name, versions)| versions.split(", ").map(move |version| (name, version)));
    versions
        .filter_map(|(name, version)| {
            let version = version.trim_start_matches("default: ").split(' ').next()?;
            Some(format!("{name} {version}"))
        })
        .collect()
}

#[test]
fn installed_gems_are_read_as_gem_lists_them() {
    let Some(folders) = output("ruby", &["-e", "puts Gem::Specification.dirs"], Path::new("/")) else { return };
    let expected = listed(&output("gem", &["list", "--local"], Path::new("/")).expect("gem"));
    assert!(expected.len() > 50, "only {} gems", expected.len());
    let mut found = BTreeSet::new();
    for folder in folders.lines().map(Path::new).filter(|folder| folder.is_dir()) {
        let mut findings = scan(folder.parent().expect("a folder above"), &["gemspec"]);
        assert_eq!(findings.problems, []);
        findings.components.retain(|component| component.evidence == Evidence::Installed);
        found.extend(names(&findings));
    }
    assert_eq!(found, expected);
}

#[test]
fn a_lock_file_is_read_as_bundle_lists_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gems = "source 'https://rubygems.org'\ngem 'xmlrpc'\ngroup(:test) { gem 'test-unit' }\ngem 'own', path: 'own'\n";
    std::fs::write(folder.path().join("Gemfile"), gems).expect("a Gemfile");
    std::fs::create_dir(folder.path().join("own")).expect("a folder");
    let own = "Gem::Specification.new { |s| s.name = 'own'; s.version = '0.1'; s.summary = s.author = 'x'\n  s.add_dependency 'rake', '>= 1'\n}\n";
    std::fs::write(folder.path().join("own/own.gemspec"), own).expect("a gemspec");
    if output("bundle", &["install", "--local"], folder.path()).is_none() {
        return;
    }
    let mut expected = listed(&output("bundle", &["list"], folder.path()).expect("bundle"));
    // The gem of the folder is own code.
    assert!(expected.remove("own 0.1") && expected.len() > 3, "{expected:?}");
    let locked = scan(folder.path(), &["gemfile-lock"]);
    assert_eq!((names(&locked), locked.problems), (expected, vec![]));
    assert_eq!(names(&scan(folder.path(), &["gemspec"])), BTreeSet::new());

    std::fs::remove_file(folder.path().join("Gemfile.lock")).expect("the lock goes");
    assert_eq!(names(&scan(folder.path(), &["gemspec"])), BTreeSet::from(["rake ?".to_owned()]));
}
