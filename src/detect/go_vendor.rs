//! Reads `vendor/modules.txt`, in which Go notes the modules whose code it copied (<https://go.dev/ref/mod#vendoring>), with
//! replacements. A module that a folder replaces is own code. Replacements at the end of the file, without packages, had no effect.

use crate::model::{Component, Evidence, Location, Origin};
use crate::problem::Code;

use super::go_mod::purl;
use super::{Claim, Detector, Findings, Opened};

/// `vendor/modules.txt`.
pub(super) struct GoVendor;

impl Detector for GoVendor {
    fn id(&self) -> &'static str {
        "go-vendor"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path("vendor/modules.txt")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let mut module: Option<Module<'_>> = None;
        let mut any = text.trim().is_empty();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(words) = line.strip_prefix("# ") {
                self.write(module.take(), file, out);
                module = Module::parse(words, number);
                any |= module.is_some();
                if module.is_none() && !words.contains("=>") {
                    out.problem_at(Code::Malformed, file, number, "module without a version");
                }
            } else if let Some(module) = &mut module
                && !line.trim().is_empty()
            {
                module.used = true;
            }
        }
        self.write(module, file, out);
        if !any {
            out.problem_at(Code::Malformed, file, 1, "no module: no list of vendored Go code");
        }
    }
}

impl GoVendor {
    fn write(&self, module: Option<Module<'_>>, file: &Opened<'_>, out: &mut Findings) {
        let Some(module) = module.filter(|module| module.used && !module.local) else { return };
        let location = Location::line(file.shown(), module.line);
        let mut component = Component::new(purl(module.path, module.version), Evidence::Declared, self.id(), location);
        component.origin = Origin::Registry;
        out.component(component);
    }
}

struct Module<'t> {
    path: &'t str,
    version: &'t str,
    line: usize,
    local: bool,
    /// Whether packages of it are listed, or the module file asks for it.
    used: bool,
}

impl<'t> Module<'t> {
    /// `path version`, and perhaps `=> path version` or `=> folder`.
    fn parse(words: &'t str, line: usize) -> Option<Self> {
        let words: Vec<&str> = words.split_whitespace().collect();
        let (path, version, local) = match words.as_slice() {
            [path, version] | [_, _, "=>", path, version] => (path, version, false),
            [path, version, "=>", _] => (path, version, true),
            _ => return None,
        };
        version.starts_with('v').then_some(Self { path, version, line, local, used: false })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&GoVendor, &[("vendor/modules.txt", text.as_bytes())]));
    }

    #[test]
    fn vendored_modules_are_read_with_their_replacements() {
        check(
            "# github.com/a/b v1.2.3\r\n## explicit; go 1.17\r\ngithub.com/a/b/sub\r\n# github.com/unused v1.0.0\r\n## explicit\r\n\
             # old.org/x v1.0.0 => new.org/x v1.1.0\r\nold.org/x\r\n# own.org/y v0.0.0 => ./y\r\n## explicit\r\nown.org/y\r\n\
             # gone.org/z v1.0.0 => other.org/z v2.0.0\r\n# gone.org/w => ../w\r\n",
            expect![[r"
                pkg:golang/github.com/a/b@v1.2.3 declared :1
                pkg:golang/github.com/unused@v1.0.0 declared :4
                pkg:golang/new.org/x@v1.1.0 declared :6"]],
        );
    }

    #[test]
    fn empty_is_no_fault_and_another_format_is_one_problem() {
        check("", expect![""]);
        check("hello\n", expect!["! vendor/modules.txt:1:1: UP002: no module: no list of vendored Go code"]);
        check(
            "# a.org/b v1.0.0\na.org/b\n# a.org/c",
            expect![[r"
                pkg:golang/a.org/b@v1.0.0 declared :1
                ! vendor/modules.txt:3:1: UP002: module without a version"]],
        );
    }
}
