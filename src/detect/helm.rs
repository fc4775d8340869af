//! Reads charts of Helm (<https://helm.sh/docs/topics/charts/>): the charts that a chart depends on (`Chart.yaml`,
//! `requirements.yaml`), as its lock resolves them (`Chart.lock`, `requirements.lock`), and the images in its values.
//!
//! A chart's own name and version are no component, nor is a chart that it takes from a folder. The version of a chart is
//! not that of the program in it, hence the type `helm`.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, MAX_DEPTH, Node, Value};
use super::image_reference::{declare, without_actions};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

const ID: &str = "helm";

/// Charts of Helm.
pub(super) struct Helm;

impl Detector for Helm {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Name("Chart.yaml"),
            Claim::Name("Chart.lock"),
            Claim::Name("requirements.yaml"),
            Claim::Name("requirements.lock"),
            Claim::Suffix(".yaml"),
            Claim::Suffix(".yml"),
        ]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let name = facts.name();
        is_values(name) || matches!(name, "Chart.yaml" | "Chart.lock" | "requirements.yaml" | "requirements.lock")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let beside = |other: &str| file.sibling(other).exists();
        match name {
            "Chart.yaml" if beside("Chart.lock") => {}
            "requirements.yaml" if beside("requirements.lock") => {}
            // Other tools have files of these names, too.
            "requirements.yaml" | "requirements.lock" if !beside("Chart.yaml") => {}
            "Chart.yaml" | "Chart.lock" | "requirements.yaml" | "requirements.lock" => charts(file, out),
            _ => values(name, file, out),
        }
    }
}

/// `values.yaml` and its like for one environment: `values-prod.yaml`, `values.prod.yaml`, `prod-values.yaml`.
fn is_values(name: &str) -> bool {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    stem.is_some_and(|stem| stem.split(['-', '_', '.']).any(|word| word == "values"))
}

fn charts(file: &Opened<'_>, out: &mut Findings) {
    let Some(document) = document::read(file, out, yaml::parse) else { return };
    for chart in document::list_at(&document, "dependencies", file, out) {
        let repository = chart.text("repository").unwrap_or_default();
        if repository.starts_with("file://") || repository.starts_with('.') {
            continue;
        }
        let Some(name) = chart.text("name") else {
            out.problem_at(Code::Malformed, file, chart.line, "a chart without a name");
            continue;
        };
        // Without a repository, the chart lies in the folder `charts`.
        if repository.is_empty() && file.sibling(&format!("charts/{name}/Chart.yaml")).exists() {
            continue;
        }
        let version = chart.text("version").filter(|version| is_exact(version)).unwrap_or_default();
        // `@name` and `alias:name` are this machine's names for a repository.
        let address = if repository.contains("://") { repository } else { "" };
        let purl = Purl::new("helm", name).with_version(version).with_qualifier("repository_url", address);
        let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), chart.line));
        component.chosen = Chosen::Purpose;
        component.origin = Origin::Registry;
        component.group = if chart.text("condition").is_some() { Group::Optional } else { Group::Main };
        out.component(component);
    }
}

/// Whether it is one version rather than a range of them.
fn is_exact(version: &str) -> bool {
    let plain = version.trim_start_matches('=').trim().trim_start_matches('v');
    let core = plain.split(['-', '+']).next().unwrap_or(plain);
    core.split('.').count() == 3 && core.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// The images that the values of a chart name. A file of another program under such a name has none.
fn values(name: &str, file: &Opened<'_>, out: &mut Findings) {
    let Some(text) = out.text(file).filter(|text| text.contains("image") || text.contains("repository")) else { return };
    let (document, fault) = if text.contains("{{") { yaml::parse(&without_actions(text)) } else { yaml::parse(text) };
    images(&document, "", 0, file, out);
    if let Some(fault) = fault.filter(|_| name == "values.yaml" && !text.contains("{{")) {
        out.problem_at(fault.code, file, fault.line, fault.text);
    }
}

fn images(node: &Node, key: &str, depth: usize, file: &Opened<'_>, out: &mut Findings) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(reference) = block(node, key) {
        declare(&reference, node.line, ID, file, out);
        return;
    }
    for (key, value) in node.entries() {
        match &value.value {
            // A text alone is a reference only if it says a tag or a digest: `image` may mean a picture.
            Value::Text(text) if is_image(key) && is_reference(text) => declare(text, value.line, ID, file, out),
            _ => images(value, key, depth + 1, file, out),
        }
    }
    for item in node.items() {
        images(item, key, depth + 1, file, out);
    }
}

fn is_image(key: &str) -> bool {
    key == "image" || key.ends_with("Image")
}

fn is_reference(text: &str) -> bool {
    let tagged = text.rsplit_once(':').is_some_and(|(path, tag)| !path.is_empty() && !tag.is_empty() && !tag.contains('/'));
    tagged && !text.contains("://") && !text.contains(char::is_whitespace)
}

/// The reference that a block `{registry, repository, tag, digest}` stands for. It must be named as an image or say a tag.
/// Some charts write `image` or `name` in place of `repository`.
fn block(node: &Node, key: &str) -> Option<String> {
    let tag = node.text("tag").or_else(|| node.text("imageTag"));
    let says_tag = node.get("tag").or_else(|| node.get("imageTag")).is_some();
    let other = || {
        node.text("image").or_else(|| node.text("name").filter(|_| is_image(key))).filter(|name| says_tag && !is_reference(name))
    };
    let repository = node.text("repository").or_else(other)?;
    if repository.contains("://") || !(is_image(key) || says_tag) {
        return None;
    }
    let registry = node.text("registry").map(|registry| format!("{registry}/")).unwrap_or_default();
    let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
    let digest = node.text("digest").or_else(|| node.text("sha")).filter(|digest| digest.starts_with("sha"));
    let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
    Some(format!("{registry}{repository}{tag}{digest}"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const CHART: &[u8] = b"apiVersion: v2\r\nname: app\r\nversion: 0.1.0\r\nappVersion: \"1.16.0\"\r\ndependencies:\r\n- name: postgresql\r\n  version: 12.1.0\r\n  repository: https://charts.bitnami.com/bitnami\r\n  condition: postgresql.enabled\r\n\
        - name: redis\r\n  version: ^17.0.0\r\n  repository: oci://registry-1.docker.io/bitnamicharts\r\n- name: own\r\n  version: 0.1.0\r\n  repository: file://../own\r\n- name: common\r\n  version: 2.x.x\r\n  repository: '@bitnami'\r\n";

    #[test]
    fn only_exact_versions_of_charts_are_versions() {
        expect![[r"
            pkg:helm/common declared chosen=Purpose :16
            pkg:helm/postgresql@12.1.0?repository_url=https:%2F%2Fcharts.bitnami.com%2Fbitnami declared Optional chosen=Purpose :6
            pkg:helm/redis?repository_url=oci:%2F%2Fregistry-1.docker.io%2Fbitnamicharts declared chosen=Purpose :10"]]
        .assert_eq(&found(&Helm, &[("Chart.yaml", CHART)]));
    }

    #[test]
    fn a_lock_says_it_all() {
        let lock = b"dependencies:\n- name: redis\n  repository: https://me:pw@charts.example/x\n  version: 17.3.14\ndigest: sha256:00\ngenerated: \"2023-01-01\"\n";
        assert_eq!(found(&Helm, &[("Chart.yaml", CHART), ("Chart.lock", lock)]), "");
        expect!["pkg:helm/redis@17.3.14?repository_url=https:%2F%2Fcharts.example%2Fx declared chosen=Purpose :2"]
            .assert_eq(&found(&Helm, &[("Chart.lock", lock)]));
    }

    #[test]
    fn files_of_other_tools_are_left_alone() {
        assert_eq!(found(&Helm, &[("requirements.yaml", b"dependencies:\n- name: x\n  version: 1.0.0\n")]), "");
        assert_eq!(found(&Helm, &[("values.yaml", b"repository: https://github.com/x/y\nimage: logo.png\n")]), "");
        for (name, wanted) in
            [("values-prod.yaml", true), ("prod_values.yml", true), ("values", false), ("valuesets.yaml", false)]
        {
            assert_eq!(Helm.wants(&FileFacts::new(std::path::Path::new(name))), wanted, "{name}");
        }
    }

    #[test]
    fn values_name_images_in_blocks_and_texts() {
        let text = b"image:\n  repository: nginx\n  tag: \"1.25.3\"\n  pullPolicy: IfNotPresent\ndb:\n  image:\n    registry: docker.io\n    repository: bitnami/postgresql\n    tag: 15.4.0-debian-11-r0\n    digest: \"\"\n\
            app:\n  image:\n    repository: acme/app\n    tag: \"\"\nsidecar:\n  image: busybox:1.36\ninitImage: alpine:3.18\ngit:\n  repository: acme/code\nextra:\n- image: 'redis@sha256:0123'\ntpl:\n  image: '{{ .Values.x }}:1'\ncontroller:\n  image:\n    registry: quay.io\n    image: acme/controller\n    tag: v1.1.1\n    digest: sha256:0123\nflat:\n  image: memcached\n  imageTag: \"1.6\"\n";
        expect![[r"
            pkg:docker/acme/app declared chosen=Purpose :12
            pkg:docker/acme/controller@v1.1.1?repository_url=quay.io declared chosen=Purpose :25
            pkg:docker/alpine@3.18 declared chosen=Purpose :17
            pkg:docker/bitnami/postgresql@15.4.0-debian-11-r0 declared chosen=Purpose :6
            pkg:docker/busybox@1.36 declared chosen=Purpose :16
            pkg:docker/memcached@1.6 declared chosen=Purpose :30
            pkg:docker/nginx@1.25.3 declared chosen=Purpose :1
            pkg:docker/redis@sha256:0123 declared chosen=Purpose :21"]]
        .assert_eq(&found(&Helm, &[("values.yaml", text)]));
    }

    #[test]
    fn an_empty_chart_and_a_broken_one_are_problems() {
        expect!["! Chart.yaml:1:1: UP002: expected a map, found nothing"].assert_eq(&found(&Helm, &[("Chart.yaml", b"")]));
        assert_eq!(found(&Helm, &[("values.yaml", b"")]), "");
        expect![[r"
            ! Chart.yaml:1:1: UP002: `dependencies` should be a list, but is a text"]]
        .assert_eq(&found(&Helm, &[("Chart.yaml", b"dependencies: none\n")]));
    }
}
