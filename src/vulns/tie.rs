//! Ties findings to what was found: by package URL, else by name and version, else by the product that the package belongs to.

use std::collections::{BTreeMap, BTreeSet};

use super::fix::fix_for;
use super::index::{Index, Place};
use super::list::{Finding, Form, List, Lists, StatedFix};
use crate::catalog::Catalog;
use crate::inventory::Inventory;
use crate::model::{Action, ActionKind, Component, Date, Deployment, FreeFix, Purl, Vulnerability, upstream_version};

/// For how much of what was found somebody looked up what is known to be exploited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Checked {
    /// For nothing.
    #[default]
    Nothing,
    /// For some places of all.
    Some(usize, usize),
    /// For everything.
    All,
}

/// What became of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTally {
    /// Its name.
    pub name: String,
    /// Its format.
    pub form: Form,
    /// The day it was made.
    pub date: Option<Date>,
    /// Findings in it that affect something.
    pub findings: u64,
    /// Of them tied to something that was found.
    pub matched: u64,
    /// Findings that the list itself, or a statement of any list, marks as not affecting.
    pub silenced: u64,
    /// Findings that fit nothing which was found, in words; sorted.
    pub unmatched: Vec<String>,
    /// Findings that name nothing which could be looked up, in words.
    pub unusable: Vec<String>,
}

/// What became of all of them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tally {
    /// One a list, in the order given.
    pub lists: Vec<ListTally>,
    /// Version and day of CISA's list, if it was there.
    pub known: Option<(String, Date)>,
    /// What was checked against what is known to be exploited.
    pub checked: Checked,
    /// Free fixes to install at once.
    pub actions: Vec<Action>,
}

/// Ties every finding, fills in the vulnerabilities of the deployments, and counts. `found` are the deployments of each inventory.
#[must_use]
pub fn tie(lists: &Lists, inventories: &[Inventory], found: &mut [Vec<Deployment>], catalog: &Catalog) -> Tally {
    if lists.lists.is_empty() {
        return Tally::default();
    }
    let index = Index::new(inventories, found, catalog);
    let silenced = silenced(lists, &index);
    let mut desk = Desk { lists, inventories, found, catalog, index, urgent: BTreeMap::new() };
    let tallies = lists.lists.iter().map(|list| desk.list(list, &silenced)).collect();
    let checked = desk.checked();
    let known = lists.known.as_ref().map(|known| (known.version.clone(), known.released));
    Tally { lists: tallies, known, checked, actions: desk.actions() }
}

/// The statements that something is not affected, resolved to places.
fn silenced<'l>(lists: &'l Lists, index: &Index<'_>) -> BTreeSet<(&'l str, Place)> {
    let statements = lists.lists.iter().flat_map(|list| &list.silencing);
    statements.flat_map(|(id, subject)| index.places(subject).into_iter().map(move |place| (id.as_str(), place))).collect()
}

/// A package to update at once: host, what is there, and the name of the package.
type Urgent = (usize, Purl, Option<String>);

struct Desk<'a> {
    lists: &'a Lists,
    inventories: &'a [Inventory],
    found: &'a mut [Vec<Deployment>],
    catalog: &'a Catalog,
    index: Index<'a>,
    urgent: BTreeMap<Urgent, Vec<Vulnerability>>,
}

impl Desk<'_> {
    fn list(&mut self, list: &List, silenced: &BTreeSet<(&str, Place)>) -> ListTally {
        let mut tally = ListTally {
            name: list.name.clone(),
            form: list.form,
            date: list.date,
            findings: list.findings.len() as u64,
            matched: 0,
            silenced: list.silenced + list.silencing.len() as u64,
            unmatched: Vec::new(),
            unusable: list.unusable.clone(),
        };
        let mut named: BTreeSet<Place> = list.looked_at.iter().flat_map(|subject| self.index.places(subject)).collect();
        for finding in &list.findings {
            let places = self.index.places(&finding.subject);
            if places.is_empty() {
                tally.unmatched.push(format!("{} in {}", finding.id, finding.subject.shown()));
                continue;
            }
            named.extend(&places);
            let quiet = |place: &Place| finding.ids().any(|id| silenced.contains(&(id, *place)));
            let open: Vec<Place> = places.into_iter().filter(|place| !quiet(place)).collect();
            if open.is_empty() {
                tally.silenced += 1;
                continue;
            }
            tally.matched += 1;
            for place in open {
                self.attach(finding, list, place);
            }
        }
        tally.unmatched.sort();
        if self.lists.known.is_some() || list.says_exploited {
            self.mark_checked(list, &named);
        }
        tally
    }

    /// A scanner that lists packages checked those; one that lists none, the hosts of its findings, and the only target if it found
    /// nothing at all. Other lists speak only of what they name.
    fn mark_checked(&mut self, list: &List, named: &BTreeSet<Place>) {
        let scanner = matches!(list.form, Form::Trivy | Form::Grype) && list.looked_at.is_empty();
        let clean = scanner && list.findings.is_empty() && self.inventories.len() == 1;
        let hosts: BTreeSet<usize> = named.iter().map(|place| place.inventory()).collect();
        let purls: BTreeSet<(usize, &Purl)> = named.iter().filter_map(|place| self.purl(*place)).collect();
        let mut checked = Vec::new();
        for (number, deployments) in self.found.iter().enumerate() {
            for (position, deployment) in deployments.iter().enumerate() {
                let by_name = named.contains(&Place::Deployment(number, position))
                    || deployment.components.iter().any(|purl| purls.contains(&(number, purl)));
                if by_name || clean || (scanner && hosts.contains(&number)) {
                    checked.push((number, position));
                }
            }
        }
        for (number, position) in checked {
            if let Some(deployment) = self.found.get_mut(number).and_then(|found| found.get_mut(position)) {
                deployment.exploits_checked = true;
            }
        }
    }

    fn purl(&self, place: Place) -> Option<(usize, &Purl)> {
        let Place::Component(number, position) = place else { return None };
        Some((number, &self.inventories.get(number)?.components.get(position)?.purl))
    }

    fn attach(&mut self, finding: &Finding, list: &List, place: Place) {
        let number = place.inventory();
        let component = match place {
            Place::Component(_, position) => self.inventories.get(number).and_then(|one| one.components.get(position)),
            Place::Deployment(..) => None,
        };
        let Some(deployments) = self.found.get_mut(number) else { return };
        let members: Vec<usize> = match (component, place) {
            (Some(component), _) => {
                let holds = |(_, deployment): &(usize, &Deployment)| deployment.components.contains(&component.purl);
                deployments.iter().enumerate().filter(holds).map(|(position, _)| position).collect()
            }
            (None, Place::Deployment(_, position)) => vec![position],
            (None, Place::Component(..)) => return,
        };
        let known = Known::of(finding, list, self.lists);
        for position in &members {
            let Some(deployment) = deployments.get_mut(*position) else { continue };
            let fix = fix_for(finding, component, Some(deployment), self.catalog);
            put(&mut deployment.vulnerabilities, vulnerability(finding, list, &known, fix));
        }
        let first = members.first().and_then(|position| deployments.get(*position));
        let fix = fix_for(finding, component, first, self.catalog);
        let one = vulnerability(finding, list, &known, fix);
        // What is only left-over or somebody else's copy is not for this organisation to update.
        let ours = component.is_none_or(Component::counts);
        let subject = component.map(|component| component.purl.clone()).or_else(|| first?.components.first().cloned());
        if let Some(purl) = subject
            && ours
            && fix == FreeFix::Exists
            && (one.exploited == Some(true) || one.is_probable())
        {
            put(self.urgent.entry((number, purl, first.map(|first| first.product.clone()))).or_default(), one);
        }
    }

    fn checked(&self) -> Checked {
        let all = self.found.iter().flatten().count();
        match self.found.iter().flatten().filter(|deployment| deployment.exploits_checked).count() {
            0 => Checked::Nothing,
            some if some == all => Checked::All,
            some => Checked::Some(some, all),
        }
    }

    /// One piece of work a package, what is known to be exploited first.
    fn actions(&self) -> Vec<Action> {
        self.urgent
            .iter()
            .filter_map(|((number, purl, product), found)| self.action(*number, purl, product.as_ref(), found))
            .collect()
    }

    fn action(&self, number: usize, purl: &Purl, product: Option<&String>, found: &[Vulnerability]) -> Option<Action> {
        let inventory = self.inventories.get(number)?;
        let component = inventory.components.iter().find(|component| component.purl == *purl);
        let exploited: Vec<&Vulnerability> = found.iter().filter(|one| one.exploited == Some(true)).collect();
        let (prefix, told, why) = if exploited.is_empty() {
            ("PATCH", found.iter().collect(), "an exploit is probable (EPSS 0.1 or more)")
        } else {
            ("KEV", exploited, "known to be exploited")
        };
        let ids: Vec<&str> = told.iter().map(|one| one.id.as_str()).take(3).collect();
        let more = if told.len() > ids.len() { format!(" and {} more", told.len() - ids.len()) } else { String::new() };
        let versions: BTreeSet<&str> = found.iter().flat_map(|one| &one.fixed_in).map(String::as_str).collect();
        Some(Action {
            kind: ActionKind::Update,
            id: format!("{prefix}-{}", purl.name()),
            product: product.cloned(),
            from: purl.version().map(|version| upstream_version(purl.kind(), version)),
            to: Some(versions.into_iter().collect::<Vec<_>>().join(", ")).filter(|to| !to.is_empty()),
            command: None,
            why: format!("{} {}{more}: {why}, and the fix is free", purl.full_name(), ids.join(", ")),
            source: told.first().map(|one| one.list.clone()),
            hosts: vec![inventory.target.name.clone()],
            locations: component.iter().flat_map(|one| &one.locations).map(|place| place.path.clone()).collect(),
        })
    }
}

/// Whether a finding is known to be exploited, and who says so.
struct Known {
    exploited: Option<bool>,
    by: Option<String>,
}

impl Known {
    fn of(finding: &Finding, list: &List, lists: &Lists) -> Self {
        let cisa = lists.known.as_ref();
        if let Some(known) = cisa.filter(|known| finding.ids().any(|id| known.get(id).is_some())) {
            return Self { exploited: Some(true), by: Some(format!("CISA's list of {}", known.released)) };
        }
        // CISA's list goes by CVE alone, so that another identifier cannot be looked up in it.
        let looked_up = cisa.filter(|_| finding.ids().any(|id| id.starts_with("CVE-")));
        match (finding.exploited, looked_up) {
            (Some(exploited), _) => Self { exploited: Some(exploited), by: Some(list.name.clone()) },
            (None, Some(known)) => Self { exploited: Some(false), by: Some(format!("CISA's list of {}", known.released)) },
            (None, None) => Self { exploited: None, by: None },
        }
    }
}

fn vulnerability(finding: &Finding, list: &List, known: &Known, fix: FreeFix) -> Vulnerability {
    let cve = finding.ids().find(|id| id.starts_with("CVE-")).unwrap_or(&finding.id);
    Vulnerability {
        id: cve.to_owned(),
        exploited: known.exploited,
        exploited_by: known.by.clone(),
        epss: finding.epss,
        fix,
        fixed_in: if let StatedFix::In(versions) = &finding.fix { versions.clone() } else { Vec::new() },
        list: list.name.clone(),
    }
}

/// Adds one; of two lists that name the same vulnerability, each knows what the other does not say.
fn put(held: &mut Vec<Vulnerability>, one: Vulnerability) {
    match held.binary_search_by(|other| other.id.cmp(&one.id)) {
        Err(place) => held.insert(place, one),
        Ok(place) => {
            let Some(old) = held.get_mut(place) else { return };
            if one.exploited > old.exploited {
                (old.exploited, old.exploited_by) = (one.exploited, one.exploited_by);
            }
            old.epss = old.epss.max(one.epss);
            old.fix = old.fix.min(one.fix);
            let versions = old.fixed_in.iter().cloned().chain(one.fixed_in).collect::<BTreeSet<_>>();
            old.fixed_in = versions.into_iter().collect();
        }
    }
}
