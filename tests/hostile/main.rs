//! Hostile input, through the program: every line of `docs/hostile-input.md` is a case here. The scan ends, in bounded time and memory,
//! names each problem with its code and place, and what lies beside is found.

mod archives;
mod claims;
mod files;
#[path = "../support/program.rs"]
mod program;
mod texts;

use std::fs;
use std::path::Path;
use std::process::Command;

use program::underpin;

/// KiB of address space that a scan may take: its code, two threads with a file of 64 MiB each, and what they make of it.
const MEMORY: u32 = 1 << 20;
/// Seconds that a scan may take, unoptimised and on a busy machine.
const SECONDS: u32 = 90;

/// Lies in every tree, and is found whatever lies beside.
const GOOD: (&str, &str) = ("ok/requirements.txt", "six==1.17.0\n");
const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {"node_modules/left-pad": {"version": "1.3.0"}}}"#;

/// A hostile tree and what a scan says of it.
struct Case {
    /// As the first column of the page has it.
    input: &'static str,
    make: fn(&Path),
    /// Places and codes of the problems, `PLACE CODE`, sorted; a place that ends in `*` begins so.
    problems: &'static [&'static str],
    /// What is found apart from what lies in every tree, sorted.
    found: &'static [&'static str],
}

/// The program, bounded, on `tree`: purls, problems as `PLACE CODE`.
fn scan(tree: &Path, before: &str) -> (Vec<String>, Vec<String>) {
    let script = format!("{before}; ulimit -v {MEMORY}; exec timeout {SECONDS} \"$@\"");
    let inner = underpin(["scan", "--format", "purls", "-v", "--threads", "2"]);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &script, "sh"]).arg(inner.get_program()).args(inner.get_args()).arg(".");
    command.current_dir(tree).env("UNDERPIN_NO_CACHE", "1").env("UNDERPIN_DATA", "/nonexistent");
    let output = command.output().expect("unshare");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut problems: Vec<String> = errors.lines().filter_map(problem).collect();
    problems.sort();
    let purls = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    assert!(output.status.code() == Some(0), "{}: {}", output.status, errors.chars().take(2_000).collect::<String>());
    (purls, problems)
}

/// `PATH[:LINE[:COLUMN]]: CODE: text` as `PATH CODE`.
fn problem(line: &str) -> Option<String> {
    let (place, rest) = line.split_once(": UP")?;
    let numbered = |place: &str| place.rsplit_once(':').filter(|(_, n)| n.parse::<u32>().is_ok()).map(|(p, _)| p.to_owned());
    let place = numbered(place).map_or_else(|| place.to_owned(), |place| numbered(&place).unwrap_or(place));
    Some(format!("{place} UP{}", rest.get(..3)?))
}

fn is(expected: &str, told: &str) -> bool {
    match expected.split_once("* ") {
        Some((begin, code)) => told.starts_with(begin) && told.ends_with(&format!(" {code}")),
        None => expected == told,
    }
}

/// Runs the cases and tells all that differ together.
fn check(cases: &[Case], before: &str) {
    let mut faults = Vec::new();
    for case in cases {
        let tree = tempfile::tempdir().expect("a folder");
        write(tree.path(), GOOD.0, GOOD.1);
        (case.make)(tree.path());
        let (found, problems) = scan(tree.path(), before);
        let mut expected: Vec<&str> = case.found.iter().copied().chain(["pkg:pypi/six@1.17.0"]).collect();
        expected.sort_unstable();
        let told = problems.len() == case.problems.len() && case.problems.iter().zip(&problems).all(|(e, t)| is(e, t));
        if found != expected || !told {
            faults.push(format!("{}: {problems:#?}, {found:#?}", case.input));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, text).expect("a file");
}

/// The page and the cases name the same inputs with the same codes, and every test that the page names is there.
#[test]
fn the_page_lists_every_case() {
    let page = include_str!("../../docs/hostile-input.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| input"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let cases: Vec<&Case> = [archives::CASES, files::CASES, files::MOUNTED, texts::CASES].into_iter().flatten().collect();
    assert!(cases.len() >= 20, "{}", cases.len());
    for case in cases {
        let row = rows.iter().find(|row| row[0] == case.input).unwrap_or_else(|| panic!("no row: {}", case.input));
        let codes: Vec<&str> = case.problems.iter().filter_map(|problem| problem.rsplit(' ').next()).collect();
        assert!(codes.iter().all(|code| row[2].contains(code)) && codes.is_empty() == (row[2] == "-"), "{row:?}: {codes:?}");
    }
    for row in &rows {
        let (file, name) = row[3].trim_matches('`').split_once("::").unwrap_or_else(|| panic!("no test: {row:?}"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("fn {name}()")), "{row:?}: no such test");
    }
}
