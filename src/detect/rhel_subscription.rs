//! Tells that a host is registered with Red Hat's subscription management: an identity and an entitlement certificate are
//! there (rhsm(8)). Opens neither these files nor the keys beside them; hence no last day.

use std::path::Path;

use crate::model::Entitlement;

use super::{Claim, Detector, Fact, FileFacts, Findings, Opened};

const FOLDER: &str = "etc/pki/entitlement";
const IDENTITY: &str = "etc/pki/consumer/cert.pem";

pub(super) struct RhelSubscription;

impl Detector for RhelSubscription {
    fn id(&self) -> &'static str {
        "rhel-subscription"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::In(FOLDER)]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().strip_suffix(".pem").is_some_and(|serial| !serial.ends_with("-key"))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let root = file.system_root(&format!("{FOLDER}/*"));
        let identity = file.in_root(&root, Path::new(IDENTITY));
        if identity.exists() {
            // The evidence is the same for each certificate, so that many certificates are one entitlement.
            let entitlement = Entitlement {
                id: "rhel-subscription".to_owned(),
                covers: vec!["rhel".to_owned()],
                until: None,
                evidence: identity.shown(),
            };
            out.fact(Fact::Entitled(root, entitlement));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;

    const CERTIFICATE: &str = "etc/pki/entitlement/1234.pem";

    fn found(tree: &MemoryTree) -> Vec<Fact> {
        let counters = Counters::default();
        let mut out = Findings::default();
        RhelSubscription.detect(&Opened::new(tree, &counters, Path::new(CERTIFICATE)), &mut out);
        assert_eq!((counters.opened.load(Relaxed), out.problems.len()), (0, 0), "nothing may be opened");
        out.facts
    }

    #[test]
    fn both_certificates_are_needed_and_neither_is_opened() {
        let tree = MemoryTree::default().with(CERTIFICATE, *b"");
        assert_eq!(found(&tree), []);
        let facts = found(&tree.with(IDENTITY, *b""));
        let ids: Vec<_> = facts.iter().map(|fact| matches!(fact, Fact::Entitled(_, e) if e.id == "rhel-subscription")).collect();
        assert_eq!(ids, [true]);
    }

    #[test]
    fn a_key_is_never_wanted() {
        for (name, wanted) in [("1234.pem", true), ("1234-key.pem", false), ("README", false)] {
            assert_eq!(RhelSubscription.wants(&FileFacts::new(&Path::new(FOLDER).join(name))), wanted, "{name}");
        }
    }
}
