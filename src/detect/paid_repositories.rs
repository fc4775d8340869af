//! Tells extended support that was bought from the repositories a host is configured to use: Freexian's ELTS for Debian,
//! `TuxCare`'s ELS (formats: sources.list(5), yum.conf(5)). Links may hold a customer's token and are never written down.

use crate::model::Entitlement;

use super::deb822::stanzas;
use super::{Claim, Detector, Fact, FileFacts, Findings, Opened};

const FILES: [&str; 2] = ["etc/apt/sources.list", "etc/yum.conf"];
const FOLDERS: [&str; 2] = ["etc/apt/sources.list.d", "etc/yum.repos.d"];

pub(super) struct PaidRepositories;

impl Detector for PaidRepositories {
    fn id(&self) -> &'static str {
        "paid-repositories"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(FILES[0]), Claim::Path(FILES[1]), Claim::In(FOLDERS[0]), Claim::In(FOLDERS[1])]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        [".list", ".sources", ".repo", ".conf"].iter().any(|ending| facts.name().ends_with(ending))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let name = file.facts().name();
        let links = match name.rsplit('.').next() {
            Some("list") => one_line_sources(text),
            Some("sources") => stanza_sources(text),
            _ => yum_repositories(text),
        };
        let whole = FILES.iter().find(|path| file.path().ends_with(path)).map(|path| (*path).to_owned());
        let folder = FOLDERS.iter().find(|folder| file.path().parent().is_some_and(|parent| parent.ends_with(folder)));
        let Some(claimed) = whole.or_else(|| folder.map(|folder| format!("{folder}/*"))) else { return };
        let root = file.system_root(&claimed);
        let mut bought: Vec<(&str, &str)> = links.iter().filter_map(|link| bought(&link.to_ascii_lowercase())).collect();
        bought.sort_unstable();
        bought.dedup();
        for (id, product) in bought {
            let entitlement =
                Entitlement { id: id.to_owned(), covers: vec![product.to_owned()], until: None, evidence: file.shown() };
            out.fact(Fact::Entitled(root.clone(), entitlement));
        }
    }
}

/// How `TuxCare`'s folders begin → the product that they support.
const TUXCARE: [(&str, &str); 6] = [
    ("almalinux", "almalinux"),
    ("centos", "centos"),
    ("debian", "debian"),
    ("oracle", "oracle-linux"),
    ("rhel", "rhel"),
    ("ubuntu", "ubuntu"),
];

/// Id of the entitlement and the product it covers, for a link in lower case.
fn bought(link: &str) -> Option<(&'static str, &'static str)> {
    if link.contains("deb.freexian.com/extended-lts") {
        return Some(("freexian-elts", "debian"));
    }
    if !["repo.tuxcare.com", "repo.cloudlinux.com"].iter().any(|host| link.contains(host)) {
        return None;
    }
    // `centos7-els`, `ubuntu16_04-els`; support of a language in the same place is another offer.
    let mut folders = link.split('/').filter(|folder| folder.contains("-els"));
    let product = folders.find_map(|folder| TUXCARE.iter().find(|(start, _)| folder.starts_with(start)))?.1;
    Some(("tuxcare-els", product))
}

/// `deb [options] URI suite component …`
fn one_line_sources(text: &str) -> Vec<String> {
    text.lines().map(str::trim_start).filter(|line| line.starts_with("deb")).map(str::to_owned).collect()
}

/// Stanzas with `URIs:`, unless one says `Enabled: no`.
fn stanza_sources(text: &str) -> Vec<String> {
    let enabled = |value: &str| !["no", "false", "0", "off"].contains(&value.to_ascii_lowercase().as_str());
    stanzas(text.as_bytes())
        .filter(|stanza| stanza.get("Enabled").is_none_or(|value| enabled(&value)))
        .flat_map(|stanza| stanza.lines("URIs").map(std::borrow::Cow::into_owned).collect::<Vec<_>>())
        .collect()
}

/// Sections with `baseurl=` or another link, unless one says `enabled=0`.
fn yum_repositories(text: &str) -> Vec<String> {
    let mut sections: Vec<(bool, Vec<String>)> = vec![(true, Vec::new())];
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if line.starts_with('[') {
            sections.push((true, Vec::new()));
        } else if let Some((enabled, links)) = sections.last_mut() {
            match line.split_once('=').map(|(key, value)| (key.trim(), value.trim().to_ascii_lowercase())) {
                Some(("enabled", value)) => *enabled = !["0", "no", "false", "off"].contains(&value.as_str()),
                Some(("baseurl" | "mirrorlist" | "metalink", value)) => links.push(value),
                // A list of links goes on in indented lines.
                _ => links.push(line.to_owned()),
            }
        }
    }
    sections.into_iter().filter(|(enabled, _)| *enabled).flat_map(|(_, links)| links).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    fn told(path: &str, text: &str) -> String {
        let text = found(&PaidRepositories, &[(path, text.as_bytes())]);
        let part = |name: &str, end: char| {
            text.split(name).nth(1).and_then(|rest| rest.split(end).next()).unwrap_or_default().to_owned()
        };
        format!("{} {}", part("id: \"", '"'), part("covers: [\"", '"')).trim().to_owned()
    }

    #[test]
    fn a_repository_that_is_in_use_proves_what_was_bought() {
        for (path, text, expected) in [
            ("etc/apt/sources.list", "deb https://deb.freexian.com/extended-lts jessie main", "freexian-elts debian"),
            ("etc/apt/sources.list", "# deb https://deb.freexian.com/extended-lts jessie main", ""),
            (
                "etc/apt/sources.list.d/e.sources",
                "Types: deb\nURIs: http://deb.freexian.com/extended-lts\n",
                "freexian-elts debian",
            ),
            ("etc/apt/sources.list.d/e.sources", "Enabled: no\nURIs: http://deb.freexian.com/extended-lts\n", ""),
            ("etc/yum.repos.d/c.repo", "[els]\nbaseurl=https://repo.tuxcare.com/centos7-els/7/os/\n", "tuxcare-els centos"),
            ("etc/yum.repos.d/c.repo", "[els]\nbaseurl = https://repo.cloudlinux.com/centos6-els/\nenabled = 0\n", ""),
            (
                "etc/yum.repos.d/c.repo",
                "[a]\nenabled=0\n[b]\nbaseurl=\n  https://repo.tuxcare.com/oracle6-els/\n",
                "tuxcare-els oracle-linux",
            ),
            (
                "etc/apt/sources.list.d/t.list",
                "deb [signed-by=/x] https://repo.tuxcare.com/ubuntu16_04-els x y",
                "tuxcare-els ubuntu",
            ),
            ("etc/apt/sources.list.d/t.list", "deb https://repo.tuxcare.com/php-els x y", ""),
            ("etc/apt/sources.list.d/t.list", "deb https://deb.debian.org/debian bookworm main", ""),
        ] {
            assert_eq!(told(path, text), expected, "{text}");
        }
    }

    #[test]
    fn a_token_in_a_link_is_never_told_and_the_root_is_right() {
        let text = "[els]\nbaseurl=https://user:tok3n@repo.tuxcare.com/centos7-els/7/\n";
        let text = found(&PaidRepositories, &[("srv/c/etc/yum.repos.d/c.repo", text.as_bytes())]);
        assert!(text.starts_with("* Entitled(\"srv/c\"") && !text.contains("tok3n"), "{text}");
    }
}
