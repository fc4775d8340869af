//! Reads pip's requirements files (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>): `requirements.txt`,
//! other names that have that word, and the `.txt` files of a `requirements` folder; and the `.in` files that pip-tools and uv
//! compile such files from, unless the compiled file lies beside them.
//!
//! Only `==` without wildcard and `===` pin a version; every other requirement is a component without version, since the
//! file may be the only place that names it. A requirement with a marker counts as optional, the marker is not evaluated.
//! Options are skipped, and so are constraints and local folders (own code). An included file (`-r`) belongs to the file that
//! names it, unless it has such a name itself, since the walk then meets it anyway.
//! What installers and tools unpacked asks for nothing here.
//! A line that a template has yet to fill in names nothing, and what conda lists is left to `conda_list`.
//! A text in which fewer lines than not are requirements is prose under the same name: one problem, no component.

use std::collections::BTreeSet;

use crate::model::Group;
use crate::problem::Code;

use super::project_file::is_unpacked;
use super::python_project::{is_development, is_in_distribution, normal};
use super::python_requirement::{Requirement, Unusable};
use super::{Claim, Detector, FileFacts, Findings, Opened, conda_list};

const ID: &str = "python-requirements";
/// Most files that one file may include, at any depth.
const MAX_INCLUDED: usize = 32;

/// Requirements files of pip.
pub(super) struct PythonRequirements;

impl Detector for PythonRequirements {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".in"), Claim::Suffix(".txt")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let words = words(facts.name());
        let named = words.iter().any(|word| matches!(word.as_str(), "requirements" | "requirement"));
        let limits = words.iter().any(|word| word.starts_with("constraint"));
        (named || facts.folder(0) == "requirements") && !limits && !is_unpacked(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let compiled = file.facts().name().strip_suffix(".in").map(|stem| file.sibling(&format!("{stem}.txt")));
        if is_in_distribution(file) || compiled.is_some_and(|compiled| compiled.exists()) {
            return;
        }
        let Some(text) = out.text(file) else { return };
        if conda_list::is_list(text) {
            return;
        }
        let mut seen = BTreeSet::from([file.path().to_owned()]);
        let mut included = read(text, file, out);
        // A file that is included by an included one counts from the folder of the latter.
        while let Some(next) = included.pop() {
            let new = seen.len() < MAX_INCLUDED && seen.insert(next.path().to_owned());
            if !new || self.wants(&next.facts()) {
                continue;
            }
            let text = match next.text() {
                // pip would tell whoever wrote it.
                Err(problem) if problem.code == Code::Vanished => None,
                text => out.noted(text),
            };
            included.extend(text.into_iter().flat_map(|text| read(text, &next, out)));
        }
    }
}

/// Writes down what one file asks for, and gives the files that it includes.
fn read<'a>(text: &str, file: &Opened<'a>, out: &mut Findings) -> Vec<Opened<'a>> {
    let group = group(&file.facts());
    let (mut components, mut faults, mut included) = (Vec::new(), Vec::new(), Vec::new());
    for (line, content) in logical_lines(text) {
        match Requirement::parse(&content) {
            Ok(requirement) => components.push(requirement.component(group, ID, file, line)),
            Err(Unusable::Skipped) => {
                included.extend(inclusion(&content).map(|path| file.sibling(path)));
            }
            Err(Unusable::Malformed(what)) => faults.push((line, what)),
        }
    }
    if faults.len() > components.len() {
        let (line, _) = faults.first().copied().unwrap_or_default();
        out.problem_at(Code::Malformed, file, line, "most lines are no requirements, hence none is read");
        return Vec::new();
    }
    out.components.append(&mut components);
    for (line, what) in faults {
        out.problem_at(Code::Malformed, file, line, what);
    }
    included
}

/// The path that `-r` names, below the file's own folder; addresses are not followed.
fn inclusion(line: &str) -> Option<&str> {
    let path = ["-r", "--requirement"].iter().find_map(|option| line.strip_prefix(option))?;
    let path = path.trim_start_matches([' ', '=']).trim();
    (!path.is_empty() && !path.starts_with(['/', '-']) && !path.contains("://")).then_some(path)
}

/// The names that the requirements.txt beside `file` pins, normalised: what a manifest says of them without a version is said
/// better there.
pub(super) fn pinned(file: &Opened<'_>) -> BTreeSet<String> {
    let beside = file.sibling("requirements.txt");
    let lines = beside.text_if_there().map(logical_lines).unwrap_or_default();
    let requirements = lines.iter().filter_map(|(_, line)| Requirement::parse(line).ok());
    requirements.filter(|requirement| requirement.version.is_some()).map(|requirement| normal(&requirement.name)).collect()
}

/// The words of a file's name without its suffix, in lower case.
fn words(name: &str) -> Vec<String> {
    let stem = name.strip_suffix(".txt").or(name.strip_suffix(".in")).unwrap_or(name).to_lowercase();
    stem.split(['-', '_', '.', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn group(facts: &FileFacts<'_>) -> Group {
    let development = words(facts.name()).iter().any(|word| is_development(word));
    if development { Group::Development } else { Group::Main }
}

/// The lines as pip sees them, with the number of the first: continued lines joined, comments removed, empty ones left out.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut continued = false;
    for (number, line) in text.lines().enumerate() {
        // A comment ends a continued line, whatever stands at its end.
        let comment = line.trim_start().starts_with('#');
        let (part, more) = match line.trim_end_matches('\r').strip_suffix('\\') {
            Some(part) if !comment => (part, true),
            _ => (line, false),
        };
        match lines.last_mut() {
            Some((_, held)) if continued => {
                held.push(' ');
                held.push_str(part);
            }
            _ => lines.push((number + 1, part.to_owned())),
        }
        continued = more;
    }
    let stripped = lines.into_iter().map(|(number, line)| (number, without_comment(&line).trim().to_owned()));
    stripped.filter(|(_, line)| !line.is_empty()).collect()
}

/// A `#` at the start or behind a blank begins a comment.
fn without_comment(line: &str) -> &str {
    let starts = line.char_indices().scan(' ', |before, (at, c)| {
        let starts = c == '#' && before.is_whitespace();
        *before = c;
        Some((at, starts))
    });
    let end = { starts }.find(|(_, starts)| *starts).map_or(line.len(), |(at, _)| at);
    line.get(..end).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&PythonRequirements, &[("requirements.txt", text.as_bytes())]));
    }

    #[test]
    fn names_that_speak_of_requirements_are_wanted() {
        for (path, wanted) in [
            ("requirements.txt", true),
            ("requirements-dev.txt", true),
            ("test_requirements.txt", true),
            ("requirements.prod.txt", true),
            ("requirements/base.txt", true),
            ("requirements/constraints.txt", false),
            ("constraints.txt", false),
            ("requirements-constraints.txt", false),
            ("README.txt", false),
            ("requirements-dev.in", true),
            ("requirements/base.in", true),
            ("MANIFEST.in", false),
            ("config.h.in", false),
            ("lib/site-packages/a/requirements.txt", false),
            ("top_level.txt", false),
            ("app-requirements-old.txt", true),
        ] {
            assert_eq!(PythonRequirements.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }

    #[test]
    fn only_an_exact_pin_is_a_version() {
        check(
            "\u{feff}a==1.0\r\nB_b === 2.0+local\nc>=1,<2\nd==1.*\ne ~= 1.1\nf\ng==1.0,!=1.1\nh (==3.0)\ni[x,y]==4.0\nj==${J}\n",
            &expect![[r"
                pkg:pypi/a@1.0 declared :1
                pkg:pypi/b-b@2.0%2Blocal declared :2
                pkg:pypi/c declared :3
                pkg:pypi/d declared :4
                pkg:pypi/e declared :5
                pkg:pypi/f declared :6
                pkg:pypi/g@1.0 declared :7
                pkg:pypi/h@3.0 declared :8
                pkg:pypi/i@4.0 declared :9
                pkg:pypi/j declared :10"]],
        );
    }

    #[test]
    fn hashes_continuations_comments_and_options_are_no_requirements() {
        check(
            "# made by pip-compile\n--index-url https://index/simple\n-r base.txt\n-c constraints.txt\n\
             a==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via b\nb==2.0  # why; not == 3\n\
             c==3.0; python_version < '3.8' \\\n  and sys_platform == 'linux'\n",
            &expect![[r"
                pkg:pypi/a@1.0 declared :5
                pkg:pypi/b@2.0 declared :9
                pkg:pypi/c@3.0 declared Optional :10"]],
        );
    }

    #[test]
    fn an_included_file_is_read_with_the_file_that_names_it() {
        expect![[r"
            pkg:pypi/a@1.0 declared :4
            pkg:pypi/b@2.0 declared :2
            pkg:pypi/c@3.0 declared :1"]]
        .assert_eq(&found(
            &PythonRequirements,
            &[
                ("app/requirements.txt", b"-r deps/base.in\n--requirement=requirements-dev.txt\n-c limits.txt\na==1.0\n"),
                ("app/deps/base.in", b"-r ../requirements.txt\nb==2.0\n-rmore.list\n-r missing\n"),
                ("app/deps/more.list", b"c==3.0\n-r base.in\n"),
                ("app/requirements-dev.txt", b"d==4.0\n"),
                ("app/limits.txt", b"e==5.0\n"),
            ],
        ));
    }

    #[test]
    fn addresses_give_what_their_file_name_or_fragment_says() {
        check(
            "a @ https://user:pw@host/a-1.0-py3-none-any.whl#sha256=aa\nhttps://host/B_b-2.0.tar.gz\n\
             git+https://tok@github.com/u/c.git@v3.0#egg=c\n-e git+ssh://git@host/d@abc#egg=d[x]&subdirectory=s\n\
             e @ git+https://host/e ; python_version > '3'\n./wheels/f-4.0-cp311-cp311-linux_x86_64.whl\n\
             -e .\n.\n./own\n../own\n/abs/own\nfile:///abs/own\n-e file:own#egg=own\nown/\nown @ file:///abs/own\n\
             g @ file:///croot/g_1690232220950/work\n",
            &expect![[r"
                pkg:pypi/a@1.0 declared :1
                pkg:pypi/b-b@2.0 declared :2
                pkg:pypi/c?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2Fc.git%40v3.0 declared :3
                pkg:pypi/d?vcs_url=git%2Bssh:%2F%2Fgit%40host%2Fd%40abc declared :4
                pkg:pypi/e?vcs_url=git%2Bhttps:%2F%2Fhost%2Fe declared Optional :5
                pkg:pypi/f@4.0 declared :6
                pkg:pypi/g declared :16"]],
        );
    }

    #[test]
    fn what_is_compiled_from_a_file_says_more_than_the_file() {
        let source: (&str, &[u8]) = ("requirements/base.in", b"a\nb>=2\n");
        expect![[r"
            pkg:pypi/a declared :1
            pkg:pypi/b declared :2"]]
        .assert_eq(&found(&PythonRequirements, &[source]));
        assert_eq!(found(&PythonRequirements, &[source, ("requirements/base.txt", b"a==1.0\nb==2.1\n")]), "");
    }

    #[test]
    fn what_a_template_has_yet_to_fill_in_spoils_no_other_line() {
        check(
            "{% if cookiecutter.web %}\na==1.0\n{% endif %}\n{{ cookiecutter.name }}\nb=={{ cookiecutter.b }}\n${EXTRA}\n%(more)s\n{{x}}==1\n",
            &expect![[r"
                pkg:pypi/a@1.0 declared :2
                pkg:pypi/b declared :5"]],
        );
    }

    #[test]
    fn the_name_of_the_file_tells_development() {
        let file: [(&str, &[u8]); 1] = [("requirements/test.txt", b"a==1.0\n")];
        expect!["pkg:pypi/a@1.0 declared Development :1"].assert_eq(&found(&PythonRequirements, &file));
    }

    #[test]
    fn a_bad_line_is_a_problem_and_prose_is_not_read_at_all() {
        check(
            "a==1.0\nb = 2\nc==2.0\n",
            &expect![[r"
                pkg:pypi/a@1.0 declared :1
                pkg:pypi/c@2.0 declared :3
                ! requirements.txt:2:1: UP002: not a version specifier"]],
        );
        check(
            "System requirements\n\nLinux\nAt least 4 GB of memory\nA disk, better two\n",
            &expect!["! requirements.txt:1:1: UP002: most lines are no requirements, hence none is read"],
        );
        check("", &expect![""]);
    }
}
