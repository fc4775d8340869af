//! Reads the `release` file in the home of a Java runtime (<https://openjdk.org/jeps/220>): which build it is, and its version.
//!
//! Versions follow the product's cycles: `1.8.0_392` is 8.0.392, later ones stand as they are. A builder that is unknown
//! or a distribution makes an `openjdk`, never Oracle's. A file of that name without `JAVA_VERSION` is somebody else's, and the
//! `jre` inside a JDK of Java 8 is no second one.

use crate::model::{Component, Evidence, Location, ProductHint, Purl, Role};

use super::{Claim, Detector, Findings, Opened};

/// Longest file that is looked into; the module list is the longest line and far below.
const MAX_LEN: u64 = 1 << 20;

/// `release` of a Java runtime.
pub(super) struct JvmRelease;

/// Product by the start of `IMPLEMENTOR`, in lower case. Oracle has several and is asked further. Eclipse `OpenJ9` is not Temurin.
const IMPLEMENTORS: &[(&str, &str)] = &[
    ("alibaba", "alibaba-dragonwell"),
    ("amazon", "amazon-corretto"),
    ("azul", "azul-zulu"),
    ("bellsoft", "bellsoft-liberica"),
    ("eclipse adoptium", "eclipse-temurin"),
    ("eclipse foundation", "eclipse-temurin"),
    ("graalvm", "graalvm-ce"),
    ("ibm", "ibm-semeru"),
    ("international business machines", "ibm-semeru"),
    ("microsoft", "microsoft-build-of-openjdk"),
    ("red hat", "red-hat-build-of-openjdk"),
    ("sap", "sapmachine"),
    ("temurin", "eclipse-temurin"),
];

/// Product by a word in the name of the runtime's folder, for builds of Java 8 that name no `IMPLEMENTOR`.
const FOLDERS: &[(&str, &str)] = &[
    ("corretto", "amazon-corretto"),
    ("dragonwell", "alibaba-dragonwell"),
    ("liberica", "bellsoft-liberica"),
    ("sapmachine", "sapmachine"),
    ("semeru", "ibm-semeru"),
    ("temurin", "eclipse-temurin"),
    ("zulu", "azul-zulu"),
];

impl Detector for JvmRelease {
    fn id(&self) -> &'static str {
        "jvm-release"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("release")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // Many things are called `release`: one that cannot be read as a runtime's is no problem.
        let Some(text) = file.bytes_up_to(MAX_LEN).ok().and_then(|bytes| std::str::from_utf8(bytes).ok()) else { return };
        let release = Release(text);
        let Some(version) = release.get("JAVA_VERSION").filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        else {
            return;
        };
        // Of two files, the one of the JDK counts: the runtime inside is a part of it.
        let is_runtime = |text: &str| Release(text).get("JAVA_VERSION").is_some();
        if file.facts().folder(0) == "jre" && file.sibling("../release").text_if_there().is_some_and(is_runtime) {
            return;
        }
        if let Some(version) = release.mandrel() {
            return self.component("mandrel", version, file, out);
        }
        let product = release.product(&[file.facts().folder(0), file.facts().folder(1)]);
        self.component(product, &modern(version), file, out);
    }
}

impl JvmRelease {
    fn component(&self, product: &str, version: &str, file: &Opened<'_>, out: &mut Findings) {
        let purl = Purl::new("generic", product).with_version(version);
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.product = Some(ProductHint { product: product.to_owned(), role: Role::Runtime });
        out.component(component);
    }
}

/// Lines of `KEY="value"`.
struct Release<'t>(&'t str);

impl<'t> Release<'t> {
    fn get(&self, key: &str) -> Option<&'t str> {
        let mut lines = self.0.lines().filter_map(|line| line.trim().split_once('='));
        let value = lines.find(|(name, _)| *name == key).map(|(_, value)| value.trim().trim_matches('"').trim())?;
        (!value.is_empty()).then_some(value)
    }

    /// The version of a Mandrel, which has one of its own: `Mandrel-23.1.2.0-Final`.
    fn mandrel(&self) -> Option<&'t str> {
        let mut versions = ["GRAALVM_VERSION", "IMPLEMENTOR_VERSION"].into_iter().filter_map(|key| self.get(key));
        let version = versions.find_map(|version| version.strip_prefix("Mandrel-"))?;
        version.split('-').next().filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Id of the product in the catalog, by builder, or by the names of the nearest folders.
    fn product(&self, folders: &[&str]) -> &'static str {
        let implementor = self.get("IMPLEMENTOR").unwrap_or_default().to_lowercase();
        if implementor.starts_with("oracle") {
            return self.oracle();
        }
        if let Some((_, product)) = IMPLEMENTORS.iter().find(|(name, _)| implementor.starts_with(name)) {
            return product;
        }
        if implementor.is_empty() && self.get("BUILD_TYPE") == Some("commercial") {
            return "oracle-jdk";
        }
        let in_folder = |word: &str| folders.iter().any(|folder| folder.to_lowercase().contains(word));
        let by_folder = FOLDERS.iter().find(|(word, _)| implementor.is_empty() && in_folder(word));
        by_folder.map_or("openjdk", |(_, product)| product)
    }

    /// Oracle's own JDK has a closed repository around the open one, or says that it is commercial or has long-term support;
    /// its builds of OpenJDK have and say none of that.
    fn oracle(&self) -> &'static str {
        let says = |key: &str, word: &str| self.get(key).is_some_and(|value| value.contains(word));
        if self.get("GRAALVM_VERSION").is_some() {
            "oracle-graalvm"
        } else if says("BUILD_TYPE", "commercial") || says("SOURCE", "open:") || says("JAVA_RUNTIME_VERSION", "LTS") {
            "oracle-jdk"
        } else {
            "openjdk-builds-from-oracle"
        }
    }
}

/// `1.8.0_392` → `8.0.392`, `1.8.0_392-b08` → `8.0.392`, `1.7.0` → `7.0`; later versions stay.
fn modern(version: &str) -> String {
    let Some(old) = version.strip_prefix("1.") else { return version.to_owned() };
    old.split('-').next().unwrap_or(old).replace('_', ".")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;

    #[test]
    fn the_builder_names_the_product() {
        for (path, text, purl) in [
            ("jdk/release", "IMPLEMENTOR=\"Eclipse Adoptium\"\r\nJAVA_VERSION=\"25.0.3\"\r\n", "eclipse-temurin@25.0.3"),
            ("jdk/release", "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\nSOURCE=\"\"\n", "openjdk@17.0.15"),
            (
                "jdk/release",
                "IMPLEMENTOR=\"International Business Machines Corporation\"\nJAVA_VERSION=\"16.0.2\"",
                "ibm-semeru@16.0.2",
            ),
            (
                "jdk/release",
                "IMPLEMENTOR=\"GraalVM Community\"\nJAVA_VERSION=\"25.0.4\"\nGRAALVM_VERSION=\"25.2.4\"",
                "graalvm-ce@25.0.4",
            ),
            (
                "jdk/release",
                "IMPLEMENTOR=\"Oracle Corporation\"\nJAVA_VERSION=\"21.0.2\"\nGRAALVM_VERSION=\"23.1.2\"",
                "oracle-graalvm@21.0.2",
            ),
            (
                "jdk/release",
                "IMPLEMENTOR=\"Oracle Corporation\"\nJAVA_VERSION=\"21\"\nJAVA_RUNTIME_VERSION=\"21+35-2513\"",
                "openjdk-builds-from-oracle@21",
            ),
            (
                "jdk/release",
                "IMPLEMENTOR=\"Oracle Corporation\"\nJAVA_VERSION=\"17.0.12\"\nJAVA_RUNTIME_VERSION=\"17.0.12+8-LTS-286\"",
                "oracle-jdk@17.0.12",
            ),
            (
                "jdk/release",
                "IMPLEMENTOR=\"Oracle Corporation\"\nJAVA_VERSION=\"24.0.1\"\nSOURCE=\".:git:ab open:git:cd\"",
                "oracle-jdk@24.0.1",
            ),
            (
                "jdk/release",
                "IMPLEMENTOR=\"Eclipse OpenJ9\"\nJAVA_VERSION=\"11.0.12\"\nJVM_VARIANT=\"Openj9\"",
                "openjdk@11.0.12",
            ),
            ("jdk/release", "IMPLEMENTOR=\"Temurin\"\nJAVA_VERSION=\"1.8.0_402-b06\"", "eclipse-temurin@8.0.402"),
            ("jdk/release", "IMPLEMENTOR=\"Alibaba\"\nJAVA_VERSION=\"17.0.10\"", "alibaba-dragonwell@17.0.10"),
            ("jdk/release", "IMPLEMENTOR=\"Tencent\"\nJAVA_VERSION=\"17.0.10\"", "openjdk@17.0.10"),
            ("jdk/release", "IMPLEMENTOR=\"JetBrains s.r.o.\"\nJAVA_VERSION=\"21.0.4\"", "openjdk@21.0.4"),
            (
                "jdk/release",
                "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"21.0.2\"\nGRAALVM_VERSION=\"Mandrel-23.1.2.0-Final\"",
                "mandrel@23.1.2.0",
            ),
            ("jdk/release", "JAVA_VERSION=\"1.8.0_202\"\nBUILD_TYPE=\"commercial\"", "oracle-jdk@8.0.202"),
            ("jdk/release", "JAVA_VERSION=\"1.8.0_392\"\nSOURCE=\"\"", "openjdk@8.0.392"),
            ("java-1.8.0-amazon-corretto/jre/release", "JAVA_VERSION=\"1.8.0_392\"", "amazon-corretto@8.0.392"),
            ("zulu8/release", "IMPLEMENTOR=\"N/A\"\nJAVA_VERSION=\"1.8.0_392\"", "openjdk@8.0.392"),
        ] {
            assert_eq!(found(&JvmRelease, &[(path, text.as_bytes())]), format!("pkg:generic/{purl} installed"));
        }
    }

    #[test]
    fn the_runtime_inside_a_jdk_is_a_part_of_it_and_a_lone_one_is_not() {
        let release = b"IMPLEMENTOR=\"Azul Systems, Inc.\"\nJAVA_VERSION=\"1.8.0_392\"\n";
        assert_eq!(found(&JvmRelease, &[("zulu8/jre/release", release), ("zulu8/release", release)]), "");
        let alone = found(&JvmRelease, &[("zulu8/jre/release", release), ("zulu8/release", b"12.4\n")]);
        assert_eq!(alone, "pkg:generic/azul-zulu@8.0.392 installed");
    }

    #[test]
    fn the_product_is_named_directly_as_a_runtime() {
        let out = findings(&JvmRelease, &[("release", b"JAVA_VERSION=\"21\"")]);
        let hint = Some(ProductHint { product: "openjdk".to_owned(), role: Role::Runtime });
        assert_eq!(out.components.first().map(|component| &component.product), Some(&hint));
    }

    #[test]
    fn other_files_of_that_name_are_no_problem() {
        for bytes in [b"".as_slice(), b"12.4\n", b"JAVA_VERSION=\"\"\n", b"\xFF\xFE\x00", b"JAVA_VERSION=\"${version}\"\n"] {
            assert_eq!(found(&JvmRelease, &[("release", bytes)]), "");
        }
    }
}
