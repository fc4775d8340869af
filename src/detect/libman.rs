//! Reads `libman.json` of Microsoft's Library Manager (<https://learn.microsoft.com/aspnet/core/client-side/libman/libman-vs>):
//! libraries for browsers from cdnjs, unpkg and jsDelivr. What comes from a folder or a plain address is left out.

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, Findings, Opened, document, json};

/// `libman.json`.
pub(super) struct Libman;

impl Detector for Libman {
    fn id(&self) -> &'static str {
        "libman"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("libman.json")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let before = out.problems.len();
        let Some(manifest) = document::read(file, out, json::parse) else { return };
        if manifest.get("libraries").is_none() && out.problems.len() == before {
            return out.problem_at(Code::Malformed, file, 1, "no `libraries`: no manifest of LibMan");
        }
        let usual = manifest.text("defaultProvider");
        for library in document::list_at(&manifest, "libraries", file, out) {
            if library.text("provider").or(usual) == Some("filesystem") {
                continue;
            }
            let Some(id) = library.text("library").or_else(|| library.text("name")) else {
                out.problem_at(Code::Malformed, file, library.line, "library without a name");
                continue;
            };
            let line = library.get("library").map_or(library.line, |id| id.line);
            let mut component = Component::new(purl(id), Evidence::Declared, self.id(), Location::line(file.shown(), line));
            (component.origin, component.chosen) = (Origin::Registry, Chosen::Purpose);
            out.component(component);
        }
    }
}

/// `name@version`, `@scope/name@version`, or `owner/repository@version` of jsDelivr.
fn purl(id: &str) -> Purl {
    let at = id.rfind('@').filter(|at| *at > 0);
    let (name, version) = at.and_then(|at| id.split_at_checked(at)).unwrap_or((id, ""));
    let version = version.trim_start_matches('@');
    let version = if version == "latest" { "" } else { version };
    match name.split_once('/') {
        Some((owner, name)) if !owner.starts_with('@') => Purl::new("github", name).with_namespace(owner),
        Some((scope, name)) => Purl::new("npm", name).with_namespace(scope),
        None => Purl::new("npm", name),
    }
    .with_version(version)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&Libman, &[("libman.json", text.as_bytes())]));
    }

    #[test]
    fn libraries_of_all_providers_but_folders_are_read() {
        check(
            "{\n\"version\": \"1.0\", \"defaultProvider\": \"cdnjs\",\n\"libraries\": [\n\
             {\"library\": \"jquery@3.7.1\", \"destination\": \"wwwroot/lib/jquery\"},\n\
             {\"provider\": \"unpkg\", \"library\": \"@popperjs/core@2.11.8\", \"files\": [\"a.js\"]},\n\
             {\"provider\": \"jsdelivr\", \"library\": \"twbs/bootstrap@5.3.2\"},\n\
             {\"library\": \"vue@latest\"},\n\
             {\"provider\": \"filesystem\", \"library\": \"../shared/own.js\"},\n{\"destination\": \"x\"}\n]\n}",
            expect![[r#"
                pkg:github/twbs/bootstrap@5.3.2 declared chosen=Purpose :6
                pkg:npm/%40popperjs/core@2.11.8 declared chosen=Purpose :5
                pkg:npm/jquery@3.7.1 declared chosen=Purpose :4
                pkg:npm/vue declared chosen=Purpose :7
                ! libman.json:9:1: UP002: library without a name"#]],
        );
    }

    #[test]
    fn wrong_formats_are_one_problem() {
        check("", expect!["! libman.json:1:1: UP003: not JSON: EOF while parsing a value"]);
        check("{}", expect!["! libman.json:1:1: UP002: no `libraries`: no manifest of LibMan"]);
        check("{\"libraries\": 1}", expect!["! libman.json:1:1: UP002: `libraries` should be a list, but is a number"]);
    }
}
