//! Reads the identity of a package file of NuGet (`.nupkg`): the `.nuspec` in its root
//! (<https://learn.microsoft.com/nuget/reference/nuspec>). Unpacks no file; what NuGet keeps in its global folder is left to the
//! projects that ask for it.

use crate::model::{Component, Evidence, Location};
use crate::problem::Code;

use super::xml::{self, Element};
use super::{Claim, Detector, FileFacts, Findings, Opened, nuget, zip_entry};

/// Package files of NuGet.
pub(super) struct NugetArchive;

impl Detector for NugetArchive {
    fn id(&self) -> &'static str {
        "nuget-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".nupkg")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !facts.path().iter().any(|part| part == ".nuget")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // NuGet's global folder, wherever it was moved to, has this file beside each package.
        if file.sibling(".nupkg.metadata").exists() {
            return;
        }
        let before = out.problems.len();
        let is_specification = |path: &String| !path.contains('/') && path.ends_with(".nuspec");
        let found = zip_entry::text(file, out, |paths| paths.iter().position(is_specification));
        if out.problems.len() > before {
            return;
        }
        let text = found.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let (root, _) = xml::parse(text.trim_start_matches('\u{FEFF}'));
        let metadata = root.as_ref().and_then(|root| root.named("metadata").next());
        let text = |name: &'static str| {
            metadata.and_then(|metadata| metadata.named(name).next()).filter(|element| !element.text.trim().is_empty())
        };
        let (Some(id), Some(version)) = (text("id"), text("version")) else {
            return out.problem(Code::Malformed, file, "a package of NuGet without a .nuspec that gives id and version");
        };
        let purl = nuget::purl(&id.text, &version.text);
        let mut component = Component::new(purl, Evidence::Embedded, self.id(), Location::file(file.shown()));
        let is_expression = |license: &&Element| license.attribute("type") == Some("expression");
        component.license = text("license").filter(is_expression).map(|license| license.text.trim().to_owned());
        out.component(component);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::super::zip_entry::tests::archive;
    use super::*;
    use std::path::Path;

    const NUSPEC: &[u8] = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
        <package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata minClientVersion=\"2.12\">\
        <id>Newtonsoft.Json</id><version>13.0.3</version><license type=\"expression\">MIT</license>\
        <dependencies><group targetFramework=\".NETStandard1.0\"><dependency id=\"Microsoft.CSharp\" version=\"4.3.0\" /></group></dependencies>\
        </metadata></package>".as_bytes();

    #[test]
    fn a_package_is_itself_and_not_what_it_depends_on() {
        let bytes =
            archive(&[("lib/x.nuspec", b"<no/>"), ("Newtonsoft.Json.nuspec", NUSPEC), ("lib/net45/Newtonsoft.Json.dll", b"MZ")]);
        assert_eq!(
            found(&NugetArchive, &[("feed/newtonsoft.json.13.0.3.nupkg", &bytes)]),
            "pkg:nuget/Newtonsoft.Json@13.0.3 embedded license=MIT"
        );
        let beside = ("p/newtonsoft.json/13.0.3/.nupkg.metadata", &b"{}"[..]);
        assert_eq!(found(&NugetArchive, &[("p/newtonsoft.json/13.0.3/newtonsoft.json.13.0.3.nupkg", &bytes), beside]), "");
    }

    #[test]
    fn what_is_no_package_or_ends_early_is_one_problem() {
        let whole = archive(&[("a.nuspec", NUSPEC)]);
        let nameless = archive(&[("a.nuspec", b"<package><metadata><id>a</id></metadata></package>")]);
        for bytes in [b"".as_slice(), b"text that is none", &whole[..60], &nameless, &archive(&[("x", b"")])] {
            let text = found(&NugetArchive, &[("a.nupkg", bytes)]);
            assert!(text.starts_with("! a.nupkg: UP002: ") && !text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn the_global_folder_is_not_wanted() {
        let wanted = |path: &str| NugetArchive.wants(&FileFacts::new(Path::new(path)));
        assert!(wanted("feed/a.1.0.0.nupkg") && !wanted("root/.nuget/packages/a/1.0.0/a.1.0.0.nupkg"));
    }
}
