//! Reads the images of Kubernetes manifests (<https://kubernetes.io/docs/concepts/workloads/pods/>): of all containers in
//! every object of a file, whatever its kind, since the controllers of others carry the same pod templates.
//!
//! Any YAML file can hold manifests. A file is one if it is at most 1 MiB long and names an API version and a kind; one
//! that is not is no problem. Templates of Helm are read as far as their text goes: what an action stands for is unknown.

use std::io::Read;

use crate::problem::Code;

use super::document::{MAX_DEPTH, Node, Value};
use super::image_reference::{UNKNOWN, declare, substitute, without_actions};
use super::{Claim, Detector, FileFacts, Findings, Opened, yaml};

pub(super) const ID: &str = "kubernetes";
/// Most bytes of a manifest; etcd, which keeps the objects, takes no larger ones.
const MAX_MANIFEST: u64 = 1 << 20;
/// The lists of containers that a pod has.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
/// Kinds that describe or carry others' texts and run nothing.
const NO_WORKLOADS: [&str; 2] = ["CustomResourceDefinition", "ConfigMap"];
/// Files that other programs own, many of them large.
const NOT_THESE: [&str; 6] = ["pnpm-lock.yaml", "Chart.yaml", "action.yml", "action.yaml", "mkdocs.yml", ".travis.yml"];

/// Manifests of Kubernetes.
pub(super) struct Kubernetes;

impl Detector for Kubernetes {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".yaml"), Claim::Suffix(".yml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let (name, folder) = (facts.name(), facts.folder(0));
        let compose = ["compose", "docker-compose", "container-compose", "podman-compose"];
        let stem = name.split('.').next().unwrap_or(name);
        let of_a_forge = folder == "workflows" && facts.folder(1).starts_with('.');
        !(of_a_forge || NOT_THESE.contains(&name) || compose.contains(&stem))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = manifest(file, out) else { return };
        let is_template = text.contains("{{");
        let plain = if is_template { without_actions(&text) } else { text };
        let (documents, fault) = yaml::documents(&plain);
        for document in &documents {
            object(document, &mut |node| image(node, file, out));
        }
        // A template need not be YAML before it is filled in.
        if let Some(fault) = fault.filter(|_| !is_template) {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
    }
}

/// The text, if it can be a manifest. Read by a reader of its own, since other detectors may want larger files whole.
fn manifest(file: &Opened<'_>, out: &mut Findings) -> Option<String> {
    let (reader, len) = out.noted(file.reader())?;
    if len > MAX_MANIFEST {
        return None;
    }
    let mut bytes = Vec::new();
    reader.take(MAX_MANIFEST).read_to_end(&mut bytes).ok()?;
    file.count(bytes.len() as u64);
    let holds = |word: &[u8]| memchr::memmem::find(&bytes, word).is_some();
    if !(holds(b"apiVersion") && holds(b"kind") && holds(b"image")) {
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// The images that the manifests in `text` name, as written.
pub(super) fn images_of(text: &str) -> Vec<String> {
    let plain = if text.contains("{{") { without_actions(text) } else { text.to_owned() };
    let mut images = Vec::new();
    for document in &yaml::documents(&plain).0 {
        object(document, &mut |image| images.extend(image.as_text().map(|text| text.trim().to_owned())));
    }
    images
}

/// Hands the images of an object, or of the objects in a list, to `take`.
fn object(node: &Node, take: &mut dyn FnMut(&Node)) {
    let Some(kind) = node.text("kind").filter(|_| node.text("apiVersion").is_some()) else { return };
    if !NO_WORKLOADS.contains(&kind) {
        pods(node, 0, take);
    }
}

/// The images of every pod in a value.
fn pods(node: &Node, depth: usize, take: &mut dyn FnMut(&Node)) {
    if depth > MAX_DEPTH || node.text("kind").is_some_and(|kind| NO_WORKLOADS.contains(&kind)) {
        return;
    }
    for (key, value) in node.entries() {
        if CONTAINERS.contains(&key.as_str()) {
            value.items().iter().filter_map(|container| container.get("image")).for_each(&mut *take);
        } else {
            pods(value, depth + 1, take);
        }
    }
    for item in node.items() {
        pods(item, depth + 1, take);
    }
}

fn image(image: &Node, file: &Opened<'_>, out: &mut Findings) {
    match &image.value {
        Value::Null => {}
        Value::Text(text) => {
            if let Some(text) = written(text.trim()) {
                declare(&text, image.line, ID, file, out);
            }
        }
        _ => out.problem_at(Code::Malformed, file, image.line, format!("`image` is {}", image.kind())),
    }
}

/// An image with marks of the unknown for what other tools fill in: `nginx:${TAG}`, `nginx:$(TAG)`. `None` if nothing of it is
/// known: `<image>`, `ko://module`.
pub(super) fn written(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(") {
        plain.push_str(before);
        plain.push(UNKNOWN);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let filled = substitute(&plain, &|_| None);
    let name = filled.rsplit_once(':').map_or(filled.as_str(), |(name, _)| name);
    (!name.contains('<') && !filled.contains("://")).then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn every_container_of_every_document_is_found() {
        let text = b"\xEF\xBB\xBFapiVersion: apps/v1\r\nkind: Deployment\r\nmetadata: {name: web}\r\nspec:\r\n  template:\r\n    spec:\r\n      initContainers:\r\n      - name: i\r\n        image: busybox:1.36\r\n      containers:\r\n      - name: web\r\n        image: \"nginx:1.18.0\"\r\n      - {name: side, image: quay.io/acme/side@sha256:0123}\r\n---\r\n\
            apiVersion: batch/v1\r\nkind: CronJob\r\nspec:\r\n  jobTemplate:\r\n    spec:\r\n      template:\r\n        spec:\r\n          containers:\r\n          - image: postgres:11.4\r\n---\r\n\
            apiVersion: v1\r\nkind: List\r\nitems:\r\n- apiVersion: v1\r\n  kind: Pod\r\n  spec:\r\n    containers:\r\n    - image: redis\r\n---\r\n---\r\napiVersion: v1\r\nkind: ConfigMap\r\ndata:\r\n  containers: |\r\n    - image: not/this:1\r\n";
        expect![[r"
            pkg:docker/acme/side@sha256:0123?repository_url=quay.io declared chosen=Purpose :13
            pkg:docker/busybox@1.36 declared chosen=Purpose :9
            pkg:docker/nginx@1.18.0 declared chosen=Purpose :12
            pkg:docker/postgres@11.4 declared chosen=Purpose :23
            pkg:docker/redis declared chosen=Purpose :32"]]
        .assert_eq(&found(&Kubernetes, &[("deploy/all.yaml", text)]));
    }

    #[test]
    fn a_template_gives_what_it_says_itself() {
        let text = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ include \"x\" . }}\n  {{- with .Values.labels }}\n  labels: {{ toYaml . | nindent 4 }}\n  {{- end }}\nspec:\n  containers:\n    {{- if .Values.a }}\n    - image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"\n    {{- else }}\n    - image: nginx:1.25\n    {{- end }}\n    - image: {{ .Values.registry }}/redis:7\n    - image: busybox:{{ .Values.tag | default \"1\" }}\n";
        expect![[r"
            pkg:docker/busybox declared chosen=Purpose :16
            pkg:docker/nginx@1.25 declared chosen=Purpose :13"]]
        .assert_eq(&found(&Kubernetes, &[("templates/pod.yaml", text)]));
        assert_eq!(found(&Kubernetes, &[("t.yaml", b"apiVersion: v1\nkind: Pod\nimage: {{ x }}: {{ y\n  - }")]), "");
    }

    #[test]
    fn a_file_that_is_no_manifest_is_no_problem_and_a_broken_one_is() {
        for text in ["", "image: nginx:1\n", "services:\n  a:\n    image: x\n", "a: [", "apiVersion: v1\nkind: [", "\u{0}"] {
            assert_eq!(found(&Kubernetes, &[("a.yaml", text.as_bytes())]), "", "{text}");
        }
        expect![[r"
            pkg:docker/nginx@1 declared chosen=Purpose :5
            ! a.yaml:8:1: UP002: not YAML: while parsing a node, did not find expected node content"]]
        .assert_eq(&found(
            &Kubernetes,
            &[("a.yaml", b"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: nginx:1\n---\n- [\n")],
        ));
        expect![[r"
            ! a.yaml:5:1: UP002: `image` is a list
            ! a.yaml:6:1: UP002: `image` names no image"]]
        .assert_eq(&found(
            &Kubernetes,
            &[("a.yaml", b"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: [nginx]\n  - image: a b\n  - image: ${X}\n  - image: ko://x/y\n")],
        ));
    }

    #[test]
    fn what_other_tools_fill_in_is_unknown_and_the_rest_is_not() {
        let text = b"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: nginx:${TAG}\n  - image: redis:${TAG:=7.0}-alpine\n  - image: ${REGISTRY}/x:1\n\
            \x20 - image: busybox:$(params.tag)\n  - image: <image>:1\n  - image: httpd:<tag>\n  - image: $(IMAGE)\n  - image: haproxy:__TAG__\n  - image: memcached:${T:-1.6}\n";
        expect![[r"
            pkg:docker/busybox declared chosen=Purpose :8
            pkg:docker/haproxy declared chosen=Purpose :12
            pkg:docker/httpd declared chosen=Purpose :10
            pkg:docker/memcached@1.6 declared chosen=Purpose :13
            pkg:docker/nginx declared chosen=Purpose :5
            pkg:docker/redis declared chosen=Purpose :6"]]
        .assert_eq(&found(&Kubernetes, &[("deploy/pod.yaml", text)]));
    }

    #[test]
    fn a_definition_of_a_kind_runs_nothing() {
        let text =
            b"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  containers:\n  - image: nginx:1\n";
        assert_eq!(found(&Kubernetes, &[("crd.yaml", text)]), "");
    }

    #[test]
    fn files_of_others_are_not_opened() {
        for (path, wanted) in
            [("k8s/a.yaml", true), ("compose.yaml", false), ("pnpm-lock.yaml", false), (".github/workflows/a.yml", false)]
        {
            assert_eq!(Kubernetes.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
