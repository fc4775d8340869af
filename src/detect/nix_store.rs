//! Reads packages off the names of the folders in a Nix store that has no database, as images have it. With a database,
//! that decides what is there.

use std::path::Path;

use super::nix_name;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const STORE: &str = "nix/store";
const DATABASE: &str = "nix/var/nix/db/db.sqlite";

/// Folders of a Nix store.
pub(super) struct NixStore;

impl Detector for NixStore {
    fn id(&self) -> &'static str {
        "nix-store"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::FoldersIn(STORE)]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        nix_name::behind_hash(facts.name()).and_then(nix_name::split).is_some()
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let root = file.path().ancestors().nth(3).unwrap_or(Path::new(""));
        if file.in_root(root, Path::new(DATABASE)).exists() {
            return;
        }
        let facts = file.facts();
        if let Some((name, version)) = nix_name::behind_hash(facts.name()).and_then(nix_name::split) {
            out.component(nix_name::component(name, version, self.id(), file.shown()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const PLACE: &str = "mnt/nix/store/sbldylj3clbkc0aqvjjzfa6slp4zdvlj-hello-2.12.1";

    #[test]
    fn a_folder_of_the_store_is_a_package() {
        expect!["pkg:nix/hello@2.12.1 installed"].assert_eq(&found(&NixStore, &[(PLACE, b"")]));
    }

    #[test]
    fn a_database_decides() {
        assert_eq!(found(&NixStore, &[(PLACE, b""), ("mnt/nix/var/nix/db/db.sqlite", b"")]), "");
    }

    #[test]
    fn a_folder_without_a_hash_or_a_version_is_not_wanted() {
        for (path, wanted) in
            [(PLACE, true), ("nix/store/.links", false), ("nix/store/sbldylj3clbkc0aqvjjzfa6slp4zdvlj-source", false)]
        {
            assert_eq!(NixStore.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
