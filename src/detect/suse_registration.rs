//! Tells that a host is registered with the SUSE Customer Center: its credentials are there (SUSEConnect(8)).
//! Never opens them, hence no last day and no distinction of an evaluation.

use crate::model::Entitlement;

use super::{Claim, Detector, Fact, Findings, Opened, os_identity};

const CREDENTIALS: &str = "etc/zypp/credentials.d/SCCcredentials";

/// What SUSE's registration can cover; the first where os-release does not say.
const COVERED: [&str; 2] = ["sles", "suse-linux-micro"];

pub(super) struct SuseRegistration;

impl Detector for SuseRegistration {
    fn id(&self) -> &'static str {
        "suse-registration"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(CREDENTIALS)]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let root = file.system_root(CREDENTIALS);
        let product = os_identity::read(file, &root).and_then(|os| os_identity::product(&os));
        let product = product.filter(|product| COVERED.contains(product)).unwrap_or(COVERED[0]);
        let entitlement = Entitlement {
            id: "suse-registration".to_owned(),
            covers: vec![product.to_owned()],
            until: None,
            evidence: file.shown(),
        };
        out.fact(Fact::Entitled(root, entitlement));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    #[test]
    fn the_installed_product_is_covered_and_no_secret_is_told() {
        let secret: (&str, &[u8]) = (CREDENTIALS, b"username=SCC_abc\npassword=hunter2\n");
        for (os, product) in [("ID=sles", "sles"), ("ID=sl-micro", "suse-linux-micro"), ("ID=other", "sles")] {
            let text = found(&SuseRegistration, &[secret, ("etc/os-release", os.as_bytes())]);
            assert!(text.contains(&format!("covers: [\"{product}\"]")), "{text}");
            assert!(!text.contains("hunter2") && !text.contains("SCC_abc"), "{text}");
        }
    }
}
