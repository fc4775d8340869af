//! Tells an Ubuntu Pro subscription from the client's public status `var/lib/ubuntu-advantage/status.json`
//! (<https://documentation.ubuntu.com/pro-client/>). The token in `private/` is never looked at. A free personal
//! subscription cannot be told from a paid one there.

use serde::Deserialize;

use crate::model::{Date, Entitlement};
use crate::problem::Code;

use super::{Claim, Detector, Fact, Findings, Opened};

const STATUS: &str = "var/lib/ubuntu-advantage/status.json";

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
        let enabled = status.services.iter().filter(|service| service.status.as_deref() == Some("enabled"));
        for id in std::iter::once("ubuntu-pro").chain(enabled.map(|service| service.name.as_str())) {
            let entitlement = Entitlement { id: id.to_owned(), covers: vec!["ubuntu".to_owned()], until, evidence: file.shown() };
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
