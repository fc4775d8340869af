//! Reads the images of compose files (<https://docs.docker.com/reference/compose-file/services/#image>): `image:` of each
//! service that is not built here, with merged anchors and with variables from the `.env` file beside it. Files that a
//! service `extends` or a project `include`s are read when the walk meets them.

use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Location, Origin};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::image_reference::{Reference, substitute};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

/// How deep anchors may merge anchors.
const MAX_MERGES: usize = 8;

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
        let Some(document) = document::read(file, out, yaml::parse) else { return };
        let env = file.sibling(".env");
        let variables = env.text_if_there().map(variables).unwrap_or_default();
        // Files of the first version have their services at the top.
        let services = document.get("services").unwrap_or(&document);
        for (_, service) in services.entries() {
            let Some(image) = said(service, "image", 0).filter(|_| said(service, "build", 0).is_none()) else { continue };
            let written = match &image.value {
                Value::Text(text) => text,
                Value::Null => continue,
                _ => {
                    out.problem_at(Code::Malformed, file, image.line, format!("`image` is {}", image.kind()));
                    continue;
                }
            };
            let filled = substitute(written, &|name| variables.get(name).map(|value| (*value).to_owned()));
            match Reference::parse(&filled) {
                Reference::Open => {}
                Reference::Invalid => out.problem_at(Code::Malformed, file, image.line, "`image` names no image"),
                Reference::Image(purl) => {
                    let mut component =
                        Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), image.line));
                    component.origin = Origin::Registry;
                    component.chosen = Chosen::Purpose;
                    out.component(component);
                }
            }
        }
    }
}

/// What a service says of `key`, itself or through a merged anchor (`<<: *base`).
fn said<'n>(service: &'n Node, key: &str, depth: usize) -> Option<&'n Node> {
    let merged = || {
        let anchors = service.get("<<").filter(|_| depth < MAX_MERGES)?;
        std::iter::once(anchors).chain(anchors.items()).find_map(|anchor| said(anchor, key, depth + 1))
    };
    service.get(key).or_else(merged)
}

/// `NAME=value` lines.
fn variables(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='));
    pairs.map(|(name, value)| (name.trim(), unquoted(value.trim()))).collect()
}

/// A value without its quotes, or without a comment behind it.
fn unquoted(value: &str) -> &str {
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split(quote).next());
    quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or(value).trim_end())
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
  flow: {image: 'mongo:4.4', tty: true}
  merged:
    <<: [*base]
    tty: true
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
            pkg:docker/mongo@4.4 declared chosen=Purpose :9
            pkg:docker/nginx@1.18.0 declared chosen=Purpose :6
            pkg:docker/postgres@11.4 declared chosen=Purpose :17
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
        expect!["! compose.yml:3:1: UP002: `image` is a list"]
            .assert_eq(&found(&Compose, &[("compose.yml", b"services:\n  a:\n    image: [x]\n  b:\n    image:\n")]));
    }
}
