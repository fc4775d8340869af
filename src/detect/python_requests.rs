//! What a Python manifest asks for, on its way to components: own code is left out, a place that another table names is added,
//! and what says less than the requirements.txt beside the manifest is dropped.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Chosen, Group};
use crate::problem::Code;

use super::python_project::normal;
use super::python_requirement::{Requirement, Unusable};
use super::{Findings, Opened, python_requirements};

/// The requests of one manifest.
pub(super) struct Requests<'f, 't> {
    file: &'f Opened<'t>,
    detector: &'static str,
    pinned: BTreeSet<String>,
    own: BTreeSet<String>,
    places: BTreeMap<String, String>,
}

impl<'f, 't> Requests<'f, 't> {
    /// The requests of the manifest `file`, none yet.
    pub(super) fn new(file: &'f Opened<'t>, detector: &'static str) -> Self {
        let pinned = python_requirements::pinned(file);
        Self { file, detector, pinned, own: BTreeSet::new(), places: BTreeMap::new() }
    }

    /// Notes that `name` is the project itself, or another part of it.
    pub(super) fn own(&mut self, name: &str) {
        self.own.insert(normal(name));
    }

    /// Notes that `name` comes from `address`.
    pub(super) fn place(&mut self, name: &str, address: String) {
        self.places.insert(normal(name), address);
    }

    /// Writes down what `text`, a requirement at `line`, asks for; a problem if it is none.
    pub(super) fn text(&self, text: &str, line: usize, group: Group, out: &mut Findings) {
        match Requirement::parse(text.trim()) {
            Ok(requirement) => self.requirement(requirement, line, group, out),
            Err(Unusable::Skipped) => {}
            Err(Unusable::Malformed(what)) => out.problem_at(Code::Malformed, self.file, line, what),
        }
    }

    /// Writes down what `requirement` asks for.
    pub(super) fn requirement(&self, mut requirement: Requirement, line: usize, group: Group, out: &mut Findings) {
        let name = normal(&requirement.name);
        let place = self.places.get(&name);
        let says_less = requirement.version.is_none() && requirement.address.is_none() && place.is_none();
        if self.own.contains(&name) || (says_less && self.pinned.contains(&name)) {
            return;
        }
        if let Some(place) = place {
            requirement.address = Some(place.clone());
        }
        let mut component = requirement.component(group, self.detector, self.file, line);
        component.chosen = Chosen::Purpose;
        out.component(component);
    }
}
