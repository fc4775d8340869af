//! Reads the images of compose files (<https://docs.docker.com/reference/compose-file/services/#image>), line by line:
//! `image:` of a service that is not built here, with variables from the `.env` file beside it. Anchors need no help, since
//! what they repeat stands in the file; services in flow style (`{image: …}`) are not read.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Location, Origin};
use crate::problem::Code;

use super::image_reference::{Reference, substitute};
use super::{Claim, Detector, FileFacts, Findings, Opened};

/// Mappings around `image:`: the file, `services`, the service. Deeper ones are labels and the like.
const MAX_BLOCKS: usize = 3;

/// `compose.yaml` and its older and extended names.
pub(super) struct Compose;

impl Detector for Compose {
    fn id(&self) -> &'static str {
        "compose"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Stem("compose"), Claim::Stem("container-compose"), Claim::Stem("docker-compose"), Claim::Stem("podman-compose")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yml" | "yaml"))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let env = file.sibling(".env");
        let variables = env.text_if_there().map(variables).unwrap_or_default();
        for (line, written) in images(text) {
            let image = substitute(written, &|name| variables.get(name).map(|value| (*value).to_owned()));
            match Reference::parse(&image) {
                Reference::Open => {}
                Reference::Invalid => out.problem_at(Code::Malformed, file, line, "`image` names no image"),
                Reference::Image(purl) => {
                    let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), line));
                    component.origin = Origin::Registry;
                    component.chosen = Chosen::Purpose;
                    out.component(component);
                }
            }
        }
    }
}

/// A mapping whose keys stand at the same column.
struct Block<'t> {
    indent: usize,
    /// The image is the name of what is built.
    built: bool,
    image: Option<(usize, &'t str)>,
}

impl<'t> Block<'t> {
    fn into_image(self) -> Option<(usize, &'t str)> {
        self.image.filter(|_| !self.built)
    }
}

/// Line and value of each `image:` of a service that is not built here.
fn images(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - content.len();
        while let Some(block) = blocks.pop_if(|block| block.indent > indent) {
            found.extend(block.into_image());
        }
        if blocks.last().is_none_or(|block| block.indent < indent) {
            blocks.push(Block { indent, built: false, image: None });
        }
        let depth = blocks.len();
        let (Some(block), Some((key, value))) = (blocks.last_mut(), content.split_once(':')) else { continue };
        match key.trim().trim_matches(['"', '\'']) {
            "build" => block.built = true,
            "image" if (2..=MAX_BLOCKS).contains(&depth) => {
                block.image = Some(scalar(value)).filter(|value| !value.is_empty()).map(|value| (number, value));
            }
            _ => {}
        }
    }
    found.extend(blocks.into_iter().filter_map(Block::into_image));
    found.sort_unstable();
    found
}

/// A scalar without quotes, anchor and comment.
fn scalar(value: &str) -> &str {
    let value = value.trim();
    let value = match value.strip_prefix('&').and_then(|anchor| anchor.split_once(' ')) {
        Some((_, value)) => value.trim_start(),
        None => value,
    };
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split(quote).next().unwrap_or(quoted);
        }
    }
    value.split(" #").next().unwrap_or(value).trim_end()
}

/// `NAME=value` lines.
fn variables(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='));
    pairs.map(|(name, value)| (name.trim(), scalar(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn images_of_services_are_found_and_built_ones_are_own_code() {
        let text = b"version: '3'
x-base: &base
  image: redis:7
services:
  web:
    image: \"nginx:1.18.0\" # old
    labels:
      image: not/this:1
  app:
    build: .
    image: acme/app:1.0
  db:
    image: &db postgres:11.4

    environment:
      A: b
  worker:
    image: acme/worker:2
    build:
      context: .
networks:
  default:
";
        expect![[r#"
            pkg:docker/nginx@1.18.0 declared chosen=Purpose :6
            pkg:docker/postgres@11.4 declared chosen=Purpose :13
            pkg:docker/redis@7 declared chosen=Purpose :3"#]]
        .assert_eq(&found(&Compose, &[("docker-compose.yml", text)]));
    }

    #[test]
    fn a_file_of_the_first_version_has_its_services_at_the_top() {
        expect!["pkg:docker/mysql@5.7 declared chosen=Purpose :2"]
            .assert_eq(&found(&Compose, &[("docker-compose.yml", b"db:\r\n  image: mysql:5.7\r\n")]));
    }

    #[test]
    fn variables_come_from_their_defaults_and_the_env_file() {
        let text = b"services:\n  a:\n    image: a:${A:-1}\n  b:\n    image: b:${B}\n  c:\n    image: ${C}/c:3\n  d:\n    image: d:${D}\n";
        let env = b"# x\nexport B='2.0'\nC=acme\n";
        expect![[r#"
            pkg:docker/a@1 declared chosen=Purpose :3
            pkg:docker/acme/c@3 declared chosen=Purpose :7
            pkg:docker/b@2.0 declared chosen=Purpose :5
            pkg:docker/d declared chosen=Purpose :9"#]]
        .assert_eq(&found(&Compose, &[("app/compose.yaml", text), ("app/.env", env)]));
    }

    #[test]
    fn an_image_that_is_none_is_a_problem() {
        expect!["! compose.yml:3:1: UP002: `image` names no image"]
            .assert_eq(&found(&Compose, &[("compose.yml", b"services:\n  a:\n    image: [x]\n  b:\n    image:\n")]));
    }
}
