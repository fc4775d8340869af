//! Reads what workflows of GitHub Actions use (<https://docs.github.com/actions/reference/workflow-syntax-for-github-actions>),
//! also in the places of Gitea and Forgejo, and what composite actions use (`action.yml`): other people's actions and
//! workflows at a tag, branch or commit, and container images.
//!
//! Actions and workflows of the same repository are own code. Which tag a commit carries stands, if at all, in a comment
//! and is not read.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::image_reference::{declare, marked};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

const ID: &str = "github-actions";

/// Workflows and actions.
pub(super) struct GithubActions;

impl Detector for GithubActions {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::In(".github/workflows"),
            Claim::In(".gitea/workflows"),
            Claim::In(".forgejo/workflows"),
            Claim::Name("action.yml"),
            Claim::Name("action.yaml"),
        ]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.path().extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(document) = document::read(file, out, yaml::parse) else { return };
        for (_, job) in document.get("jobs").map_or(&[][..], Node::entries) {
            uses(job, file, out);
            image(job.get("container"), file, out);
            for (_, service) in job.get("services").map_or(&[][..], Node::entries) {
                image(Some(service), file, out);
            }
            for step in job.get("steps").map_or(&[][..], Node::items) {
                uses(step, file, out);
            }
        }
        let Some(runs) = document.get("runs") else { return };
        for step in runs.get("steps").map_or(&[][..], Node::items) {
            uses(step, file, out);
        }
        if let Some(image) = runs.get("image").filter(|image| image.as_text().is_some_and(|text| text.starts_with("docker://"))) {
            used(image, file, out);
        }
    }
}

/// What a job or a step says that it uses.
fn uses(node: &Node, file: &Opened<'_>, out: &mut Findings) {
    match node.get("uses") {
        None => {}
        Some(stated) if stated.as_text().is_some() => used(stated, file, out),
        Some(stated) => out.problem_at(Code::Malformed, file, stated.line, format!("`uses` is {}", stated.kind())),
    }
}

/// `owner/repository/path@reference`, `docker://image`, or a path in the same repository.
fn used(stated: &Node, file: &Opened<'_>, out: &mut Findings) {
    let text = stated.as_text().unwrap_or_default().trim();
    if let Some(reference) = text.strip_prefix("docker://") {
        return development_image(reference, stated.line, file, out);
    }
    if text.is_empty() || text.starts_with('.') || text.contains("{{") {
        return;
    }
    // Gitea allows a whole address.
    let (host, path) = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
        None => ("github.com", text),
    };
    let (path, reference) = path.rsplit_once('@').unwrap_or((path, ""));
    let mut parts = path.splitn(3, '/');
    let (owner, repository, inside) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if owner.is_empty() || repository.is_empty() || reference.is_empty() || text.contains(char::is_whitespace) {
        return out.problem_at(Code::Malformed, file, stated.line, "`uses` names no action at a reference");
    }
    let purl = if host == "github.com" {
        Purl::new("github", repository).with_namespace(owner)
    } else {
        Purl::new("generic", repository).with_namespace(&format!("{host}/{owner}"))
    };
    let purl = purl.with_version(reference).with_subpath(inside);
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), stated.line));
    component.group = Group::Development;
    component.chosen = Chosen::Purpose;
    component.origin = Origin::Registry;
    out.component(component);
}

/// The image of a container: a text, or under `image`.
fn image(container: Option<&Node>, file: &Opened<'_>, out: &mut Findings) {
    let Some(stated) = container else { return };
    let stated = stated.get("image").unwrap_or(stated);
    if let Value::Text(text) = &stated.value {
        development_image(text, stated.line, file, out);
    }
}

/// An image that only building and testing need.
fn development_image(text: &str, line: usize, file: &Opened<'_>, out: &mut Findings) {
    let before = out.components.len();
    declare(&marked(text), line, ID, file, out);
    for component in out.components.iter_mut().skip(before) {
        component.group = Group::Development;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn actions_workflows_and_images_are_found_and_own_ones_are_not() {
        let text = b"name: CI\r\non: [push]\r\njobs:\r\n  test:\r\n    runs-on: ubuntu-latest\r\n    container: node:18\r\n    services:\r\n      db:\r\n        image: postgres:14\r\n      any:\r\n        image: ${{ matrix.image }}\r\n    steps:\r\n\
            \x20     - uses: actions/checkout@v4\r\n      - name: pinned\r\n        uses: 'Docker/Login-Action@343f7c4344506bcbf9b4de18042ae17996df046d' # v3.0.0\r\n      - uses: ./.github/actions/own\r\n\
            \x20     - uses: docker://alpine:3.18\r\n      - run: \"uses: not/this@v1\"\r\n      - uses: github/codeql-action/init@v3\r\n  call:\r\n    uses: org/shared/.github/workflows/build.yml@main\r\n";
        expect![[r"
            pkg:docker/alpine@3.18 declared Development chosen=Purpose :17
            pkg:docker/node@18 declared Development chosen=Purpose :6
            pkg:docker/postgres@14 declared Development chosen=Purpose :9
            pkg:github/actions/checkout@v4 declared Development chosen=Purpose :13
            pkg:github/docker/login-action@343f7c4344506bcbf9b4de18042ae17996df046d declared Development chosen=Purpose :15
            pkg:github/github/codeql-action@v3#init declared Development chosen=Purpose :19
            pkg:github/org/shared@main#.github/workflows/build.yml declared Development chosen=Purpose :21"]]
        .assert_eq(&found(&GithubActions, &[(".github/workflows/ci.yml", text)]));
    }

    #[test]
    fn a_composite_action_uses_others() {
        let text = b"name: own\nruns:\n  using: composite\n  steps:\n    - uses: actions/cache@v3.3.2\n";
        expect!["pkg:github/actions/cache@v3.3.2 declared Development chosen=Purpose :5"]
            .assert_eq(&found(&GithubActions, &[("action.yml", text)]));
        let text = b"name: own\nruns:\n  using: docker\n  image: Dockerfile\n";
        assert_eq!(found(&GithubActions, &[("action.yml", text)]), "");
    }

    #[test]
    fn what_names_no_action_is_a_problem() {
        expect![[r"
            ! .github/workflows/a.yml:4:1: UP002: `uses` names no action at a reference
            ! .github/workflows/a.yml:5:1: UP002: `uses` is a list"]]
        .assert_eq(&found(
            &GithubActions,
            &[(".github/workflows/a.yml", b"jobs:\n  a:\n    steps:\n    - uses: checkout\n    - uses: [x]\n")],
        ));
        expect!["! .github/workflows/a.yml:1:1: UP002: expected a map, found nothing"]
            .assert_eq(&found(&GithubActions, &[(".github/workflows/a.yml", b"")]));
        expect![[r"
            pkg:github/actions/checkout@v4 declared Development chosen=Purpose :4
            ! .github/workflows/a.yml:6:1: UP002: not YAML: while parsing a flow mapping, did not find expected ',' or '}'"]]
        .assert_eq(&found(
            &GithubActions,
            &[(".github/workflows/a.yml", b"jobs:\n  a:\n    steps:\n    - uses: actions/checkout@v4\n    - {uses")],
        ));
    }
}
