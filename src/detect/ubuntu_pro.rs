//! Tells an Ubuntu Pro subscription from the client's public status `var/lib/ubuntu-advantage/status.json`
//! (<https://documentation.ubuntu.com/pro-client/>). The token in `private/` is never looked at. A free personal
//! subscription cannot be told from a paid one there.
//!
//! A subscription covers the distribution only while a service is on that brings its updates: a host can be attached with
//! both of them off. Which of the two covers a package, that of `main` or that of `universe`, is not told.

use serde::Deserialize;

use crate::model::{Date, Entitlement};
use crate::problem::Code;

use super::{Claim, Detector, Fact, Findings, Opened};

const STATUS: &str = "var/lib/ubuntu-advantage/status.json";

/// The services that bring updates of the distribution's packages after their end: of `main`, and of `universe`.
const UPDATES: [&str; 2] = ["esm-infra", "esm-apps"];

pub(super) struct UbuntuPro;

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    attached: bool,
    #[serde(default)]
    expires: Option<String>,
    #[serde(default)]
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    name: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    entitled: Option<String>,
}

impl Service {
    /// Whether it is switched on, and not by a contract that has it no more.
    fn is_on(&self) -> bool {
        self.status.as_deref() == Some("enabled") && self.entitled.as_deref() != Some("no")
    }
}

impl Detector for UbuntuPro {
    fn id(&self) -> &'static str {
        "ubuntu-pro"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(STATUS)]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let status: Status = match serde_json::from_str(text) {
            Ok(status) => status,
            Err(error) => {
                out.problem_at(Code::Malformed, file, error.line().max(1), format!("no status of the pro client: {error}"));
                return;
            }
        };
        if !status.attached {
            return;
        }
        let until = status.expires.as_deref().and_then(last_day);
        let enabled: Vec<&str> =
            status.services.iter().filter(|service| service.is_on()).map(|service| service.name.as_str()).collect();
        let brings_updates = enabled.iter().any(|name| UPDATES.contains(name));
        let covers = |covered: bool| if covered { vec!["ubuntu".to_owned()] } else { Vec::new() };
        let services = enabled.iter().map(|name| (*name, UPDATES.contains(name)));
        for (id, covered) in std::iter::once(("ubuntu-pro", brings_updates)).chain(services) {
            let entitlement = Entitlement { id: id.to_owned(), covers: covers(covered), until, evidence: file.shown() };
            out.fact(Fact::Entitled(file.system_root(STATUS), entitlement));
        }
    }
}

/// The day in `2040-05-08T19:02:26+00:00`. The year 9999 is the client's way to say "never".
fn last_day(expires: &str) -> Option<Date> {
    expires.get(..10)?.parse().ok().filter(|day: &Date| day.year() < 9999)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_subscription_and_each_service_that_is_on_are_told() {
        let status = br#"{"attached": true, "expires": "2040-05-08T19:02:26+00:00", "services": [
            {"name": "esm-infra", "status": "enabled", "entitled": "yes"},
            {"name": "esm-apps", "status": "disabled"}, {"name": "livepatch", "status": "n/a"}], "more": 1}"#;
        expect![[r#"
            * Entitled("", Entitlement { id: "ubuntu-pro", covers: ["ubuntu"], until: Some(2040-05-08), evidence: "var/lib/ubuntu-advantage/status.json" })
            * Entitled("", Entitlement { id: "esm-infra", covers: ["ubuntu"], until: Some(2040-05-08), evidence: "var/lib/ubuntu-advantage/status.json" })"#]]
        .assert_eq(&found(&UbuntuPro, &[(STATUS, status)]));
    }

    #[test]
    fn a_subscription_whose_updates_are_off_covers_nothing() {
        let status = br#"{"attached": true, "services": [{"name": "esm-infra", "status": "disabled", "entitled": "yes"},
            {"name": "esm-apps", "status": "enabled", "entitled": "no"}, {"name": "livepatch", "status": "enabled", "entitled": "yes"}]}"#;
        expect![[r#"
            * Entitled("", Entitlement { id: "ubuntu-pro", covers: [], until: None, evidence: "var/lib/ubuntu-advantage/status.json" })
            * Entitled("", Entitlement { id: "livepatch", covers: [], until: None, evidence: "var/lib/ubuntu-advantage/status.json" })"#]]
        .assert_eq(&found(&UbuntuPro, &[(STATUS, status)]));
    }

    #[test]
    fn a_host_that_is_not_attached_has_nothing() {
        for status in [r#"{"attached": false, "services": [{"name": "esm-infra", "status": "enabled"}]}"#, "{}"] {
            assert_eq!(found(&UbuntuPro, &[(STATUS, status.as_bytes())]), "");
        }
    }

    #[test]
    fn never_and_nonsense_are_no_last_day() {
        for expires in ["9999-12-31T00:00:00+00:00", "n/a", "", "2040-13-01T00:00", "äääääääää"] {
            assert_eq!(last_day(expires), None, "{expires}");
        }
    }

    #[test]
    fn another_format_is_a_problem_at_its_line() {
        for status in ["", "[1]", "{\"attached\": \"yes\"}", "{\"attached\": true,"] {
            let text = found(&UbuntuPro, &[(STATUS, status.as_bytes())]);
            assert!(text.starts_with("! var/lib/ubuntu-advantage/status.json:1:1: UP002: "), "{text}");
        }
    }
}
