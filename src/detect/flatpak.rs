//! Reads applications and runtimes of Flatpak (<https://docs.flatpak.org/en/latest/>), of the system and of users:
//! `flatpak/{app,runtime}/<id>/<arch>/<branch>/<commit>/metadata`, with the version that the `AppStream` metadata
//! (<https://www.freedesktop.org/software/appstream/docs/>) names first; of a runtime else the branch.
//!
//! Deployments that are not the active one are left out, and so are translations and debug information.

use std::path::Path;

use quick_xml::events::BytesStart;

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::xml_events::{Ending, Sink, feed};
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "flatpak";
/// Where a deployment holds its `AppStream` metadata, below itself, and what the file's name ends in.
const APPSTREAM: [(&str, &str); 4] = [
    ("files/share/metainfo", ".metainfo.xml"),
    ("export/share/metainfo", ".metainfo.xml"),
    ("files/share/appdata", ".appdata.xml"),
    ("files/share/metainfo", ".appdata.xml"),
];
/// Parts of applications and runtimes that are no software of their own.
const PARTS: [&str; 4] = [".Locale", ".Debug", ".Sources", ".Docs"];

/// Applications and runtimes of Flatpak.
pub(super) struct Flatpak;

impl Detector for Flatpak {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("metadata"), Claim::Suffix(".xml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        if facts.name() == "metadata" {
            return matches!(facts.folder(4), "app" | "runtime") && facts.folder(5) == "flatpak" && is_software(facts.folder(3));
        }
        let in_share = facts.folder(1) == "share" && matches!(facts.folder(2), "files" | "export");
        in_share && matches!(facts.folder(0), "metainfo" | "appdata") && application(facts).is_some_and(is_software)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let facts = file.facts();
        if facts.name() == "metadata" {
            deployed(file, out);
        } else if !file.sibling("../../../metadata").exists()
            && (facts.folder(2) == "export" || !exported(file))
            && let Some(id) = application(&facts)
        {
            let Some(text) = out.text(file) else { return };
            match release(text) {
                Ok(version) => out.component(component(id, &version.unwrap_or_default(), file)),
                Err(fault) => out.problem(Code::Malformed, file, fault),
            }
        }
    }
}

fn is_software(id: &str) -> bool {
    !id.is_empty() && !PARTS.iter().any(|part| id.ends_with(part))
}

/// The application in whose folder the file lies: `flatpak/app/<id>/…`.
fn application<'f>(facts: &FileFacts<'f>) -> Option<&'f str> {
    let mut folders = facts.path().iter().filter_map(|part| part.to_str());
    folders.find(|folder| *folder == "flatpak")?;
    matches!(folders.next()?, "app" | "runtime").then(|| folders.next()).flatten()
}

/// Whether the metadata of the same name is exported, too.
fn exported(file: &Opened<'_>) -> bool {
    file.sibling(&format!("../../../export/share/metainfo/{}", file.facts().name())).exists()
}

/// A deployment, if it is the active one of its branch.
fn deployed(file: &Opened<'_>, out: &mut Findings) {
    let facts = file.facts();
    let (commit, branch, id) = (facts.folder(0), facts.folder(1), facts.folder(3));
    let deployments = file.path().ancestors().nth(2).unwrap_or(Path::new(""));
    let active = file.tree().link(&deployments.join("active"));
    if active.is_some_and(|active| active.file_name().is_some_and(|active| active != commit)) {
        return out.skip("inactive deployments of Flatpak");
    }
    let is_runtime = facts.folder(4) == "runtime";
    let stated = APPSTREAM.iter().find_map(|(folder, ending)| {
        let appstream = file.sibling(&format!("{folder}/{id}{ending}"));
        release(appstream.text_if_there()?).ok().flatten()
    });
    let numbered = Some(branch).filter(|branch| is_runtime && branch.starts_with(|c: char| c.is_ascii_digit()));
    let version = stated.or(numbered.map(str::to_owned)).unwrap_or_default();
    let mut component = component(id, &version, file);
    component.chosen = if is_runtime { Chosen::Dependency } else { Chosen::Purpose };
    out.component(component);
}

fn component(id: &str, version: &str, file: &Opened<'_>) -> Component {
    let purl = Purl::new("flatpak", id).with_version(version);
    let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
    component.origin = Origin::Registry;
    component
}

/// The version of the first release, which is the newest; `None` if the metadata lists none.
fn release(text: &str) -> Result<Option<String>, String> {
    let mut first = First::default();
    match feed(text, usize::MAX, &mut first).0 {
        // What follows the first release does not matter.
        _ if first.met => Ok(first.version),
        Ending::Whole | Ending::Entities => Ok(None),
        Ending::Inside | Ending::TooDeep(_) => Err("the metadata does not end".to_owned()),
        Ending::Broken(fault) => Err(fault),
    }
}

/// The first release, once it was met, and the version that it states.
#[derive(Default)]
struct First {
    met: bool,
    version: Option<String>,
}

impl Sink for First {
    fn open(&mut self, tag: &BytesStart<'_>, _: usize) {
        if !self.met && tag.name().as_ref() == "release" {
            *self = Self { met: true, version: version(tag) };
        }
    }
}

fn version(tag: &BytesStart<'_>) -> Option<String> {
    let attribute = tag.try_get_attribute("version").ok()??;
    Some(attribute.value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;
    use expect_test::expect;

    const APP: &str = "var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable/0f1e";
    const METAINFO: &[u8] = b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<component type=\"desktop-application\">\r\n  <id>org.gimp.GIMP</id>\r\n  <releases>\r\n    <release date=\"2023-11-21\" version=\"2.10.36\"/>\r\n    <release date=\"2023-02-27\" version=\"2.10.34\"/>\r\n  </releases>\r\n</component>\r\n";

    #[test]
    fn the_first_release_is_the_version() {
        let metainfo = format!("{APP}/files/share/metainfo/org.gimp.GIMP.metainfo.xml");
        let metadata = format!("{APP}/metadata");
        expect!["pkg:flatpak/org.gimp.GIMP@2.10.36 installed chosen=Purpose"]
            .assert_eq(&found(&Flatpak, &[(&metadata, b"[Application]\nname=org.gimp.GIMP\n"), (&metainfo, METAINFO)]));
        assert_eq!(found(&Flatpak, &[(&metainfo, METAINFO), (&metadata, b"")]), "");
        expect!["pkg:flatpak/org.gimp.GIMP installed chosen=Purpose"].assert_eq(&found(&Flatpak, &[(&metadata, b"")]));
    }

    #[test]
    fn metadata_alone_is_enough_and_counts_once() {
        let export =
            "home/me/.local/share/flatpak/app/org.gimp.GIMP/current/active/export/share/metainfo/org.gimp.GIMP.metainfo.xml";
        let files =
            "home/me/.local/share/flatpak/app/org.gimp.GIMP/current/active/files/share/metainfo/org.gimp.GIMP.metainfo.xml";
        expect!["pkg:flatpak/org.gimp.GIMP@2.10.36 installed"]
            .assert_eq(&found(&Flatpak, &[(export, METAINFO), (files, METAINFO)]));
        assert_eq!(found(&Flatpak, &[(files, METAINFO), (export, METAINFO)]), "");
        for broken in [&b"<component><release"[..], b"<component>", b"<a></b>"] {
            assert!(found(&Flatpak, &[(export, broken)]).starts_with("! "), "{broken:?}");
        }
        expect!["pkg:flatpak/org.gimp.GIMP installed"].assert_eq(&found(&Flatpak, &[(export, b"<component/>")]));
    }

    #[test]
    fn a_runtime_has_its_branch() {
        expect!["pkg:flatpak/org.gnome.Platform@45 installed chosen=Dependency"]
            .assert_eq(&found(&Flatpak, &[("var/lib/flatpak/runtime/org.gnome.Platform/x86_64/45/ab/metadata", b"[Runtime]\n")]));
    }

    #[test]
    fn only_the_active_deployment_counts() {
        let tree = MemoryTree::default()
            .with(&format!("{APP}/metadata"), *b"")
            .with_link("var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable/active", "ffff");
        let counters = Counters::default();
        let mut out = Findings::default();
        Flatpak.detect(&Opened::new(&tree, &counters, Path::new(&format!("{APP}/metadata"))), &mut out);
        assert_eq!((out.components.len(), out.skipped.len()), (0, 1));
    }

    #[test]
    fn translations_and_files_of_others_are_not_wanted() {
        for (path, wanted) in [
            ("var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable/0f1e/metadata", true),
            ("var/lib/flatpak/runtime/org.gimp.GIMP.Locale/x86_64/stable/0f1e/metadata", false),
            ("usr/share/metainfo/org.gimp.GIMP.metainfo.xml", false),
            ("data/metadata", false),
            ("var/lib/flatpak/app/a/x86_64/stable/0/export/share/metainfo/a.metainfo.xml", true),
        ] {
            assert_eq!(Flatpak.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
