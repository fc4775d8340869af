//! Reads the image of development containers (<https://containers.dev/implementors/json_reference/>): `image` in
//! devcontainer.json. Dockerfiles and compose files that it names are met by the walk; features are no images.

use crate::model::Group;

use super::document;
use super::image_reference::{Place, substitute};
use super::{Claim, Detector, Findings, Opened, jsonc};

/// `devcontainer.json`.
pub(super) struct Devcontainer;

impl Detector for Devcontainer {
    fn id(&self) -> &'static str {
        "devcontainer"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(".devcontainer.json"), Claim::Name("devcontainer.json")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(document) = document::read(file, out, jsonc::parse) else { return };
        let Some(image) = document.get("image") else { return };
        let filled = substitute(&with_defaults(image.as_text().unwrap_or_default()), &|_| None);
        Place { detector: self.id(), key: "image", group: Group::Development }.found(&filled, file, image.line, out);
    }
}

/// `${localEnv:NAME:default}` as a shell writes it. What the user's own environment says is not known here.
fn with_defaults(text: &str) -> String {
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, after) = part.split_once('}').unwrap_or((part, ""));
        let default = inside.splitn(3, ':').nth(2).unwrap_or_default();
        out.push_str(if default.is_empty() { "${UNKNOWN}" } else { default });
        out.push_str(after);
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&Devcontainer, &[(".devcontainer/devcontainer.json", text.as_bytes())]));
    }

    #[test]
    fn the_image_is_found_between_comments() {
        check(
            "// For format details\r\n{\r\n\t\"name\": \"Go\",\r\n\t\"image\": \"mcr.microsoft.com/devcontainers/go:1-1.22-bookworm\", // pinned\r\n\t\"features\": {\"ghcr.io/devcontainers/features/node:1\": {}},\r\n}\r\n",
            &expect![
                "pkg:docker/devcontainers/go@1-1.22-bookworm?repository_url=mcr.microsoft.com declared Development chosen=Purpose :4"
            ],
        );
        check("{\"image\": \"node:${localEnv:NODE:20}\"}", &expect!["pkg:docker/node@20 declared Development chosen=Purpose :1"]);
        check("{\"image\": \"${localEnv:IMAGE}\"}", &expect![""]);
        check("{\"build\": {\"dockerfile\": \"Dockerfile\"}}", &expect![[r#""#]]);
    }

    #[test]
    fn what_is_broken_is_told() {
        check("{\"image\": 3}", &expect!["! .devcontainer/devcontainer.json:1:1: UP002: `image` names no image"]);
        check(
            "{\"image\": \"node:2",
            &expect!["! .devcontainer/devcontainer.json:1:1: UP003: not JSON: EOF while parsing a string"],
        );
        check("[]", &expect!["! .devcontainer/devcontainer.json:1:1: UP002: expected a map, found a list"]);
        check("", &expect!["! .devcontainer/devcontainer.json:1:1: UP003: not JSON: EOF while parsing a value"]);
    }
}
