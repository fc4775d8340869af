//! Tells the formats apart by their content, never by the file's name.

use serde::Deserialize;

use super::{cyclonedx, grype, list::List, table, trivy};
use crate::problem::{Code, Problem};

/// The keys by which the formats differ.
#[derive(Deserialize)]
struct Marks {
    #[serde(rename = "bomFormat")]
    bom_format: Option<serde::de::IgnoredAny>,
    matches: Option<serde::de::IgnoredAny>,
    #[serde(rename = "SchemaVersion")]
    schema_version: Option<serde::de::IgnoredAny>,
    #[serde(rename = "@context")]
    context: Option<serde::de::IgnoredAny>,
}

/// Reads the list that messages call `name`.
///
/// # Errors
/// Every fault, with its place in the file.
pub fn read(name: &str, bytes: &[u8]) -> Result<List, Vec<Problem>> {
    let text = std::str::from_utf8(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes))
        .map_err(|_| vec![Problem::new(Code::NotUtf8, name, "the list is not UTF-8 text")])?;
    if !text.trim_start().starts_with(['{', '[']) {
        return table::read(name, text);
    }
    let marks: Marks = json(name, text)?;
    if marks.bom_format.is_some() {
        cyclonedx::read(name, text)
    } else if marks.matches.is_some() {
        grype::read(name, text)
    } else if marks.schema_version.is_some() {
        trivy::read(name, text)
    } else {
        let found = if marks.context.is_some() { "OpenVEX is not read" } else { "the list is in no known format" };
        let text = format!("{found}; give Trivy's or Grype's JSON, CycloneDX JSON with `vulnerabilities`, or CSV");
        Err(vec![Problem::new(Code::Unsupported, name, text)])
    }
}

/// A document of a type, or what is wrong with it and where.
pub(super) fn json<'t, T: Deserialize<'t>>(name: &str, text: &'t str) -> Result<T, Vec<Problem>> {
    serde_json::from_str(text).map_err(|error| {
        let code = if error.is_eof() { Code::Truncated } else { Code::Malformed };
        vec![Problem::new(code, name, error.to_string()).at(error.line(), error.column())]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vulns::{Form, StatedFix};

    fn faults(text: &str) -> String {
        let faults = read("list", text.as_bytes()).expect_err("faulty");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_format_is_known_by_its_content() {
        for (text, form) in [
            (r#"{"SchemaVersion": 2, "ArtifactName": "x"}"#, Form::Trivy),
            (r#"{"matches": []}"#, Form::Grype),
            (r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": []}"#, Form::CycloneDx),
            ("\u{feff}product,cve\nnginx,CVE-2026-0001\n", Form::Csv),
        ] {
            assert_eq!(read("list", text.as_bytes()).expect("sound").form, form, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_where_and_what_would_do() {
        for (text, says) in [
            ("", "list: UP002: empty"),
            ("{", "list:1:1: UP003: EOF while parsing an object"),
            ("[]", "list:1:"),
            ("{\"matches\": 3}", "list:1:13: UP002: invalid type: integer `3`"),
            ("{\"a\": 1}", "list: UP015: the list is in no known format; give Trivy's"),
            (r#"{"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}"#, "list: UP015: OpenVEX is not read"),
            (r#"{"bomFormat": "CycloneDX", "components": []}"#, "list: UP002: a CycloneDX document without `vulnerabilities`"),
        ] {
            let told = faults(text);
            assert!(told.contains(says), "{text}: {told}");
        }
        let deep = format!("{{\"SchemaVersion\": {}", "[".repeat(100_000));
        assert!(faults(&deep).contains("UP003"), "a deep document is read without recursion, and ends too early");
        assert!(read("list", b"product,cve\nnginx,\xff\n").is_err_and(|faults| faults[0].code == Code::NotUtf8));
    }

    #[test]
    fn a_trivy_list_says_what_has_a_fix_and_what_will_get_none() {
        let text = r#"{"SchemaVersion": 2, "CreatedAt": "2026-11-20T10:00:00.1Z", "ArtifactName": "web", "Results": [{"Target": "web", "Class": "os-pkgs",
            "Packages": [{"ID": "bash@5", "Name": "bash", "Identifier": {"PURL": "pkg:deb/debian/bash@5.2"}, "Version": "5.2"}],
            "Vulnerabilities": [
              {"VulnerabilityID": "CVE-1", "PkgName": "nginx", "PkgIdentifier": {"PURL": "pkg:deb/debian/nginx@1.22.1-9?arch=amd64"},
               "InstalledVersion": "1.22.1-9", "FixedVersion": "1.22.1-9+deb12u1, 1.23", "Status": "fixed"},
              {"VulnerabilityID": "CVE-2", "PkgName": "nginx", "InstalledVersion": "1.22.1-9", "Status": "will_not_fix"},
              {"VulnerabilityID": "CVE-3", "PkgName": "", "Status": "affected"},
              {"VulnerabilityID": "CVE-4", "PkgName": "nginx", "InstalledVersion": "1.22.1-9", "Status": "under_investigation"},
              {"VulnerabilityID": "CVE-5", "PkgName": "nginx", "InstalledVersion": "1.22.1-9", "Status": "not_affected"}],
            "ExperimentalModifiedFindings": [{"Type": "vulnerability", "Status": "ignored", "Finding": {}}]},
            {"Target": "nothing", "Vulnerabilities": null}]}"#;
        let list = read("trivy.json", text.as_bytes()).expect("sound");
        assert_eq!(list.date.map(|date| date.to_string()).as_deref(), Some("2026-11-20"));
        assert_eq!((list.silenced, list.looked_at.len(), list.unusable.as_slice()), (2, 1, &["CVE-3".to_owned()][..]));
        let fixes: Vec<_> = list.findings.iter().map(|finding| (finding.id.as_str(), finding.fix.clone())).collect();
        let two = StatedFix::In(vec!["1.22.1-9+deb12u1".to_owned(), "1.23".to_owned()]);
        assert_eq!(fixes, [("CVE-1", two), ("CVE-2", StatedFix::None), ("CVE-4", StatedFix::Unknown)]);
        assert_eq!(list.findings[1].subject.shown(), "nginx 1.22.1-9");
    }

    #[test]
    fn a_grype_list_carries_exploits_and_epss_of_related_records_too() {
        let text = r#"{"matches": [{"vulnerability": {"id": "GHSA-jfh8-c2jp-5v3q", "fix": {"versions": ["2.15.0"], "state": "fixed"}},
            "relatedVulnerabilities": [{"id": "CVE-2021-44228", "epss": [{"cve": "CVE-2021-44228", "epss": 0.97, "percentile": 0.99, "date": "2026-11-01"}],
              "knownExploited": [{"cve": "CVE-2021-44228", "knownRansomwareCampaignUse": "known"}]}],
            "artifact": {"name": "log4j-core", "version": "2.14.1", "type": "java-archive", "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}},
            {"vulnerability": {"id": "CVE-2", "fix": {"versions": [], "state": "wont-fix"}}, "artifact": {"name": "x", "version": "1", "purl": ""}}],
            "ignoredMatches": [{}],
            "descriptor": {"name": "grype", "version": "0.99.1", "timestamp": "2026-11-21T00:00:00+01:00", "db": {"status": {"schemaVersion": "v6.1.0"}}}}"#;
        let list = read("grype.json", text.as_bytes()).expect("sound");
        assert_eq!((list.says_exploited, list.silenced, list.findings.len()), (true, 1, 2));
        let first = &list.findings[0];
        assert_eq!((first.exploited, first.epss.map(|epss| epss.to_string()).as_deref()), (Some(true), Some("0.97")));
        assert_eq!(first.ids().collect::<Vec<_>>(), ["GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228"]);
        assert_eq!((list.findings[1].exploited, &list.findings[1].fix), (Some(false), &StatedFix::None));
    }

    #[test]
    fn a_cyclonedx_analysis_silences_what_does_not_affect() {
        let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2026-11-01T00:00:00Z"},
            "components": [{"type": "library", "bom-ref": "a", "name": "a", "version": "1", "purl": "pkg:npm/a@1",
               "components": [{"type": "library", "bom-ref": "b", "name": "b", "version": "2"}]}],
            "vulnerabilities": [
              {"id": "CVE-1", "affects": [{"ref": "a", "versions": [{"version": "1.1", "status": "unaffected"}]}], "analysis": {"state": "exploitable"}},
              {"id": "CVE-2", "affects": [{"ref": "b"}], "analysis": {"state": "not_affected", "justification": "code_not_reachable"}},
              {"id": "CVE-3", "affects": [{"ref": "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#pkg:npm/c@3"}], "analysis": {"state": "false_positive"}},
              {"id": "CVE-4", "affects": [{"ref": "nowhere"}]},
              {"id": "CVE-5", "affects": [{"ref": "b"}], "ratings": [{"source": {"name": "EPSS"}, "score": 0.5, "method": "other"}]}]}"#;
        let list = read("vex.json", text.as_bytes()).expect("sound");
        let found: Vec<_> = list.findings.iter().map(|finding| (finding.id.as_str(), finding.subject.shown())).collect();
        assert_eq!(found, [("CVE-1", "pkg:npm/a@1".to_owned()), ("CVE-5", "b 2".to_owned())]);
        assert_eq!(list.findings[0].fix, StatedFix::In(vec!["1.1".to_owned()]));
        assert!(list.findings[1].epss.is_some());
        let silencing: Vec<_> = list.silencing.iter().map(|(id, subject)| (id.as_str(), subject.shown())).collect();
        assert_eq!(silencing, [("CVE-2", "b 2".to_owned()), ("CVE-3", "pkg:npm/c@3".to_owned())]);
        assert_eq!(list.unusable, ["CVE-4 (nowhere)"]);
    }

    #[test]
    fn a_table_is_read_in_any_order_of_columns_and_every_fault_is_told() {
        let text = "cve,product,version,kev,epss,fixed_in\nCVE-2026-1,\"nginx\",1.22.1,yes,0.2,1.22.2; 1.23\nCVE-2026-2,nginx,,no,,\nCVE-2026-3,pkg:npm/a@1,,,,?\n";
        let list = read("own.csv", text.as_bytes()).expect("sound");
        let told: Vec<_> = list.findings.iter().map(|finding| (finding.exploited, finding.fix.clone())).collect();
        let fixed = StatedFix::In(vec!["1.22.2".to_owned(), "1.23".to_owned()]);
        assert_eq!(told, [(Some(true), fixed), (Some(false), StatedFix::None), (None, StatedFix::Unknown)]);
        let told = faults("product,cve,kev,epss\nnginx,,maybe,2\n,CVE-1,,\nnginx,CVE-2\n");
        for fault in [
            "list:2: UP002: cve is empty",
            "list:2: UP002: kev: `maybe` is neither yes nor no",
            "list:2: UP002: epss: `2` is no probability from 0 to 1",
            "list:3: UP002: product is empty",
            "list:4: UP002: ",
        ] {
            assert!(told.contains(fault), "{fault}: {told}");
        }
        assert!(faults("product,severity\n").contains("unknown column `severity`"));
        assert!(faults("product,version\n").contains("the column `cve` is missing"));
    }
}
