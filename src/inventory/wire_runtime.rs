//! The part of the saved scan that tells of the live host.

use serde::{Deserialize, Serialize};

use crate::model::{Process, RuntimeFacts, RuntimeView, StaleProcess, Unit, UnitState};

use super::wire::WireListener;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireProcess {
    executable: Option<String>,
    #[serde(default)]
    called: Option<String>,
    name: String,
    script: Option<String>,
    unit: Option<String>,
    in_container: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    container: Option<String>,
    count: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireUnit {
    name: String,
    enabled: bool,
    starts: Vec<String>,
    scheduled: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireStale {
    name: String,
    unit: Option<String>,
    replaced: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireRuntime {
    full_view: bool,
    in_container: bool,
    processes: Vec<WireProcess>,
    sockets_read: bool,
    listeners: Vec<WireListener>,
    units: Vec<WireUnit>,
    stale: Vec<WireStale>,
    kernel_release: Option<String>,
    root_could_change: Vec<String>,
}

impl From<&RuntimeFacts> for WireRuntime {
    fn from(facts: &RuntimeFacts) -> Self {
        let facts = facts.clone();
        let process = |p: Process| WireProcess {
            executable: p.executable,
            called: p.called,
            name: p.name,
            script: p.script,
            unit: p.unit,
            in_container: p.in_container,
            container: p.container,
            count: p.count,
        };
        let unit =
            |u: Unit| WireUnit { name: u.name, enabled: u.state == UnitState::Enabled, starts: u.starts, scheduled: u.scheduled };
        Self {
            full_view: facts.view == RuntimeView::Full,
            in_container: facts.in_container,
            processes: facts.processes.into_iter().map(process).collect(),
            sockets_read: facts.sockets_read,
            listeners: facts.listeners.iter().map(Into::into).collect(),
            units: facts.units.into_iter().map(unit).collect(),
            stale: facts.stale.into_iter().map(|s| WireStale { name: s.name, unit: s.unit, replaced: s.replaced }).collect(),
            kernel_release: facts.kernel_release,
            root_could_change: facts.root_could_change,
        }
    }
}

impl From<WireRuntime> for RuntimeFacts {
    fn from(wire: WireRuntime) -> Self {
        let process = |p: WireProcess| Process {
            executable: p.executable,
            called: p.called,
            name: p.name,
            script: p.script,
            unit: p.unit,
            in_container: p.in_container,
            container: p.container,
            count: p.count,
        };
        let unit = |u: WireUnit| Unit {
            name: u.name,
            state: if u.enabled { UnitState::Enabled } else { UnitState::Disabled },
            starts: u.starts,
            scheduled: u.scheduled,
        };
        Self {
            view: if wire.full_view { RuntimeView::Full } else { RuntimeView::Partial },
            in_container: wire.in_container,
            processes: wire.processes.into_iter().map(process).collect(),
            sockets_read: wire.sockets_read,
            listeners: wire.listeners.into_iter().map(Into::into).collect(),
            units: wire.units.into_iter().map(unit).collect(),
            stale: wire.stale.into_iter().map(|s| StaleProcess { name: s.name, unit: s.unit, replaced: s.replaced }).collect(),
            kernel_release: wire.kernel_release,
            root_could_change: wire.root_could_change,
        }
    }
}
