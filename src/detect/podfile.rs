//! Reads the Podfile of a project that `CocoaPods` has not locked (<https://guides.cocoapods.org/syntax/podfile.html>). It is a program of
//! Ruby and read, not run: only literals count. Pods from a folder are own code.

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};

use super::gemspec_source::exact;
use super::npm::without_secret;
use super::project_file::is_in_project;
use super::ruby_calls::calls;
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched};

const ID: &str = "podfile";

/// Podfiles without a lock.
pub(super) struct Podfile;

impl Detector for Podfile {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("Podfile")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts) && !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.sibling("Podfile.lock").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        for pod in calls(text, "pod") {
            let (root, subspec) = pod.name.split_once('/').unwrap_or((&pod.name, ""));
            let is_name = !root.is_empty() && root.chars().all(|c| c.is_alphanumeric() || "._-+".contains(c));
            if !is_name || pod.has("path") {
                continue;
            }
            let requirements: Vec<&str> = pod.requirements.iter().map(String::as_str).collect();
            let mut purl = Purl::new("cocoapods", root).with_subpath(subspec);
            purl = purl.with_version(exact(&requirements).unwrap_or_default());
            let place = pod.option("git").filter(|place| place.contains("://"));
            if let Some(place) = place {
                let revision = ["commit", "tag", "branch"].iter().find_map(|key| pod.option(key));
                let revision = revision.map_or_else(String::new, |revision| format!("@{revision}"));
                purl = purl.with_qualifier("vcs_url", &format!("git+{}{revision}", without_secret(place)));
            }
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), pod.line));
            component.origin = if pod.has("git") || pod.has("podspec") { Origin::Unknown } else { Origin::Registry };
            component.chosen = Chosen::Purpose;
            out.component(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const FILE: &[u8] = b"platform :ios, '14.0'\r\nuse_frameworks!\r\ntarget 'App' do\r\n  pod 'Alamofire', '5.4.0'\r\n  pod \"SnapKit\", '~> 5.0' # pod 'Comment'\r\n  pod 'Firebase/Core', '= 8.0.0'\r\n\
        \x20 pod 'Fork', :git => 'https://github.com/u/Fork.git', :tag => '1.0'\r\n  pod 'Own', :path => '../Own'\r\n  target 'AppTests' do\r\n    pod 'Quick'\r\n  end\r\nend\r\npost_install do |installer|\r\nend\r\n";

    #[test]
    fn a_podfile_asks_for_pods_and_one_number_is_exact() {
        expect![[r"
            pkg:cocoapods/Alamofire@5.4.0 declared chosen=Purpose :4
            pkg:cocoapods/Firebase@8.0.0#Core declared chosen=Purpose :6
            pkg:cocoapods/Fork?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fu%2FFork.git%401.0 declared chosen=Purpose :7
            pkg:cocoapods/Quick declared chosen=Purpose :10
            pkg:cocoapods/SnapKit declared chosen=Purpose :5"]]
        .assert_eq(&found(&Podfile, &[("ios/Podfile", FILE)]));
        assert_eq!(found(&Podfile, &[("ios/Podfile", FILE), ("ios/Podfile.lock", b"")]), "");
    }

    #[test]
    fn what_is_no_podfile_or_breaks_off_gives_nothing_more() {
        for text in ["", "<html>\n", "pod 'A', '1", "pods 'A'\n"] {
            assert_eq!(found(&Podfile, &[("Podfile", text.as_bytes())]), "", "{text}");
        }
        assert!(!Podfile.wants(&FileFacts::new(std::path::Path::new("node_modules/a/ios/Podfile"))));
    }
}
