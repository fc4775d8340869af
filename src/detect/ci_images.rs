//! Reads the container images in which continuous integration runs: GitLab (<https://docs.gitlab.com/ci/yaml/#image>), `CircleCI`
//! (<https://circleci.com/docs/configuration-reference/#docker>), Azure (<https://learn.microsoft.com/azure/devops/pipelines/process/container-phases>),
//! Bitbucket, Drone and Woodpecker. They build and test, hence they are for development. What is only known in a run, such as
//! a variable of the server, is no image; files that others include are read when the walk meets them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Group;
use crate::problem::Code;

use super::document::{Node, Value};
use super::image_reference::{Place, UNKNOWN, substitute};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

const ID: &str = "ci-images";
/// Deepest nesting in which images are looked for: `stages`, `jobs`, `strategy`, `steps` and their lists.
const MAX_DEPTH: usize = 24;

/// Configurations of continuous integration.
pub(super) struct CiImages;

/// Who reads a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Server {
    Azure,
    Circle,
    GitLab,
    /// Bitbucket, Drone and Woodpecker: every `image` is one.
    Other,
}

impl Server {
    fn of(facts: &FileFacts<'_>) -> Option<Self> {
        let name = facts.name();
        let in_folder = |wanted: &str| (0..3).any(|level| facts.folder(level) == wanted);
        match name {
            "azure-pipelines.yml" | "azure-pipelines.yaml" => Some(Self::Azure),
            "bitbucket-pipelines.yml" | ".drone.yml" | ".woodpecker.yml" | ".woodpecker.yaml" => Some(Self::Other),
            _ if facts.folder(0) == ".circleci" => Some(Self::Circle),
            _ if facts.folder(0) == ".woodpecker" => Some(Self::Other),
            _ if name.ends_with(".gitlab-ci.yml") || in_folder(".gitlab") => Some(Self::GitLab),
            _ => None,
        }
    }
}

impl Detector for CiImages {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".yaml"), Claim::Suffix(".yml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        Server::of(facts).is_some()
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let (Some(server), Some(text)) = (Server::of(&file.facts()), out.text(file)) else { return };
        let (documents, fault) = yaml::documents(text);
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        for document in &documents {
            if !matches!(document.value, Value::Map(_) | Value::Null) {
                out.problem_at(Code::Malformed, file, document.line, format!("expected a map, found {}", document.kind()));
                continue;
            }
            let variables = variables(document);
            let mut named = Vec::new();
            collect(document, server, &mut named, &Variables::new(), 0);
            let aliases = aliases(document);
            for (image, own) in named {
                let Some(text) = image.as_text().or_else(|| image.text("name")).or_else(|| image.text("image")) else { continue };
                if server == Server::Azure && aliases.contains(text) {
                    continue;
                }
                let filled = substitute(&without_templates(text), &|name| own.get(name).or_else(|| variables.get(name)).cloned());
                Place { detector: ID, key: "image", group: Group::Development }.found(&filled, file, image.line, out);
            }
        }
    }
}

type Variables = BTreeMap<String, String>;

/// The nodes that name an image, wherever they stand, and the variables of the job that it is for.
fn collect<'n>(node: &'n Node, server: Server, named: &mut Vec<(&'n Node, Variables)>, around: &Variables, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    // Jobs of a matrix have other values of them.
    let sets = depth > 0 && server == Server::GitLab && node.get("variables").is_some() && node.get("parallel").is_none();
    let own = if sets { &variables(node) } else { around };
    let mut found = Vec::new();
    for (key, value) in node.entries() {
        match (server, key.as_str()) {
            // What a job hands to its programs is no configuration of the server.
            (_, "variables" | "environment" | "parameters" | "script") => {}
            (Server::GitLab, "services") => found.extend(value.items()),
            (Server::Circle, "docker") => found.extend(value.items().iter().filter_map(|item| item.get("image"))),
            (Server::Azure, "container") if value.as_text().is_none() => found.extend(value.get("image")),
            // In the list of resources it is the alias, and the image stands beside it.
            (Server::Azure, "container") => found.extend(node.get("image").is_none().then_some(value)),
            (Server::Azure, "containers") => found.extend(value.items().iter().filter_map(|item| item.get("image"))),
            (Server::Azure, "services") => found.extend(value.entries().iter().map(|(_, service)| service)),
            (Server::GitLab | Server::Other, "image") => found.push(value),
            _ => collect(value, server, named, own, depth + 1),
        }
    }
    named.extend(found.into_iter().map(|image| (image, own.clone())));
    for item in node.items() {
        collect(item, server, named, own, depth + 1);
    }
}

/// The names under which a pipeline of Azure lists its containers.
fn aliases(document: &Node) -> BTreeSet<&str> {
    let listed = document.get("resources").and_then(|resources| resources.get("containers")).map_or(&[][..], Node::items);
    listed.iter().filter_map(|container| container.text("container")).collect()
}

/// The variables that a document or a job sets for everything in it.
fn variables(document: &Node) -> Variables {
    let set = document.get("variables").map_or(&[][..], Node::entries).iter();
    set.filter_map(|(name, value)| {
        let text = value.as_text().or_else(|| value.text("value"))?;
        // A variable that is made of others is known only in a run.
        (!text.contains('$')).then(|| (name.clone(), text.to_owned()))
    })
    .collect()
}

/// The text with a mark for what only a run fills in: `<< parameters.tag >>`, `${{ … }}`, `$(tag)`, `$[[ inputs.tag ]]`.
fn without_templates(text: &str) -> String {
    let pairs = [("<<", ">>"), ("${{", "}}"), ("{{", "}}"), ("$[[", "]]"), ("$(", ")")];
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((start, end)) = pairs.iter().find(|(start, _)| rest.starts_with(start)) {
            out.push(UNKNOWN);
            let inside = rest.strip_prefix(start).unwrap_or_default();
            rest = inside.split_once(end).map_or("", |(_, after)| after);
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(name: &str, text: &str, expected: &Expect) {
        expected.assert_eq(&found(&CiImages, &[(name, text.as_bytes())]));
    }

    #[test]
    fn gitlab_has_images_and_services_at_the_top_and_in_jobs() {
        check(
            ".gitlab-ci.yml",
            "variables:\n  PG: \"13\"\n  DESCRIBED: {value: '7', description: x}\n  MADE: $PG-x\nimage: ruby:3.2\nservices:\n  - postgres:$PG\n  - name: redis:${DESCRIBED}\n    alias: cache\ndefault:\n  image: {name: 'golang:1.21', entrypoint: ['']}\nbuild:\n  image: $CI_REGISTRY_IMAGE/build:latest\n  script: [image]\ntest:\n  image: registry.gitlab.com/acme/tool:${MADE}\n  services: [!reference [x, services], 'docker:$[[ inputs.v ]]-dind']\n  variables:\n    image: not:1\n",
            &expect![[r#"
                pkg:docker/acme/tool?repository_url=registry.gitlab.com declared Development chosen=Purpose :16
                pkg:docker/docker declared Development chosen=Purpose :17
                pkg:docker/golang@1.21 declared Development chosen=Purpose :11
                pkg:docker/postgres@13 declared Development chosen=Purpose :7
                pkg:docker/redis@7 declared Development chosen=Purpose :8
                pkg:docker/ruby@3.2 declared Development chosen=Purpose :5"#]],
        );
    }

    #[test]
    fn a_job_of_gitlab_can_have_its_own_variables() {
        check(
            ".gitlab-ci.yml",
            "variables: {V: '3.9', W: '1'}\na:\n  image: maven:$V-$W\n  variables: {V: '3.8'}\nb:\n  image: maven:$V\nc:\n  image: node:$N\n  variables: {N: '18'}\n  parallel: {matrix: [{N: ['16', '20']}]}\n",
            &expect![[r"
                pkg:docker/maven@3.8-1 declared Development chosen=Purpose :3
                pkg:docker/maven@3.9 declared Development chosen=Purpose :6
                pkg:docker/node declared Development chosen=Purpose :8"]],
        );
    }

    #[test]
    fn the_other_servers_are_read_in_their_ways() {
        check(
            ".circleci/config.yml",
            "version: 2.1\r\nexecutors:\r\n  go:\r\n    docker: [{image: 'cimg/go:1.21'}]\r\njobs:\r\n  a:\r\n    machine: {image: 'ubuntu-2204:current'}\r\n  b:\r\n    docker:\r\n      - image: cimg/node:<< parameters.v >>\r\n        environment: {image: x}\r\n      - image: cimg/postgres:9.6\r\n",
            &expect![[r#"
                pkg:docker/cimg/go@1.21 declared Development chosen=Purpose :4
                pkg:docker/cimg/node declared Development chosen=Purpose :10
                pkg:docker/cimg/postgres@9.6 declared Development chosen=Purpose :12"#]],
        );
        check(
            "azure-pipelines.yml",
            "resources:\n  containers:\n  - container: pg\n    image: postgres:12\njobs:\n- job: a\n  container: pg\n  services: {db: pg, cache: 'redis:6'}\n- job: b\n  container: ubuntu:22.04\n- job: c\n  container: {image: 'debian:$(tag)'}\n- job: d\n  container: ${{ parameters.image }}\n",
            &expect![[r#"
                pkg:docker/debian declared Development chosen=Purpose :12
                pkg:docker/postgres@12 declared Development chosen=Purpose :4
                pkg:docker/redis@6 declared Development chosen=Purpose :8
                pkg:docker/ubuntu@22.04 declared Development chosen=Purpose :10"#]],
        );
        check(
            ".drone.yml",
            "kind: pipeline\nsteps:\n- name: a\n  image: golang:1.20\n---\nkind: pipeline\nservices:\n- name: db\n  image: mysql:5.7\n",
            &expect![[r#"
                pkg:docker/golang@1.20 declared Development chosen=Purpose :4
                pkg:docker/mysql@5.7 declared Development chosen=Purpose :9"#]],
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            ".gitlab-ci.yml",
            "image: ruby:3.2\ntest:\n  image: [x]\nbad:\n  image: 'a b'\n",
            &expect![[r#"
            pkg:docker/ruby@3.2 declared Development chosen=Purpose :1
            ! .gitlab-ci.yml:5:1: UP002: `image` names no image"#]],
        );
        check(
            ".gitlab-ci.yml",
            "image: ruby:3.2\ntest: {image: 'x",
            &expect![[r#"
            pkg:docker/ruby@3.2 declared Development chosen=Purpose :1
            ! .gitlab-ci.yml:2:1: UP002: not YAML: while scanning a quoted scalar, found unexpected end of stream"#]],
        );
        check(".gitlab-ci.yml", "[a]", &expect!["! .gitlab-ci.yml:1:1: UP002: expected a map, found a list"]);
        check(".gitlab-ci.yml", "", &expect![[r#""#]]);
    }

    #[test]
    fn only_the_files_of_these_servers_are_wanted() {
        for (path, wanted) in [
            (".gitlab-ci.yml", true),
            ("ci/build.gitlab-ci.yml", true),
            (".gitlab/ci/test.yml", true),
            (".circleci/config.yml", true),
            (".woodpecker/build.yaml", true),
            ("config.yml", false),
            ("gitlab-ci.yml", false),
            (".github/workflows/ci.yml", false),
        ] {
            assert_eq!(CiImages.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
