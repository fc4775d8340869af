//! Reads renv.lock (<https://rstudio.github.io/renv/articles/lockfile.html>). R itself, which the file names as well, is
//! no package and left out; so are packages installed from a local folder, which are own code.

use crate::model::{Component, Evidence, Location};
use crate::problem::Code;

use super::document::{self, Node};
use super::{Claim, Detector, Findings, Opened, json, r_description};

/// What a packed R package's name ends in.
const ARCHIVES: [&str; 3] = [".tar.gz", ".tgz", ".zip"];

/// The lock file of renv.
pub(super) struct RenvLock;

impl Detector for RenvLock {
    fn id(&self) -> &'static str {
        "renv-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("renv.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(lock) = document::read(file, out, json::parse) else { return };
        if lock.get("Packages").is_none() && lock.get("R").is_none() && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "neither `R` nor `Packages`: no lock file of renv");
        }
        for (key, record) in document::map_at(&lock, "Packages", file, out) {
            let name = record.text("Package").unwrap_or(key);
            if name.is_empty() || is_folder(record) {
                continue;
            }
            let version = record.text("Version").unwrap_or_default();
            if version.is_empty() {
                out.problem_at(Code::Malformed, file, record.line, format!("`{name}` is locked without a version"));
            }
            let get = |field: &str| record.text(field).map(str::to_owned);
            let purl = r_description::purl(name, version, &get);
            let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), record.line));
            component.origin = r_description::origin(&get);
            component.license = get("License");
            out.component(component);
        }
    }
}

/// Whether the package comes from a folder of this machine. A packed one beside the project is somebody's release.
fn is_folder(record: &Node) -> bool {
    let local = record.text("RemoteType") == Some("local") || record.text("Source") == Some("Local");
    let place = record.text("RemoteUrl").unwrap_or_default();
    local && !place.is_empty() && !ARCHIVES.iter().any(|ending| place.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const LOCK: &str = r#"{
  "R": {"Version": "4.3.1", "Repositories": [{"Name": "CRAN", "URL": "https://cloud.r-project.org"}]},
  "Bioconductor": {"Version": "3.17"},
  "Packages": {
    "markdown": {
      "Package": "markdown", "Version": "1.10", "Source": "Repository", "Repository": "CRAN",
      "Requirements": ["R", "commonmark", "xfun"], "Hash": "4584a57f565dd7987d59dda3a02cfb41"
    },
    "BiocGenerics": {"Package": "BiocGenerics", "Version": "0.46.0", "Source": "Bioconductor"},
    "mine": {"Package": "mine", "Version": "0.1", "Source": "Local", "RemoteType": "local", "RemoteUrl": "../mine"},
    "packed": {"Package": "packed", "Version": "2.0", "Source": "Local", "RemoteType": "local", "RemoteUrl": "renv/local/packed_2.0.tar.gz"},
    "skeleton": {
      "Package": "skeleton", "Version": "1.1.0", "Source": "GitHub", "RemoteType": "github", "RemoteHost": "api.github.com",
      "RemoteUsername": "kevinushey", "RemoteRepo": "skeleton", "RemoteSha": "e4aafb92b86ba7eba3b7036d9d96fdfb6c32761a"
    }
  }
}"#;

    #[test]
    fn packages_have_their_version_and_origin() {
        expect![[r"
            pkg:cran/BiocGenerics@0.46.0 declared :9
            pkg:cran/markdown@1.10 declared :5
            pkg:cran/packed@2.0 declared :11
            pkg:cran/skeleton@1.1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fkevinushey%2Fskeleton%40e4aafb92b86ba7eba3b7036d9d96fdfb6c32761a declared :12"]]
        .assert_eq(&found(&RenvLock, &[("renv.lock", LOCK.as_bytes())]));
    }

    #[test]
    fn a_text_that_breaks_off_keeps_what_stood_before() {
        let cut = LOCK.split("\"mine\"").next().unwrap_or_default();
        expect![[r"
            pkg:cran/BiocGenerics@0.46.0 declared :9
            pkg:cran/markdown@1.10 declared :5
            ! renv.lock:10:1: UP003: not JSON: EOF while parsing a value"]]
        .assert_eq(&found(&RenvLock, &[("renv.lock", cut.as_bytes())]));
    }

    #[test]
    fn something_else_under_the_name_is_one_problem() {
        expect!["! renv.lock:1:1: UP002: neither `R` nor `Packages`: no lock file of renv"]
            .assert_eq(&found(&RenvLock, &[("renv.lock", b"{\"a\": 1}")]));
        expect!["! renv.lock:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&RenvLock, &[("renv.lock", b"")]));
    }
}
