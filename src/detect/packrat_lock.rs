//! Reads packrat.lock (<https://rstudio.github.io/packrat/limitations.html>), the lock of renv's forerunner: fields in stanzas, the
//! first of which speaks of R and its repositories. Packages installed from a folder are own code and left out.

use crate::model::{Component, Evidence, Location, Origin};
use crate::problem::Code;

use super::{Claim, Detector, Findings, Opened, deb822, r_description};

/// The lock file of packrat.
pub(super) struct PackratLock;

impl Detector for PackratLock {
    fn id(&self) -> &'static str {
        "packrat-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("packrat.lock")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let mut any = false;
        for stanza in deb822::stanzas(bytes) {
            if let Some(line) = stanza.fault {
                out.problem_at(Code::Malformed, file, line, "neither a field nor the rest of one");
            }
            any |= stanza.get("PackratFormat").is_some();
            let field = |name: &str| stanza.get(name).map(std::borrow::Cow::into_owned);
            let Some(name) = field("Package") else { continue };
            let Some(version) = field("Version") else {
                out.problem_at(Code::Malformed, file, stanza.line, format!("`{name}` is locked without a version"));
                continue;
            };
            let source = field("Source").unwrap_or_default();
            if source == "source" && field("SourcePath").is_some_and(|path| !path.ends_with(".tar.gz")) {
                continue;
            }
            let get = |name: &str| remote(name, &source, &field);
            let purl = r_description::purl(&name, &version, &get);
            let place = Location::line(file.shown(), stanza.line);
            let mut component = Component::new(purl, Evidence::Declared, self.id(), place);
            let from_repository = matches!(source.as_str(), "CRAN" | "Bioconductor" | "CustomCRANLikeRepository");
            component.origin = if from_repository { Origin::Registry } else { Origin::Unknown };
            out.component(component);
        }
        if !any && out.problems.is_empty() {
            out.problem_at(Code::Malformed, file, 1, "no `PackratFormat`: no lock file of packrat");
        }
    }
}

/// A field as today's records call it, of a place that packrat once called otherwise.
fn remote(name: &str, source: &str, field: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let former = match name {
        "RemoteType" => {
            return field(name).or_else(|| matches!(source, "github" | "gitlab" | "bitbucket").then(|| source.to_owned()));
        }
        "RemoteUsername" => ["GithubUsername", "GithubUserName"],
        "RemoteRepo" => ["GithubRepo", "GithubRepo"],
        "RemoteSha" => ["GithubSha1", "GithubSHA1"],
        _ => return field(name),
    };
    field(name).or_else(|| former.into_iter().find_map(field))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const LOCK: &[u8] = b"PackratFormat: 1.4\r\nPackratVersion: 0.5.0\r\nRVersion: 3.6.1\r\nRepos: CRAN=https://cran.rstudio.com/,\r\n    B=https://b\r\n\r\n\
        Package: BH\r\nSource: CRAN\r\nVersion: 1.66.0-1\r\nHash: 4cc8\r\n\r\n\
        Package: skeleton\r\nSource: github\r\nVersion: 1.1.0\r\nHash: x\r\nRequires: BH,\r\n    Rcpp\r\nGithubRepo: skeleton\r\nGithubUsername: kevinushey\r\nGithubRef: master\r\nGithubSha1: e4aa\r\n\r\n\
        Package: mine\r\nSource: source\r\nVersion: 0.1\r\nSourcePath: ~/mine\r\n\r\nPackage: odd\r\nSource: CRAN\r\n";

    #[test]
    fn packages_have_their_version_and_place() {
        expect![[r"
            pkg:cran/BH@1.66.0-1 declared :7
            pkg:cran/skeleton@1.1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fkevinushey%2Fskeleton%40e4aa declared :12
            ! packrat/packrat.lock:28:1: UP002: `odd` is locked without a version"]]
        .assert_eq(&found(&PackratLock, &[("packrat/packrat.lock", LOCK)]));
    }

    #[test]
    fn something_else_under_the_name_is_a_problem() {
        expect!["! packrat.lock:1:1: UP002: no `PackratFormat`: no lock file of packrat"]
            .assert_eq(&found(&PackratLock, &[("packrat.lock", b"")]));
        expect!["! packrat.lock:1:1: UP002: neither a field nor the rest of one"]
            .assert_eq(&found(&PackratLock, &[("packrat.lock", b"{}")]));
    }
}
