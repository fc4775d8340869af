//! Reads what a setup.cfg asks for (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>):
//! `install_requires` and `tests_require` of `[options]`, and `[options.extras_require]`.
//!
//! A lock file beside it says more and is read in its place. Only an exact pin is a version. `setup_requires` is what the build
//! fetches for itself; a value `file:` names a requirements file, which is read by itself.

use crate::model::Group;

use super::project_file::is_in_project;
use super::python_project::is_locked;
use super::python_requests::Requests;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "python-setup-cfg";

/// The declarative manifest of setuptools.
pub(super) struct PythonSetupCfg;

impl Detector for PythonSetupCfg {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("setup.cfg")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if is_locked(file) {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let settings = settings(text);
        let mut requests = Requests::new(file, ID);
        for setting in settings.iter().filter(|setting| (setting.section, setting.key) == ("metadata", "name")) {
            setting.lines.iter().for_each(|(_, name)| requests.own(name));
        }
        for setting in &settings {
            let group = match (setting.section, setting.key) {
                ("options", "install_requires") => Group::Main,
                ("options", "tests_require") => Group::Development,
                ("options.extras_require", _) => Group::Optional,
                _ => continue,
            };
            if setting.lines.first().is_some_and(|(_, value)| value.starts_with("file:")) {
                continue;
            }
            for (line, value) in setting.requirements() {
                requests.text(value, line, group, out);
            }
        }
    }
}

/// A key and the lines of its value, without comments and empty ones.
struct Setting<'t> {
    section: &'t str,
    key: &'t str,
    lines: Vec<(usize, &'t str)>,
}

impl<'t> Setting<'t> {
    /// One requirement a line; a value on the line of its key has them separated by `;`.
    fn requirements(&self) -> Vec<(usize, &'t str)> {
        match self.lines.as_slice() {
            [(line, only)] => {
                let parts = only.split(';').map(str::trim);
                // `a; python_version < "3"` is one requirement with its marker on a line of its own, where no `;` separates.
                let marker = only.split(';').skip(1).any(|part| part.contains(['\'', '"']));
                if marker { vec![(*line, *only)] } else { parts.filter(|p| !p.is_empty()).map(|part| (*line, part)).collect() }
            }
            lines => lines.to_vec(),
        }
    }
}

/// The settings of all sections: a line that begins with a blank continues the value before.
fn settings(text: &str) -> Vec<Setting<'_>> {
    let mut settings: Vec<Setting<'_>> = Vec::new();
    let mut section = "";
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(setting) = settings.last_mut().filter(|setting| setting.section == section) {
                setting.lines.push((number, without_comment(content)));
            }
        } else if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name.trim();
        } else if let Some((key, value)) = content.split_once(['=', ':']) {
            let value = without_comment(value.trim());
            let lines = if value.is_empty() { Vec::new() } else { vec![(number, value)] };
            settings.push(Setting { section, key: key.trim(), lines });
        }
    }
    settings
}

/// `#` behind a blank begins a comment.
fn without_comment(value: &str) -> &str {
    value.split(" #").next().unwrap_or(value).trim_end()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&PythonSetupCfg, &[("app/setup.cfg", text.as_bytes())]));
    }

    const FILE: &str = "[metadata]\nname = own\n\n[options]\npackages = find:\ninstall_requires =\n    # why\n    requests==2.31.0\n    six>=1  # old\n\
        \n    colorama; sys_platform == \"win32\"\n    own[x]\nsetup_requires = wheel\ntests_require = pytest==8.0.0; tox\n\n\
        [options.extras_require]\nx = a==1.0\ny =\n    b\n    c==3.0\n[flake8]\nignore = E1\n  E2\n";

    #[test]
    fn lists_of_both_forms_are_read() {
        let expected = expect![[r"
            pkg:pypi/a@1.0 declared Optional chosen=Purpose :17
            pkg:pypi/b declared Optional chosen=Purpose :19
            pkg:pypi/c@3.0 declared Optional chosen=Purpose :20
            pkg:pypi/colorama declared Optional chosen=Purpose :11
            pkg:pypi/pytest@8.0.0 declared Development chosen=Purpose :14
            pkg:pypi/requests@2.31.0 declared chosen=Purpose :8
            pkg:pypi/six declared chosen=Purpose :9
            pkg:pypi/tox declared Development chosen=Purpose :14"]];
        check(FILE, &expected);
        check(&format!("\u{feff}{}", FILE.replace('\n', "\r\n")), &expected);
    }

    #[test]
    fn other_files_and_faults() {
        for text in ["", "[flake8]\nmax = 1\n", "[options]\ninstall_requires = file: requirements.txt\n", "\0\u{1}", " x\n"] {
            check(text, &expect![""]);
        }
        check(
            "[options]\ninstall_requires =\n  a==1.0\n  b = 2\n  c==",
            &expect![[r"
                pkg:pypi/a@1.0 declared chosen=Purpose :3
                ! app/setup.cfg:4:1: UP002: not a version specifier
                ! app/setup.cfg:5:1: UP002: not a version specifier"]],
        );
        assert_eq!(found(&PythonSetupCfg, &[("setup.cfg", FILE.as_bytes()), ("poetry.lock", b"")]), "");
    }
}
