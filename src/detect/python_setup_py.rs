//! Reads what a setup.py asks for (<https://setuptools.pypa.io/en/latest/userguide/dependency_management.html>), without running
//! it: the texts in the lists of `install_requires`, `tests_require` and `extras_require`, or in the lists that are assigned
//! to the name that stands there.
//!
//! A lock file beside it says more and is read in its place. Only an exact pin is a version; a text that the program goes
//! on to change gives the name alone. What is computed in any other way is not seen.

use crate::model::Group;

use super::document::MAX_DEPTH;
use super::lines::Lines;
use super::project_file::is_in_project;
use super::python_project::is_locked;
use super::python_requests::Requests;
use super::python_requirement::Requirement;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "python-setup-py";
/// Most occurrences of one keyword that are looked at.
const MAX_PLACES: usize = 8;
const KEYWORDS: [(&str, Group); 3] =
    [("install_requires", Group::Main), ("tests_require", Group::Development), ("extras_require", Group::Optional)];

/// The program that builds a Python package.
pub(super) struct PythonSetupPy;

impl Detector for PythonSetupPy {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("setup.py")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if is_locked(file) {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let text = &without_prose(text);
        let lines = Lines::of(text);
        let requests = Requests::new(file, ID);
        for (keyword, group) in KEYWORDS {
            for start in values(text, keyword).take(MAX_PLACES) {
                for literal in literals(text, resolved(text, start)) {
                    if let Some(requirement) = literal.requirement() {
                        requests.requirement(requirement, lines.at(literal.at), group, out);
                    }
                }
            }
        }
    }
}

/// The program with blanks in place of its comments and of the texts over several lines, which are its documentation; every place
/// stays where it was.
fn without_prose(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (end, is_prose) = match byte {
            b'#' => (memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length), true),
            b'\'' | b'"' => {
                let long = ["\"\"\"", "'''"].iter().any(|quote| bytes[at..].starts_with(quote.as_bytes()));
                ((string(text, at).1 + 1).min(bytes.len()), long)
            }
            _ => (at + 1, false),
        };
        if is_prose {
            bytes[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
        at = end.max(at + 1);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Where the values of `keyword` begin: behind `keyword =`, or `'keyword':` in a dictionary.
fn values<'t>(text: &'t str, keyword: &'t str) -> impl Iterator<Item = usize> {
    text.match_indices(keyword).filter_map(move |(at, _)| {
        let before = text.get(..at)?;
        let line = before.rsplit('\n').next().unwrap_or(before);
        if line.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let after = text.get(at + keyword.len()..)?;
        let rest = after.trim_start_matches(['"', '\'', ']']).trim_start();
        let rest = rest.strip_prefix(['=', ':']).filter(|rest| !rest.starts_with('='))?;
        Some(text.len() - rest.trim_start().len())
    })
}

/// The value's place, or if a name stands there, that of the value which is assigned to it at the start of a line.
fn resolved(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let name = rest.get(..end).unwrap_or_default();
    let is_call = rest.get(end..).is_some_and(|after| after.starts_with(['(', '.', '\'', '"']));
    if name.is_empty() || is_call {
        return start;
    }
    let assigned = text.match_indices(name).take(64).find_map(|(at, _)| {
        let starts = at == 0 || text.get(..at).is_some_and(|before| before.ends_with('\n'));
        let rest = text.get(at + name.len()..)?.trim_start();
        let value = rest.strip_prefix('=').filter(|value| starts && !value.starts_with('='))?;
        Some(text.len() - value.trim_start().len())
    });
    assigned.unwrap_or(start)
}

/// A text of a list.
struct Literal {
    at: usize,
    text: String,
    /// Whether the program changes it: it joins it to something that is no text, or formats it.
    changed: bool,
}

impl Literal {
    fn requirement(&self) -> Option<Requirement> {
        let text = self.text.trim();
        if self.changed || text.contains(['{', '%']) {
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-')).unwrap_or(text.len());
            // Without an operator behind it, what stands there may be half of a name.
            let whole = text.get(end..)?.trim_start().starts_with(['=', '<', '>', '!', '~', '[']);
            return Requirement::parse(text.get(..end)?).ok().filter(|_| whole);
        }
        Requirement::parse(text).ok()
    }
}

/// The texts of the list or of the dictionary of lists that begins at `start`; keys, and what is handed to a function, are none.
fn literals(text: &str, start: usize) -> Vec<Literal> {
    let bytes = text.as_bytes();
    let (mut found, mut open, mut at) = (Vec::new(), Vec::new(), start);
    let mut current: Option<Literal> = None;
    // The depth at which an argument list or an index began.
    let mut aside: Option<usize> = None;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'#' => at += memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).unwrap_or(bytes.len() - at),
            b'\'' | b'"' => {
                let (inside, end) = string(text, at);
                let formatted = prefix(text, at).contains(['f', 'F']);
                match &mut current {
                    _ if aside.is_some() || open.is_empty() => {}
                    Some(literal) if literal.changed => {}
                    Some(literal) => literal.text.push_str(inside),
                    None => current = Some(Literal { at, text: inside.to_owned(), changed: formatted }),
                }
                at = end;
            }
            b'[' | b'(' | b'{' if open.len() < MAX_DEPTH => {
                let called = at > start && bytes.get(at - 1).is_some_and(|b| b.is_ascii_alphanumeric() || b"_)]".contains(b));
                if aside.is_none() && (called || current.is_some()) {
                    aside = Some(open.len());
                }
                open.push(byte);
            }
            b']' | b')' | b'}' => {
                open.pop();
                match aside {
                    Some(depth) if open.len() > depth => {}
                    Some(_) => aside = None,
                    None => found.extend(current.take()),
                }
                if open.is_empty() {
                    break;
                }
            }
            b',' if aside.is_none() => found.extend(current.take()),
            b':' if aside.is_none() && open.last() == Some(&b'{') => current = None,
            b'+' | b'%' | b'.' if aside.is_none() => {
                if let Some(literal) = &mut current {
                    literal.changed = true;
                }
            }
            _ if open.is_empty() && !byte.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    found
}

/// The letters directly before a string, which say of what kind it is.
fn prefix(text: &str, quote: usize) -> &str {
    let before = text.get(..quote).unwrap_or_default();
    let start = before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    before.get(start..).unwrap_or_default()
}

/// What stands in the string whose quote is at `start`, and where its last quote is.
fn string(text: &str, start: usize) -> (&str, usize) {
    let rest = text.get(start..).unwrap_or_default();
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("\"");
    let inside = start + quote.len();
    let mut at = inside;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(quote.as_bytes()) {
            return (text.get(inside..at).unwrap_or_default(), at + quote.len() - 1);
        }
        // A string of one line that does not end in it is none.
        if rest.starts_with(b"\n") && quote.len() == 1 {
            break;
        }
        at += if rest.starts_with(b"\\") { 2 } else { 1 };
    }
    ("", at)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&PythonSetupPy, &[("app/setup.py", text.as_bytes())]));
    }

    const FILE: &str = r#"from setuptools import setup
# install_requires=["comment==1.0"]
REQUIRES = [
    "requests[socks]==2.31.0",  # "x==1"
    'six>=1',
    "colorama;" " sys_platform == 'win32'",
]
setup(
    name="own",
    install_requires=REQUIRES,
    tests_require=("pytest==8.0.0", "tox"),
    setup_requires=["wheel"],
    extras_require={"x": ["a==1.0"], ':python_version < "3"': ['enum34'], "y": REQUIRES},
    package_data={"own": ["z"]},
)
"#;

    #[test]
    fn texts_of_lists_are_read_wherever_they_are_assigned() {
        let expected = expect![[r"
            pkg:pypi/a@1.0 declared Optional chosen=Purpose :13
            pkg:pypi/colorama declared Optional chosen=Purpose :6
            pkg:pypi/enum34 declared Optional chosen=Purpose :13
            pkg:pypi/pytest@8.0.0 declared Development chosen=Purpose :11
            pkg:pypi/requests@2.31.0 declared chosen=Purpose :4
            pkg:pypi/six declared chosen=Purpose :5
            pkg:pypi/tox declared Development chosen=Purpose :11"]];
        check(FILE, &expected);
        check(&format!("\u{feff}{}", FILE.replace('\n', "\r\n")), &expected);
    }

    #[test]
    fn a_text_that_the_program_changes_gives_the_name_alone() {
        check(
            "setup(install_requires=[\"a==\" + VERSION, \"b==%s\" % v, 'c=={}'.format(v, 'd==1'), f\"e=={v}\", f\"{x}==1\",\n\
             read('f.txt'), 'g' + suffix, 'h==1.0'] + ['i==1.0'], x=['j==1.0'])\n\
             settings['install_requires'] = ['k==1.0']\nkwargs = dict(**{'install_requires': ['l==1.0']})\n",
            &expect![[r"
                pkg:pypi/a declared chosen=Purpose :1
                pkg:pypi/b declared chosen=Purpose :1
                pkg:pypi/c declared chosen=Purpose :1
                pkg:pypi/e declared chosen=Purpose :1
                pkg:pypi/h@1.0 declared chosen=Purpose :2
                pkg:pypi/k@1.0 declared chosen=Purpose :3
                pkg:pypi/l@1.0 declared chosen=Purpose :4"]],
        );
    }

    #[test]
    fn what_is_computed_is_not_seen_and_a_file_that_ends_early_gives_what_stands_there() {
        for text in [
            "",
            "setup()",
            "setup(install_requires=read('requirements.txt'))",
            "setup(install_requires=[l for l in open('r.txt')])",
            "setup(install_requires=x == ['a==1'])",
            "\0\u{1}install_requires=",
            "install_requires",
        ] {
            check(text, &expect![""]);
        }
        check("setup(install_requires=['a==1.0', 'é==1', 'b==2.0", &expect!["pkg:pypi/a@1.0 declared chosen=Purpose :1"]);
        assert_eq!(found(&PythonSetupPy, &[("setup.py", FILE.as_bytes()), ("uv.lock", b"")]), "");
        check(&format!("install_requires={}", "[".repeat(100_000)), &expect![""]);
    }

    #[test]
    fn what_stands_in_documentation_or_behind_a_text_with_a_hash_is_told_apart() {
        check(
            "\"\"\"Usage:\n\n    setup(install_requires=['in-docs==1'])\n\"\"\"\nfrom setuptools import setup\n\
             setup(name='a#b', install_requires=['real==1.0'], long_description='''install_requires=['no==1']''')\n",
            &expect!["pkg:pypi/real@1.0 declared chosen=Purpose :6"],
        );
    }
}
