//! Reads cabal.project.freeze (<https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze>): the exact
//! constraints of `cabal freeze`. Flags, preferences and the state of the index name no package.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, Findings, Opened};

const ID: &str = "cabal-freeze";

/// What `cabal freeze` writes.
pub(super) struct CabalFreeze;

impl Detector for CabalFreeze {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("cabal.config"), Claim::Name("cabal.project.freeze")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let (mut inside, mut any_field) = (false, false);
        for (number, line) in (1..).zip(text.lines()) {
            let content = without_comment(line).trim();
            // A field begins in the first column, its further lines do not.
            let constraints = if line.starts_with([' ', '\t']) || content.is_empty() {
                content
            } else {
                let (field, rest) = content.split_once(':').unwrap_or((content, ""));
                any_field |= content.contains(':');
                inside = field.trim().eq_ignore_ascii_case("constraints");
                rest
            };
            if inside {
                constraints.split(',').for_each(|text| constraint(text.trim(), file, number, out));
            }
        }
        if !any_field && !text.trim().is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no field: no file of `cabal freeze`");
        }
    }
}

fn without_comment(line: &str) -> &str {
    line.split_once("--").map_or(line, |(before, _)| before)
}

/// `any.name ==1.2`, `name ==1.2 || ==1.3` or `name +flag -flag`, of which the last names no version.
fn constraint(text: &str, file: &Opened<'_>, line: usize, out: &mut Findings) {
    let (name, wish) = text.split_once(|c: char| c.is_whitespace() || "=<>^".contains(c)).unwrap_or((text, ""));
    let wish = text.get(name.len()..).unwrap_or(wish).trim();
    let name = name.strip_prefix("any.").or_else(|| name.strip_prefix("setup.")).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-');
    let versions = if wish == "installed" { vec![""] } else { versions(wish) };
    if !is_name || versions.is_empty() {
        return;
    }
    for version in versions {
        let purl = Purl::new("hackage", name).with_version(version);
        let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
        component.origin = Origin::Registry;
        out.component(component);
    }
}

/// The versions of `==1.2 || ==1.3`; none of anything else.
fn versions(wish: &str) -> Vec<&str> {
    let exact = wish.split("||").map(|part| part.trim().strip_prefix("==").map(str::trim).filter(|text| is_version(text)));
    exact.collect::<Option<Vec<&str>>>().unwrap_or_default()
}

/// Whether it is numbers with dots, and no pattern.
pub(super) fn is_version(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&CabalFreeze, &[("cabal.project.freeze", text.as_bytes())]));
    }

    #[test]
    fn exact_constraints_are_packages_and_flags_are_not() {
        check(
            "active-repositories: hackage.haskell.org:merge\nconstraints: any.Cabal ==3.2.1.0,\n             any.HTTP ==4000.3.16,\n             HTTP -conduit10 +network-uri, -- why not\n             any.aeson ==1.5.6.0 || ==2.0.0.0,\n             any.base installed,\n             setup.semigroups ==0.19,\n             any.text >=1.2,\n             any.dots ==1.*,\n             zlib ==0.6.3.0\nindex-state: hackage.haskell.org 2021-10-01T00:00:00Z\n",
            &expect![[r#"
                pkg:hackage/Cabal@3.2.1.0 declared :2
                pkg:hackage/HTTP@4000.3.16 declared :3
                pkg:hackage/aeson@1.5.6.0 declared :5
                pkg:hackage/aeson@2.0.0.0 declared :5
                pkg:hackage/base declared :6
                pkg:hackage/semigroups@0.19 declared :7
                pkg:hackage/zlib@0.6.3.0 declared :10"#]],
        );
        check("\u{feff}constraints: any.a ==1.0,\r\n             b +x\r\n", &expect!["pkg:hackage/a@1.0 declared :1"]);
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check("constraints: any.a ==1.0,\n             any.b ==", &expect!["pkg:hackage/a@1.0 declared :1"]);
        check("{\"a\"}", &expect!["! cabal.project.freeze:1:1: UP002: no field: no file of `cabal freeze`"]);
        check("", &expect![""]);
        check("index-state: x\n", &expect![""]);
    }
}
