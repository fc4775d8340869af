//! What no compiler checks of this repository: the direction of imports, who may touch the disk or print, that each
//! detector is in the table, that each module says its duty and that each problem code is explained.
//! Names every offender at once, with its file and line.

use std::path::Path;

use regex::Regex;
use underpin::catalog::{Catalog, SourceFile};
use underpin::cli::Exit;
use underpin::detect::DETECTORS;
use underpin::problem::Code;

/// The stages from left to right. A module imports what stands to its left; `scan`, `cli`, `lib` and `main` see everything.
const ORDER: [&str; 18] = [
    "model",
    "problem",
    "progress",
    "catalog",
    "source",
    "update",
    "walk",
    "fingerprint",
    "detect",
    "runtime",
    "inventory",
    "cache",
    "vulns",
    "matching",
    "effort",
    "score",
    "report",
    "fleet",
];

/// Where the file system may be touched: the one that lists, the ones that open, and what belongs to the user.
const DISK: [&str; 11] = [
    "src/cache/",
    "src/catalog/files.rs",
    "src/cli/",
    "src/detect/opened.rs",
    "src/effort/",
    "src/fleet/",
    "src/runtime/",
    "src/source/",
    "src/update/local.rs",
    "src/update/store.rs",
    "src/walk/",
];

/// Where something may be printed; a format writes to the `out` that it is given.
const PRINT: [&str; 2] = ["src/cli/", "src/progress.rs"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path from the repository's root, with `/`, and text of each file below `folders` whose name ends in `suffix`; sorted.
fn files(folders: &[&str], suffix: &str) -> Vec<(String, String)> {
    let entries = folders.iter().flat_map(|folder| walkdir::WalkDir::new(root().join(folder)).sort_by_file_name());
    let paths = entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    let named = paths.filter(|path| path.to_string_lossy().ends_with(suffix));
    let found: Vec<_> = named.map(|path| (relative(&path), std::fs::read_to_string(&path).unwrap_or_default())).collect();
    assert!(!found.is_empty(), "no {suffix} below {folders:?}");
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned()
}

fn sources() -> Vec<(String, String)> {
    files(&["src"], ".rs")
}

/// The text without comments, line by line, up to the module of tests: what ships.
fn shipped(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    before_tests.lines().flat_map(|line| [line.split("//").next().unwrap_or_default(), "\n"]).collect()
}

/// `file:line: what` for each match of `pattern` in `text`.
fn offences(file: &str, text: &str, pattern: &Regex) -> Vec<String> {
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    pattern.find_iter(text).map(|found| format!("{file}:{}: {}", line(found.start()), found.as_str().trim())).collect()
}

fn assert_none(rule: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

/// The first part of a file's path below `src`: the module of the order that it belongs to.
fn stage(file: &str) -> &str {
    let below = file.strip_prefix("src/").unwrap_or(file);
    below.split_once('/').map_or_else(|| below.strip_suffix(".rs").unwrap_or(below), |(folder, _)| folder)
}

/// The stages that a text names through the crate's root: `crate::walk::…`, or `use crate::{model, walk::Limits}`.
fn named_stages(text: &str) -> Vec<String> {
    let single = Regex::new(r"\bcrate::([a-z_]+)").expect("a pattern");
    let group = Regex::new(r"\bcrate::\{([^;]*)\}").expect("a pattern");
    let member = Regex::new(r"(?:^|,)\s*([a-z_]+)").expect("a pattern");
    let mut found: Vec<String> = single.captures_iter(text).map(|parts| parts[1].to_owned()).collect();
    for parts in group.captures_iter(text) {
        found.extend(member.captures_iter(&parts[1]).map(|inner| inner[1].to_owned()));
    }
    found
}

#[test]
fn no_import_points_right() {
    let place = |name: &str| ORDER.iter().position(|stage| *stage == name);
    let mut offenders = Vec::new();
    for (file, text) in sources() {
        let Some(own) = place(stage(&file)) else { continue };
        let named = named_stages(&shipped(&text));
        let right = named.iter().filter(|name| place(name).is_none_or(|other| other > own));
        offenders.extend(right.map(|name| format!("{file} names crate::{name}")));
    }
    assert_none("a stage imports only what stands to its left", &offenders);
}

#[test]
fn no_module_reaches_the_crate_root_by_super() {
    let mut offenders = Vec::new();
    for (file, text) in sources() {
        // `src/a/b.rs` is two modules deep, `src/a/mod.rs` one: as many steps up are the root, past the order above.
        let depth = file.matches('/').count() - usize::from(file.ends_with("/mod.rs"));
        let too_long = Regex::new(&format!(r"\b(?:super::){{{depth},}}[a-z{{]")).expect("a pattern");
        if depth > 0 {
            offenders.extend(offences(&file, &shipped(&text), &too_long));
        }
    }
    assert_none("another stage is named as crate::…", &offenders);
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let beside = ["lib", "main", "cli", "scan"];
    let known = |file: &str| ORDER.contains(&stage(file)) || beside.contains(&stage(file));
    let strangers: Vec<String> = sources().into_iter().map(|(file, _)| file).filter(|file| !known(file)).collect();
    assert_none("a module of no stage", &strangers);
}

#[test]
fn the_disk_has_few_doors() {
    let disk = Regex::new(
        r"\b(?:std|rustix)::fs\b|\b(?:std|rustix)::\{[^}]*\bfs\b|\bwalkdir::|\bFile::open\b|\.(?:read_dir|canonicalize)\(\)",
    );
    let disk = disk.expect("a pattern");
    let inside = sources().into_iter().filter(|(file, _)| !DISK.iter().any(|door| file.starts_with(door)));
    let inside = inside.filter(|(file, _)| !file.ends_with("/testing.rs"));
    let offenders: Vec<String> = inside.flat_map(|(file, text)| offences(&file, &shipped(&text), &disk)).collect();
    assert_none("only these touch the file system: the doors in DISK", &offenders);
}

#[test]
fn only_the_command_line_prints() {
    let print = Regex::new(r"\be?print(?:ln)?!").expect("a pattern");
    let quiet = sources().into_iter().filter(|(file, _)| !PRINT.iter().any(|place| file.starts_with(place)));
    let offenders: Vec<String> = quiet.flat_map(|(file, text)| offences(&file, &shipped(&text), &print)).collect();
    assert_none("a stage returns what it has to say", &offenders);
}

/// The one place that opens a connection, and only on demand: `underpin catalog update URL`.
const NETWORK: &str = "src/update/fetch.rs";

/// Addresses are no connection: only what opens one counts.
#[test]
fn nothing_starts_a_program_or_opens_a_connection() {
    let acts = Regex::new(r"\bprocess::(?:\{[^}]*)?Command\b|\b(?:Tcp|Udp)(?:Stream|Listener|Socket)\b|\breqwest::");
    let acts = acts.expect("a pattern");
    let elsewhere = sources().into_iter().filter(|(file, _)| file != NETWORK);
    let offenders: Vec<String> = elsewhere.flat_map(|(file, text)| offences(&file, &shipped(&text), &acts)).collect();
    assert_none("the program reads, and does nothing else but fetch a catalog when told to", &offenders);
}

/// Whatever a vendor pays to anybody is recorded under these names in the catalog, and nowhere else.
#[test]
fn what_judges_cannot_see_a_reward() {
    let reward = Regex::new(r"(?i)\w*(?:programme|reward|referral|commission)\w*").expect("a pattern");
    let judges = sources().into_iter().filter(|(file, _)| ["matching", "effort", "score"].contains(&stage(file)));
    let offenders: Vec<String> = judges.flat_map(|(file, text)| offences(&file, &shipped(&text), &reward)).collect();
    assert_none("what judges must not be able to read what a vendor pays", &offenders);
}

#[test]
fn every_file_of_code_says_its_duty_first() {
    let code = files(&["src", "tests", "benches"], ".rs").into_iter().chain(files(&["build.rs"], ".rs"));
    let offenders: Vec<String> = code.filter(|(_, text)| !text.starts_with("//! ")).map(|(file, _)| file).collect();
    assert_none("a file starts with its module head, `//! `", &offenders);
}

#[test]
fn no_file_of_code_is_too_long_to_read() {
    let lines = |text: &str| text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().lines().count();
    let long = sources().into_iter().map(|(file, text)| (lines(&text), file)).filter(|(lines, _)| *lines > 450);
    let offenders: Vec<String> = long.map(|(lines, file)| format!("{file}: {lines} lines")).collect();
    assert_none("a file has one subject and at most 450 lines without its tests", &offenders);
}

#[test]
fn the_table_of_detectors_is_sorted_and_has_no_id_twice() {
    let wrong = DETECTORS.windows(2).filter(|pair| pair[0].id() >= pair[1].id());
    let offenders: Vec<String> = wrong.map(|pair| format!("{} before {}", pair[0].id(), pair[1].id())).collect();
    assert_none("DETECTORS is sorted by id", &offenders);
    let form = Regex::new("^[a-z0-9]+(-[a-z0-9]+)*$").expect("a pattern");
    let bad = DETECTORS.iter().filter(|detector| !form.is_match(detector.id()));
    assert_none("an id is lower case, with hyphens", &bad.map(|detector| detector.id().to_owned()).collect::<Vec<_>>());
}

#[test]
fn every_detector_is_in_the_table_and_has_a_test() {
    let implementation = Regex::new(r"impl Detector for (\w+)").expect("a pattern");
    let table = std::fs::read_to_string(root().join("src/detect/mod.rs")).expect("the table");
    let mut offenders = Vec::new();
    let mut found = 0;
    for (file, text) in files(&["src/detect"], ".rs") {
        for name in implementation.captures_iter(&shipped(&text)).map(|parts| parts[1].to_owned()) {
            found += 1;
            if !table.contains(&format!("::{name},")) {
                offenders.push(format!("{file}: {name} is not in the table of src/detect/mod.rs"));
            }
            if !text.contains("#[cfg(test)]") {
                offenders.push(format!("{file}: {name} has no test"));
            }
        }
    }
    assert_none("a detector that nobody calls or tests", &offenders);
    assert_eq!(found, DETECTORS.len(), "every entry of the table is a file of src/detect");
}

/// `## CODE meaning`, one heading a code, in the order of `problem.rs`; each section gives an example and a next step.
#[test]
fn every_problem_code_is_explained() {
    let text = std::fs::read_to_string(root().join("docs/problems.md")).expect("docs/problems.md");
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
    let expected: Vec<String> = Code::ALL.iter().map(|code| format!("## {code} {}", code.meaning())).collect();
    assert_eq!(headings, expected, "docs/problems.md names each code of src/problem.rs with its meaning, in the same order");
    let sections = text.split("\n## ").skip(1);
    let thin = sections.filter(|section| !(section.contains("\n    ") && section.contains("\nNext: ")));
    let offenders: Vec<String> = thin.map(|section| section.lines().next().unwrap_or_default().to_owned()).collect();
    assert_none("a section has an example (indented) and a line `Next: `", &offenders);
}

#[test]
fn a_problem_shown_as_an_example_is_one_that_its_code_can_be() {
    let text = std::fs::read_to_string(root().join("docs/problems.md")).expect("docs/problems.md");
    let proved: String = files(&["tests/catalog/invalid"], ".expected").into_iter().map(|(_, text)| text).collect();
    let mut offenders = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let code = section.split(' ').next().unwrap_or_default();
        let example = section.lines().find_map(|line| line.strip_prefix("    ")).unwrap_or_default();
        let invented = code.starts_with("SIG") && !proved.lines().any(|line| line == example);
        if invented || !example.contains(&format!(": {code}: ")) {
            offenders.push(format!("{code}: {example}"));
        }
    }
    assert_none("the example carries the code of its section; one of a catalog file stands in tests/catalog/invalid", &offenders);
}

/// Documents say what is, for people who have only the repository: no path of one machine.
#[test]
fn no_document_names_a_path_of_the_machine_it_was_written_on() {
    let machine = Regex::new(r"(?:^|[\s(`'\x22])/(?:work|root|home/[a-z]+|tmp/[a-z]+)/").expect("a pattern");
    let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "test", "packaging", "benches"];
    let texts = documents.iter().flat_map(|place| files(&[place], ""));
    let offenders: Vec<String> = texts.flat_map(|(file, text)| offences(&file, &text, &machine)).collect();
    assert_none("a path of one machine", &offenders);
}

/// Packages come from wherever the machine that builds is told to take them; a mirror must do.
#[test]
fn no_script_or_document_names_a_host_that_packages_come_from() {
    let hosts = Regex::new(
        r"\b(?:registry\.npmjs|pypi\.org|pythonhosted|(?:index|static)\.crates|proxy\.golang|deb\.debian|repo1?\.maven)",
    );
    let hosts = hosts.expect("a pattern");
    let places = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "Cargo.toml", ".ci", "docs", "test", "packaging", "benches"];
    let texts = places.iter().flat_map(|place| files(&[place], ""));
    let offenders: Vec<String> = texts.flat_map(|(file, text)| offences(&file, &text, &hosts)).collect();
    assert_none("a host of packages", &offenders);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#\s]+)(?:#[^)]*)?\)").expect("a pattern");
    let mut offenders = Vec::new();
    for place in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs"] {
        for (file, text) in files(&[place], ".md") {
            let folder = root().join(&file).parent().expect("a folder").to_path_buf();
            let local = link.captures_iter(&text).map(|parts| parts[1].to_owned()).filter(|to| !to.contains("://"));
            offenders.extend(local.filter(|to| !folder.join(to).exists()).map(|to| format!("{file}: {to}")));
        }
    }
    assert_none("a link to a file that is not there", &offenders);
}

/// `path::test_name` in the table of invariants, or the path of a whole file of tests.
#[test]
fn every_test_that_the_architecture_names_is_there() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let named = Regex::new(r"`((?:src|tests)/[a-z_/]+\.rs)(?:::([a-z0-9_]+))?`").expect("a pattern");
    let missing = named.captures_iter(&text).filter(|parts| {
        let code = std::fs::read_to_string(root().join(&parts[1])).unwrap_or_default();
        let function = parts.get(2).map_or(String::new(), |name| format!("fn {}(", name.as_str()));
        code.is_empty() || !code.contains(&function)
    });
    let offenders: Vec<String> = missing.map(|parts| parts[0].to_owned()).collect();
    assert_none("ARCHITECTURE.md names a test that is not there", &offenders);
}

#[test]
fn the_readme_lists_the_exit_codes_and_the_commands_of_the_program() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let codes = [Exit::Done, Exit::Condition, Exit::Usage, Exit::Catalog, Exit::Incomplete, Exit::Fatal];
    let codes = codes.map(|exit| format!("\n| {} | ", exit as u8)).into_iter();
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_underpin")).arg("--help").output().expect("the program runs");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(names.contains(&"report"), "{help}");
    let commands = names.iter().map(|name| format!("`underpin {name}`"));
    let offenders: Vec<String> = codes.chain(commands).filter(|wanted| !readme.contains(wanted.as_str())).collect();
    assert_none("README.md does not name", &offenders);

    let used = Regex::new(r"underpin ([a-z]+)").expect("a pattern");
    let documents = files(&["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs"], ".md");
    let typed = documents.iter().flat_map(|(file, text)| {
        let spans =
            text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("underpin ") || span.contains("\nunderpin "));
        spans.flat_map(|span| used.captures_iter(span)).map(move |parts| (file, parts[1].to_owned())).collect::<Vec<_>>()
    });
    let unknown: Vec<String> = typed
        .filter(|(_, name)| !names.contains(&name.as_str()))
        .map(|(file, name)| format!("{file}: underpin {name}"))
        .collect();
    assert_none("a document shows a command that does not exist", &unknown);
}

#[test]
fn the_readme_quotes_the_counts_of_the_catalog() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let block = readme.split_once("<!-- stats: begin -->\n```text\n").and_then(|(_, rest)| rest.split_once("```"));
    let day = "2026-11-24".parse().expect("a day");
    assert_eq!(block.map(|(block, _)| block), Some(Catalog::embedded().stats(day).to_string().as_str()));
}

#[test]
fn the_configuration_shown_in_the_readme_is_valid() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let block = readme.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(place("empty")).expect("a folder");
    let local = block.expect("a block of TOML").replace("/etc/underpin/catalog", &place("empty").to_string_lossy());
    std::fs::write(place("underpin.toml"), local).expect("a file");
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_underpin"));
    let output = program
        .args(["report", "empty", "--quiet"])
        .env("UNDERPIN_NO_CACHE", "1")
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_catalog_files_shown_in_the_documentation_are_valid() {
    let text = std::fs::read_to_string(root().join("docs/catalog.md")).expect("docs/catalog.md");
    let heading = Regex::new(r"(?m)^## .*`((?:products|lifecycle|vendors)/.*)`$").expect("a pattern");
    let shown = heading.captures_iter(&text).map(|parts| {
        let after = text.split_once(&parts[0]).map(|(_, after)| after).unwrap_or_default();
        let block = after.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block);
        SourceFile { relative: parts[1].to_owned(), shown: parts[1].to_owned(), text: block.unwrap_or_default().to_owned() }
    });
    let shown: Vec<SourceFile> = shown.collect();
    assert_eq!(shown.len(), 3, "a product, a life cycle and a vendor");
    let offenders: Vec<String> = Catalog::from_files(&shown).err().into_iter().flatten().map(|fault| fault.to_string()).collect();
    assert_none("docs/catalog.md shows a faulty file", &offenders);
}

#[test]
fn every_detector_is_in_the_list_of_what_is_read() {
    let text = std::fs::read_to_string(root().join("docs/formats.md")).expect("docs/formats.md");
    let named = |id: &str| text.contains(&format!("`{id}`"));
    let missing: Vec<String> = DETECTORS.iter().map(|one| one.id().to_owned()).filter(|id| !named(id)).collect();
    assert_none("docs/formats.md names each detector", &missing);
}

/// Files of parties with an interest need terms that nobody can misread.
#[test]
fn the_licences_of_the_catalog_and_the_way_to_sign_a_file_off_are_stated() {
    let text = |path: &str| std::fs::read_to_string(root().join(path)).expect("a document");
    assert!(text("signatures/LICENSE.md").contains("CC0 1.0 Universal"), "the catalog is CC0");
    let notice = text("NOTICE");
    for part in ["endoflife.date contributors", "Permission is hereby granted, free of charge", "CC0 1.0"] {
        assert!(notice.contains(part), "NOTICE carries: {part}");
    }
    let contributing = text("CONTRIBUTING.md");
    for part in ["git commit -s", "Developer Certificate of Origin", "CC0-1.0"] {
        assert!(contributing.contains(part), "CONTRIBUTING.md asks for: {part}");
    }
}
