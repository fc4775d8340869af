//! Why dnf installed a package: dnf 5's `packages.toml`, else dnf 4's transaction history.
//! What neither records is unknown; yum's and zypper's histories are not read.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::Chosen;

use super::{Opened, sqlite_file};

/// dnf 5 (<https://dnf5.readthedocs.io/en/latest/misc/system-state.7.html>), in its places old and new.
const DNF5: [&str; 2] = ["usr/lib/sysimage/libdnf5/packages.toml", "var/lib/dnf5/packages.toml"];
/// dnf 4 (schema: libdnf's `transaction/sql/create.sql`).
const DNF4: &str = "var/lib/dnf/history.sqlite";
const MAX_HISTORY: u64 = 256 << 20;

/// The reason by `name.arch`.
#[derive(Default)]
pub(super) struct Reasons(BTreeMap<String, Chosen>);

impl Reasons {
    /// Of the system root `root`; `file` is any file of the same tree.
    pub(super) fn read(file: &Opened<'_>, root: &Path) -> Self {
        let dnf5 = DNF5.iter().find_map(|path| parse_dnf5(file.in_root(root, Path::new(path)).text_if_there()?));
        Self(dnf5.or_else(|| read_dnf4(&file.in_root(root, Path::new(DNF4)))).unwrap_or_default())
    }

    /// Whether somebody asked for the package.
    pub(super) fn chosen(&self, name: &str, arch: &str) -> Chosen {
        self.0.get(&format!("{name}.{arch}")).copied().unwrap_or_default()
    }
}

#[derive(serde::Deserialize)]
struct SystemState {
    packages: BTreeMap<String, Package>,
}

#[derive(serde::Deserialize)]
struct Package {
    reason: String,
}

fn parse_dnf5(text: &str) -> Option<BTreeMap<String, Chosen>> {
    let state: SystemState = toml::from_str(text).ok()?;
    let chosen = |reason: &str| match reason {
        "User" | "Group" => Chosen::Purpose,
        "Dependency" | "Weak Dependency" | "Clean" => Chosen::Dependency,
        // "None", and "External User": rpm itself installed it, and rpm asks for no reason.
        _ => Chosen::Unknown,
    };
    Some(state.packages.into_iter().map(|(name, package)| (name, chosen(&package.reason))).collect())
}

/// The last word of each finished transaction counts.
fn read_dnf4(file: &Opened<'_>) -> Option<BTreeMap<String, Chosen>> {
    const QUERY: &str = "SELECT rpm.name || '.' || rpm.arch, trans_item.action, trans_item.reason \
        FROM trans_item JOIN trans ON trans.id = trans_item.trans_id JOIN rpm ON rpm.item_id = trans_item.item_id \
        WHERE trans.state = 1 ORDER BY trans_item.trans_id, trans_item.id";
    const REMOVE: i64 = 8;
    // Downgraded, obsoleted, upgraded, reinstalled: the half of a pair that went away.
    const WENT_AWAY: [i64; 4] = [3, 5, 7, 10];
    let database = sqlite_file::open(file, MAX_HISTORY).ok()?;
    if !["trans_item", "trans", "rpm"].iter().all(|table| sqlite_file::has_table(&database, table)) {
        return None;
    }
    let mut query = database.prepare(QUERY).ok()?;
    let mut rows = query.query([]).ok()?;
    let mut reasons = BTreeMap::new();
    while let Ok(Some(row)) = rows.next() {
        let (Ok(name), Ok(action), Ok(reason)) = (row.get::<_, String>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)) else {
            continue;
        };
        match (action, reason) {
            (REMOVE, _) => drop(reasons.remove(&name)),
            (gone, _) if WENT_AWAY.contains(&gone) => {}
            // User, group.
            (_, 2 | 5) => drop(reasons.insert(name, Chosen::Purpose)),
            // Dependency, left over, weak dependency.
            (_, 1 | 3 | 4) => drop(reasons.insert(name, Chosen::Dependency)),
            _ => drop(reasons.insert(name, Chosen::Unknown)),
        }
    }
    Some(reasons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;

    fn reasons(path: &str, bytes: &[u8]) -> Reasons {
        let tree = MemoryTree::default().with(path, bytes);
        Reasons::read(&Opened::new(&tree, &Counters::default(), Path::new("x")), Path::new(""))
    }

    #[test]
    fn dnf_5_states_a_reason_for_each_name_and_architecture() {
        let text = b"version = \"1.0\"\n[packages]\n\"git.x86_64\" = {reason = \"User\"}\n\"perl.noarch\" = {reason = \"Weak Dependency\"}\n\
            \"rpm.x86_64\" = {reason = \"External User\"}\n";
        let reasons = reasons(DNF5[0], text);
        let chosen =
            [("git", "x86_64"), ("perl", "noarch"), ("rpm", "x86_64"), ("git", "i686")].map(|(n, a)| reasons.chosen(n, a));
        assert_eq!(chosen, [Chosen::Purpose, Chosen::Dependency, Chosen::Unknown, Chosen::Unknown]);
    }

    #[test]
    fn the_last_finished_transaction_of_dnf_4_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("history.sqlite");
        let database = rusqlite::Connection::open(&path).expect("a database");
        let sql = "CREATE TABLE trans (id INTEGER PRIMARY KEY, state INTEGER); INSERT INTO trans VALUES (1, 1), (2, 1), (3, 2);
            CREATE TABLE rpm (item_id INTEGER UNIQUE, name TEXT, arch TEXT);
            INSERT INTO rpm VALUES (1, 'a', 'noarch'), (2, 'a', 'noarch'), (3, 'b', 'noarch'), (4, 'c', 'noarch');
            CREATE TABLE trans_item (id INTEGER PRIMARY KEY, trans_id INTEGER, item_id INTEGER, action INTEGER, reason INTEGER);
            INSERT INTO trans_item VALUES (1, 1, 1, 1, 1), (2, 1, 3, 1, 2), (3, 1, 4, 1, 4), (4, 2, 2, 6, 2), (5, 2, 1, 7, 1),
                (6, 2, 3, 8, 2), (7, 3, 4, 11, 2);";
        database.execute_batch(sql).expect("tables");
        drop(database);
        let bytes = std::fs::read(&path).expect("a file");
        let reasons = reasons(DNF4, &bytes);
        let chosen = ["a", "b", "c"].map(|name| reasons.chosen(name, "noarch"));
        assert_eq!(chosen, [Chosen::Purpose, Chosen::Unknown, Chosen::Dependency]);
    }

    #[test]
    fn a_broken_history_leaves_everything_unknown() {
        for (path, bytes) in [(DNF5[0], b"packages = 1".as_slice()), (DNF4, b"no database"), (DNF4, b"")] {
            assert_eq!(reasons(path, bytes).chosen("a", "noarch"), Chosen::Unknown);
        }
    }
}
