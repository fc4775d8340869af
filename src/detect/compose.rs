//! Reads the images of compose files (<https://docs.docker.com/reference/compose-file/services/#image>): `image:` of each
//! service that is not built here, with merged anchors and with variables from the `.env` file beside it. What a service
//! `extends` and a project `include`s is read too, unless its name says that it is a compose file: then the walk meets it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::model::Group;
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::image_reference::{Place, substitute};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

/// How deep anchors may merge anchors.
const MAX_DEPTH: usize = 8;
/// Most files that are read for one; each is one step of recursion.
const MAX_FILES: usize = 64;
/// Most services that are looked for in other files.
const MAX_EXTENDED: usize = 10_000;
/// How the names of compose files begin.
const STEMS: [&str; 4] = ["compose", "container-compose", "docker-compose", "podman-compose"];

/// `compose.yaml` and its older and extended names.
pub(super) struct Compose;

impl Detector for Compose {
    fn id(&self) -> &'static str {
        "compose"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".yaml"), Claim::Suffix(".yml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let rest = STEMS.iter().find_map(|stem| facts.name().strip_prefix(stem));
        let ending = facts.name().rsplit_once('.').map(|(_, ending)| ending);
        rest.is_some_and(|rest| rest.starts_with(['.', '-', '_'])) && matches!(ending, Some("yml" | "yaml"))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        Project::default().read(file, out);
    }
}

/// What was read of a project so far, so that no file is read twice.
#[derive(Default)]
struct Project {
    seen: BTreeSet<PathBuf>,
    /// Documents with services that others extend.
    bases: BTreeMap<PathBuf, Node>,
    /// How many services extended one of them.
    extended: usize,
}

impl Project {
    /// The images of a file and of those that it includes.
    fn read(&mut self, file: &Opened<'_>, out: &mut Findings) {
        if self.seen.len() == MAX_FILES || !self.seen.insert(file.path().to_owned()) {
            return;
        }
        let Some(document) = document::read(file, out, yaml::parse) else { return };
        let env = file.sibling(".env");
        let variables = env.text_if_there().map(variables).unwrap_or_default();
        for (_, service) in services(&document).entries().iter().filter(|(_, service)| said(service, "build", 0).is_none()) {
            match said(service, "image", 0) {
                Some(image) => named(image, &variables, file, out),
                None => self.extended(service, file, out),
            }
        }
        for path in document.get("include").map_or(&[][..], Node::items).iter().flat_map(paths) {
            if let Some(other) = unclaimed(file, path) {
                self.read(&other, out);
            }
        }
    }

    /// The image of the service of another file that this one extends. A chain of such files is not followed.
    fn extended(&mut self, service: &Node, file: &Opened<'_>, out: &mut Findings) {
        let Some(extends) = said(service, "extends", 0) else { return };
        let base = extends.text("file").and_then(|path| unclaimed(file, path)).zip(extends.text("service"));
        let Some((other, name)) = base.filter(|_| self.bases.len() < MAX_FILES && self.extended < MAX_EXTENDED) else { return };
        self.extended += 1;
        let base = self.bases.entry(other.path().to_owned());
        let document = base.or_insert_with(|| document::read(&other, out, yaml::parse).unwrap_or_default());
        let Some(base) = services(document).get(name).filter(|base| said(base, "build", 0).is_none()) else { return };
        if let Some(image) = said(base, "image", 0) {
            let env = other.sibling(".env");
            named(image, &env.text_if_there().map(variables).unwrap_or_default(), &other, out);
        }
    }
}

/// The services of a document; files of the first version have them at the top.
fn services(document: &Node) -> &Node {
    document.get("services").unwrap_or(document)
}

fn named(image: &Node, variables: &BTreeMap<&str, &str>, file: &Opened<'_>, out: &mut Findings) {
    match &image.value {
        Value::Text(text) => {
            let filled = substitute(text, &|name| variables.get(name).map(|value| (*value).to_owned()));
            Place { detector: Compose.id(), key: "image", group: Group::Main }.found(&filled, file, image.line, out);
        }
        Value::Null => {}
        _ => out.problem_at(Code::Malformed, file, image.line, format!("`image` is {}", image.kind())),
    }
}

/// A local file that the walk does not take for a compose file by itself.
fn unclaimed<'a>(file: &Opened<'a>, path: &str) -> Option<Opened<'a>> {
    let other = file.sibling(path);
    (!path.contains("://") && !path.contains('$') && !Compose.wants(&other.facts()) && other.exists()).then_some(other)
}

/// The paths of one entry of `include`: a text, or a map with one or several.
fn paths(entry: &Node) -> impl Iterator<Item = &str> {
    let path = entry.get("path");
    let several = path.map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
    entry.as_text().into_iter().chain(path.and_then(Node::as_text)).chain(several)
}

/// What a service says of `key`, itself or through a merged anchor (`<<: *base`).
fn said<'n>(service: &'n Node, key: &str, depth: usize) -> Option<&'n Node> {
    let merged = || {
        let anchors = service.get("<<").filter(|_| depth < MAX_DEPTH)?;
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
    fn included_and_extended_files_of_other_names_are_read() {
        let text = b"include:\n  - infra.yml\n  - path: [more/db.yml, compose.own.yml, 'https://h/x.yml']\nservices:\n  web:\n    extends: {file: common.yml, service: base}\n  own:\n    extends: {service: web}\n  kept:\n    image: kept:1\n    extends: {file: common.yml, service: base}\n";
        let files: [(&str, &[u8]); 5] = [
            ("app/compose.yaml", text),
            ("app/infra.yml", b"include: [infra.yml]\nservices:\n  a:\n    image: redis:7\n"),
            ("app/more/db.yml", b"services:\n  a:\n    image: postgres:${V:-16}\n"),
            ("app/more/.env", b"V=15\n"),
            ("app/common.yml", b"services:\n  base:\n    image: nginx:1.25\n  other:\n    image: no:1\n"),
        ];
        expect![[r#"
            pkg:docker/kept@1 declared chosen=Purpose :10
            pkg:docker/nginx@1.25 declared chosen=Purpose :3
            pkg:docker/postgres@15 declared chosen=Purpose :3
            pkg:docker/redis@7 declared chosen=Purpose :4"#]]
        .assert_eq(&found(&Compose, &files));
    }

    #[test]
    fn names_that_begin_like_a_compose_file_are_wanted() {
        for (name, wanted) in [
            ("compose.yaml", true),
            ("docker-compose.prod.yml", true),
            ("docker-compose-prod.yml", true),
            ("compose_test.yaml", true),
            ("composer.yml", false),
            ("my-compose.yml", false),
        ] {
            assert_eq!(Compose.wants(&FileFacts::new(std::path::Path::new(name))), wanted, "{name}");
        }
    }

    #[test]
    fn an_image_that_is_none_is_a_problem() {
        expect!["! compose.yml:3:1: UP002: `image` is a list"]
            .assert_eq(&found(&Compose, &[("compose.yml", b"services:\n  a:\n    image: [x]\n  b:\n    image:\n")]));
    }
}
