//! Reads the version resource of programs and libraries for Windows and .NET, `.exe` and `.dll`: an assembly counts as the NuGet
//! package of its name, everything else as what it calls itself. Files without a version resource say nothing, but for what Go and cargo-auditable
//! list in them.
//!
//! Not looked into: files that an operating-system package owns, texts in other languages (`*.resources.dll`), the parts of
//! frameworks and SDKs of .NET and what a build keeps for itself, and downloaded packages. A file that a `*.deps.json` beside
//! it explains is dropped after all have been read.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::nuget::{is_name, purl};
use super::pe_version::{self, Image, NoImage};
use super::{Claim, Detector, FileFacts, Findings, Opened, executable};

/// The detector's id, by which its findings are dropped where a list explains them.
pub(super) const ID: &str = "pe-file";
/// Longest name that is believed.
const LONGEST_NAME: usize = 200;

/// `.exe` and `.dll`.
pub(super) struct PeFile;

impl Detector for PeFile {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".dll"), Claim::Suffix(".exe"), Claim::Suffix(".DLL"), Claim::Suffix(".EXE")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let folders: Vec<&str> = facts.path().iter().filter_map(|part| part.to_str()).collect();
        let among = |names: &[&str]| folders.windows(names.len()).any(|window| window == names);
        let of_dotnet = ["shared", "sdk", "packs", "host"].iter().any(|part| among(&["dotnet", part])) || is_framework(&folders);
        let parts = of_dotnet || among(&["obj"]) || among(&[".nuget", "packages"]) || facts.folder(0) == "ref";
        !parts && !facts.name().ends_with(".resources.dll")
    }

    fn skips_owned_files(&self) -> bool {
        true
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((mut reader, _)) = out.noted(file.reader()) else { return };
        match pe_version::read(&mut *reader) {
            Ok(image) => {
                if !image.is_assembly {
                    executable::lists(file, out);
                }
                if let Some(purl) = identity(&image, file.facts().name()) {
                    let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
                    component.origin = Origin::Local;
                    out.component(component);
                }
            }
            Err(NoImage::Other) => {}
            Err(NoImage::Broken(what)) => out.problem(Code::Malformed, file, what),
            Err(NoImage::Io(error)) => out.problem(Code::Unreadable, file, format!("cannot read image: {error}")),
        }
    }
}

/// `shared/Microsoft.NETCore.App/8.0.4/`, wherever .NET is installed.
fn is_framework(folders: &[&str]) -> bool {
    folders.windows(2).any(|pair| pair[0] == "shared" && pair[1].starts_with("Microsoft.") && pair[1].ends_with(".App"))
}

fn identity(image: &Image, file_name: &str) -> Option<Purl> {
    let version = version(image);
    if image.is_assembly {
        let name = assembly(image, file_name).filter(|name| is_name(name))?;
        return version.map(|version| purl(name, &version));
    }
    let microsoft = image.text("CompanyName").is_some_and(|company| company.contains("Microsoft"));
    // Microsoft's product is Windows or Office; the description is the program.
    let keys = if microsoft {
        ["FileDescription", "InternalName", "OriginalFilename", "ProductName"]
    } else {
        ["ProductName", "FileDescription", "InternalName", "OriginalFilename"]
    };
    let name = keys.iter().find_map(|key| image.text(key)).filter(|name| name.len() <= LONGEST_NAME)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Purl::new("generic", &name).with_version(&version?))
}

/// The name of an assembly is that of the file as it was compiled.
fn assembly<'t>(image: &'t Image, file_name: &'t str) -> Option<&'t str> {
    let compiled = ["InternalName", "OriginalFilename"].iter().filter_map(|key| image.text(key)).find_map(stem);
    compiled.or_else(|| stem(file_name))
}

fn stem(name: &str) -> Option<&str> {
    let (stem, suffix) = name.rsplit_once('.')?;
    (suffix.eq_ignore_ascii_case("dll") || suffix.eq_ignore_ascii_case("exe")).then_some(stem)
}

/// The first of the stated versions that is one. The build that an informational version names behind `+` is none of a package's.
fn version(image: &Image) -> Option<String> {
    let stated = ["ProductVersion", "FileVersion"].iter().filter_map(|key| image.text(key)).filter_map(cleaned);
    let numbers = image.fixed.iter().flatten().map(|parts| parts.map(|part| part.to_string()).join("."));
    stated.chain(numbers).find(|version| version.chars().any(|c| c.is_ascii_digit() && c != '0'))
}

/// `v1, 2, 3, 4` → `1.2.3.4`; `4.8.1 built by: X` → `4.8.1`.
fn cleaned(text: &str) -> Option<String> {
    let text = text.replace(", ", ".").replace(',', ".");
    let word = text.split(|c: char| c.is_whitespace() || c == '+').next()?;
    let version = word.trim_start_matches(['v', 'V']).trim_end_matches('.');
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::pe_version::testing::image;
    use super::super::testing::found;
    use super::*;

    fn check(assembly: bool, name: &str, texts: &[(&str, &str)]) -> String {
        found(&PeFile, &[(name, &image(true, assembly, texts))])
    }

    #[test]
    fn an_assembly_is_the_package_of_its_name() {
        for (texts, expected) in [
            (
                &[("InternalName", "Newtonsoft.Json.dll"), ("ProductName", "Json.NET"), ("ProductVersion", "13.0.1+4fba53a")][..],
                "pkg:nuget/Newtonsoft.Json@13.0.1 installed origin=Local",
            ),
            (
                &[("OriginalFilename", "A.B.exe"), ("ProductVersion", " "), ("FileVersion", "2.1.0.0")],
                "pkg:nuget/A.B@2.1.0.0 installed origin=Local",
            ),
            (&[("ProductVersion", "1.0-beta.2")], "pkg:nuget/file@1.0-beta.2 installed origin=Local"),
            (&[("ProductVersion", "0.0.0.0")], "pkg:nuget/file@1.2.3.4 installed origin=Local"),
        ] {
            assert_eq!(check(true, "app/file.dll", texts), expected);
        }
    }

    #[test]
    fn other_images_are_what_they_call_themselves() {
        for (texts, expected) in [
            (&[("ProductName", "7-Zip"), ("ProductVersion", "24.08")][..], "pkg:generic/7-Zip@24.08 installed origin=Local"),
            (
                &[
                    ("CompanyName", "Microsoft Corporation"),
                    ("ProductName", "Windows"),
                    ("FileDescription", "Notepad"),
                    ("FileVersion", "10.0.1 (WinBuild.16)"),
                ],
                "pkg:generic/Notepad@10.0.1 installed origin=Local",
            ),
            (
                &[("ProductName", "Old   Tool"), ("FileVersion", "1, 2, 0, 4")],
                "pkg:generic/Old%20Tool@1.2.0.4 installed origin=Local",
            ),
            (&[("LegalCopyright", "x")], ""),
        ] {
            assert_eq!(check(false, "bin/x.exe", texts), expected);
        }
    }

    #[test]
    fn other_files_under_the_name_are_left_alone_and_broken_images_are_told() {
        for bytes in [&b""[..], b"MZ", b"text", &[0; 100]] {
            assert_eq!(found(&PeFile, &[("x.exe", bytes)]), "");
        }
        let whole = image(true, true, &[("ProductVersion", "1.0")]);
        let cut = whole.get(..whole.len() - 200).expect("long");
        assert_eq!(found(&PeFile, &[("x.dll", cut)]), "! x.dll: UP002: image ends early");
    }

    #[test]
    fn parts_of_frameworks_and_of_builds_are_not_wanted() {
        for (path, wanted) in [
            ("srv/app/Serilog.dll", true),
            ("srv/app/de/Serilog.resources.dll", false),
            ("usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/System.Xml.dll", false),
            ("opt/net/shared/Microsoft.AspNetCore.App/8.0.4/a.dll", false),
            ("usr/share/dotnet/sdk/8.0.100/MSBuild.dll", false),
            ("src/App/obj/Debug/net8.0/App.dll", false),
            ("root/.nuget/packages/serilog/3.1.1/lib/net7.0/Serilog.dll", false),
            ("src/App/bin/Release/net8.0/ref/App.dll", false),
        ] {
            assert_eq!(PeFile.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
