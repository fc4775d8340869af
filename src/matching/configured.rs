//! Configuration and data directories prove a server, and its release, when the process is stopped.

use crate::model::{HostFacts, Role, belongs_to_cycle};

use super::group::Group;

/// Whether the host holds a server's configuration for this product and, where the path tells a version, this cycle. The
/// configuration below `/etc` is that of the package manager's copy; a stray binary elsewhere is not set up by it.
pub(super) fn is_set_up(group: &Group<'_, '_>, host: &HostFacts) -> bool {
    let packaged = group.leading().any(|component| component.purl.is_of_distribution());
    group.role == Role::Server
        && packaged
        && host.configured.iter().any(|(product, version, _)| {
            let same_cycle = || match &group.cycle {
                Some(cycle) if !version.is_empty() => belongs_to_cycle(version, cycle) || belongs_to_cycle(cycle, version),
                _ => true,
            };
            *product == group.product.id && same_cycle()
        })
}
