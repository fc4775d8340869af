//! Reads the images that Kustomize puts in place of others
//! (<https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/>): those of the manifests that a kustomization
//! draws in, with the names, tags and digests that its `images` give them. The manifests then do not speak for themselves.
//!
//! What lies on other machines is not fetched: of an image that may be named there, what replaces it is known. Patches are read as
//! manifests and not applied; generators are not run.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::document::{self, Node};
use super::image_reference::declare;
use super::{Claim, Detector, Findings, Opened, kubernetes, yaml};

pub(super) const ID: &str = "kustomize";
/// The names of a kustomization, of which a folder has one.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Most files that one kustomization draws in.
const MAX_FILES: usize = 256;

/// Kustomizations that replace images.
pub(super) struct Kustomize;

impl Detector for Kustomize {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("kustomization.yaml"), Claim::Name("kustomization.yml"), Claim::Name("Kustomization")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(document) = document::read(file, out, yaml::parse) else { return };
        // Without replacements, the manifests say everything.
        if document::list_at(&document, "images", file, out).is_empty() {
            return;
        }
        let mut build = Build::default();
        build.files.insert(file.path().to_owned());
        build.kustomization(&document, file, None);
        build.files.remove(file.path());
        for image in &build.images {
            if let Some(text) = kubernetes::written(&image.text) {
                declare(&text, image.line, ID, file, out);
            }
        }
        out.explained.append(&mut build.files);
    }
}

/// An image, and the line of the kustomization that names or draws it in.
struct Image {
    text: String,
    line: usize,
}

/// What a kustomization builds, as far as images go.
#[derive(Default)]
struct Build {
    images: Vec<Image>,
    /// Everything that was drawn in.
    files: BTreeSet<PathBuf>,
    /// Whether something that is drawn in is not here.
    lacks: bool,
}

impl Build {
    /// Adds what `document`, the kustomization in `file`, draws in, and replaces images. `line` is the one that the outermost
    /// kustomization draws this one in at.
    fn kustomization(&mut self, document: &Node, file: &Opened<'_>, line: Option<usize>) {
        let mut inner = Self { files: std::mem::take(&mut self.files), ..Self::default() };
        let is_component = document.text("kind") == Some("Component");
        let mut any = false;
        for item in
            ["resources", "bases", "patchesStrategicMerge"].iter().filter_map(|key| document.get(key)).flat_map(Node::items)
        {
            any = true;
            inner.draw(item.as_text().unwrap_or_default(), file, line.unwrap_or(item.line));
        }
        for patch in document.get("patches").map_or(&[][..], Node::items) {
            if let Some(path) = patch.text("path") {
                inner.draw(path, file, line.unwrap_or(patch.line));
            }
        }
        // Alone, a component does not know what it will be applied to.
        inner.lacks |= !any || is_component || ["helmCharts", "generators"].iter().any(|key| document.get(key).is_some());
        for component in document.get("components").map_or(&[][..], Node::items) {
            inner.component(component.as_text().unwrap_or_default(), file, line.unwrap_or(component.line));
        }
        inner.replace(document, line);
        self.images.append(&mut inner.images);
        self.files = inner.files;
        self.lacks |= inner.lacks;
    }

    /// Adds a manifest, or the kustomization in a folder.
    fn draw(&mut self, path: &str, file: &Opened<'_>, line: usize) {
        if let Some((inner, document)) = self.inner(path, file) {
            self.kustomization(&document, &inner, Some(line));
            return;
        }
        let manifest = file.sibling(path);
        let text = manifest.text_if_there().filter(|_| !path.is_empty() && self.files.len() < MAX_FILES);
        let Some(text) = text else {
            self.lacks |= !self.files.contains(manifest.path());
            return;
        };
        if self.files.insert(manifest.path().to_owned()) {
            self.images.extend(kubernetes::images_of(text).into_iter().map(|text| Image { text, line }));
        }
    }

    /// Lets a component draw in its own and replace images of all that is there so far.
    fn component(&mut self, path: &str, file: &Opened<'_>, line: usize) {
        match self.inner(path, file) {
            Some((inner, document)) => {
                for item in document.get("resources").map_or(&[][..], Node::items) {
                    self.draw(item.as_text().unwrap_or_default(), &inner, line);
                }
                self.replace(&document, Some(line));
            }
            None => self.lacks = true,
        }
    }

    /// The kustomization in the folder `path`, if it was not drawn in before.
    fn inner<'a>(&mut self, path: &str, file: &Opened<'a>) -> Option<(Opened<'a>, Node)> {
        let candidates = NAMES.iter().map(|name| file.sibling(&format!("{path}/{name}")));
        let inner = candidates.filter(|_| !path.is_empty()).find(Opened::exists)?;
        let fresh = self.files.len() < MAX_FILES && self.files.insert(inner.path().to_owned());
        let document = yaml::parse(inner.text_if_there().filter(|_| fresh)?).0;
        Some((inner, document))
    }

    /// Applies `images` of a kustomization. One that is not named here may be named in what is not here.
    fn replace(&mut self, document: &Node, line: Option<usize>) {
        for entry in document.get("images").map_or(&[][..], Node::items) {
            let Some(name) = entry.text("name") else { continue };
            let line = line.unwrap_or_else(|| entry.first_line());
            let mut matched = false;
            for image in self.images.iter_mut().filter(|image| parts(&image.text).0 == name) {
                *image = Image { text: replaced(&image.text, entry), line };
                matched = true;
            }
            let says = ["newName", "newTag", "digest"].iter().any(|key| entry.text(key).is_some());
            if !matched && self.lacks && says {
                self.images.push(Image { text: replaced(name, entry), line });
            }
        }
    }
}

/// Name, tag and digest of an image, the last two empty if there are none.
fn parts(text: &str) -> (&str, &str, &str) {
    let (rest, digest) = text.split_once('@').unwrap_or((text, ""));
    let (name, tag) = rest.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((rest, ""));
    (name, tag, digest)
}

/// The image that `entry` makes of one.
fn replaced(text: &str, entry: &Node) -> String {
    let (name, tag, digest) = parts(text);
    let (new_tag, new_digest) = (entry.text("newTag"), entry.text("digest"));
    // Either of them replaces both.
    let (tag, digest) = match (new_tag, new_digest) {
        (None, None) => (tag, digest),
        (new_tag, new_digest) => (new_tag.unwrap_or_default(), new_digest.unwrap_or_default()),
    };
    let mut image = entry.text("newName").unwrap_or(name).to_owned();
    for (sign, part) in [(':', tag), ('@', digest)] {
        if !part.is_empty() {
            image.push(sign);
            image.push_str(part);
        }
    }
    if let (Some(suffix), true) = (entry.text("tagSuffix"), digest.is_empty() && !tag.is_empty()) {
        image.push_str(suffix);
    }
    image
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    const POD: &[u8] = b"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: nginx:1.14.2\n  - image: acme/app:1@sha256:01\n  - image: redis:6\n";

    #[test]
    fn the_image_that_results_is_found() {
        let overlay = b"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../../base\nimages:\n- name: nginx\n  newTag: 1.10\n- name: acme/app\n  newName: r.io/acme/app\n- name: not-there\n  newTag: v9\n";
        let files: [(&str, &[u8]); 3] = [
            ("overlays/prod/kustomization.yaml", overlay),
            ("base/kustomization.yml", b"resources: [pod.yaml]\nimages: [{name: redis, digest: 'sha256:7a'}]\n"),
            ("base/pod.yaml", POD),
        ];
        expect![[r"
            pkg:docker/acme/app@1?repository_url=r.io declared chosen=Purpose :8
            pkg:docker/nginx@1.10 declared chosen=Purpose :6
            pkg:docker/redis@sha256:7a declared chosen=Purpose :4"]]
        .assert_eq(&found(&Kustomize, &files));
        let explained: Vec<PathBuf> = findings(&Kustomize, &files).explained.into_iter().collect();
        assert_eq!(explained, [PathBuf::from("base/kustomization.yml"), PathBuf::from("base/pod.yaml")]);
        expect![[r"
            pkg:docker/acme/app@1 declared chosen=Purpose :1
            pkg:docker/nginx@1.14.2 declared chosen=Purpose :1
            pkg:docker/redis@sha256:7a declared chosen=Purpose :2"]]
        .assert_eq(&found(&Kustomize, &[files[1], files[2]]));
    }

    #[test]
    fn what_may_be_named_on_another_machine_is_what_replaces_it() {
        let remote = b"resources:\n- https://github.com/acme/base?ref=v1\n- pod.yaml\nimages:\n- name: nginx\n  newTag: 1.25-alpine\n- name: a/b\n  newName: c/d\n- {name: untouched}\n- {name: redis, newTag: '7', tagSuffix: -alpine}\n";
        expect![[r"
            pkg:docker/acme/app@1 declared chosen=Purpose :3
            pkg:docker/c/d declared chosen=Purpose :7
            pkg:docker/nginx@1.25-alpine declared chosen=Purpose :5
            pkg:docker/redis@7-alpine declared chosen=Purpose :10"]]
        .assert_eq(&found(&Kustomize, &[("kustomization.yaml", remote), ("pod.yaml", POD)]));
    }

    #[test]
    fn a_component_replaces_images_of_what_is_around_it() {
        let files: [(&str, &[u8]); 3] = [
            ("o/kustomization.yaml", b"resources: [../pod.yaml]\ncomponents: [../c]\nimages: [{name: redis, newTag: '7'}]\n"),
            ("pod.yaml", POD),
            ("c/kustomization.yaml", b"kind: Component\nimages: [{name: nginx, newTag: '2'}]\n"),
        ];
        expect![[r"
            pkg:docker/acme/app@1 declared chosen=Purpose :1
            pkg:docker/nginx@2 declared chosen=Purpose :2
            pkg:docker/redis@7 declared chosen=Purpose :3"]]
        .assert_eq(&found(&Kustomize, &files));
        assert_eq!(found(&Kustomize, &[files[2]]), "pkg:docker/nginx@2 declared chosen=Purpose :2");
    }

    #[test]
    fn loops_end_and_what_replaces_nothing_or_is_no_kustomization_says_nothing() {
        let files: [(&str, &[u8]); 2] = [
            ("a/kustomization.yaml", b"resources: [../b, '', .]\nimages: [{name: x, newTag: '1'}]\n"),
            ("b/kustomization.yaml", b"resources: [../a]\nimages: [{name: x, newTag: '2'}, {newTag: '3'}, 4]\n"),
        ];
        assert_eq!(found(&Kustomize, &files), "pkg:docker/x@1 declared chosen=Purpose :2");
        assert_eq!(found(&Kustomize, &[("kustomization.yaml", b"resources: [pod.yaml]\n"), ("pod.yaml", POD)]), "");
        expect!["! kustomization.yaml:1:1: UP002: `images` should be a list, but is a text"]
            .assert_eq(&found(&Kustomize, &[("kustomization.yaml", b"images: nginx\n")]));
        expect!["! kustomization.yaml:1:1: UP002: expected a map, found nothing"]
            .assert_eq(&found(&Kustomize, &[("kustomization.yaml", b"")]));
    }
}
