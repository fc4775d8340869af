//! Whose declaration or installation a finding is: lock files inside vendored or downloaded packages, caches and test
//! fixtures belong to somebody else's project and are kept apart.

use std::path::Path;

use crate::detect::{Ownership, is_fetched};
use crate::model::{Component, Evidence, Standing};

/// Folders whose manifests and lock files are somebody else's: installed packages and vendored sources.
const INSTALLED_BY_TOOLS: &[&str] = &["node_modules", "site-packages", "dist-packages", "bower_components", "jspm_packages"];

/// Folders that tools fill with downloads, as consecutive path parts. Everything below them is a cache.
const CACHES: &[&[&str]] = &[
    &[".bun", "install", "cache"],
    &[".cabal", "packages"],
    &[".cache"],
    &[".cargo", "git"],
    &[".cargo", "registry"],
    &[".composer", "cache"],
    &[".conda", "pkgs"],
    &[".coursier", "cache"],
    &[".cpanm", "work"],
    &[".deno", "deps"],
    &[".gradle", "caches"],
    &[".ivy2", "cache"],
    &[".m2", "repository"],
    &[".npm", "_cacache"],
    &[".npm", "_npx"],
    &[".nuget", "packages"],
    &[".pnpm-store"],
    &[".pub-cache"],
    &[".rustup", "toolchains"],
    &[".sbt", "boot"],
    &[".stack", "pantry"],
    &[".yarn", "berry", "cache"],
    &["Library", "Caches"],
    &["anaconda3", "pkgs"],
    &["conda", "pkgs"],
    &["go", "pkg", "mod"],
    &["mambaforge", "pkgs"],
    &["micromamba", "pkgs"],
    &["miniconda3", "pkgs"],
    &["miniforge3", "pkgs"],
    &[".bundle", "cache"],
    &["vendor", "cache"],
    &[".local", "share", "Trash"],
];

/// Folders among those downloads in which tools keep environments: what is in them is installed.
const ENVIRONMENTS: &[&[&str]] =
    &[&[".cache", "pre-commit"], &[".cache", "pypoetry", "virtualenvs"], &["Library", "Caches", "pypoetry", "virtualenvs"]];

/// Folders that version managers and editors keep a copy of themselves and of their plug-ins in: what they declare, they need.
/// What they installed (`.pyenv/versions/…`) counts as installed.
const TOOLS: &[&str] = &[
    ".asdf",
    ".jenv",
    ".linuxbrew",
    ".nodenv",
    ".nvm",
    ".oh-my-zsh",
    ".phpenv",
    ".pyenv",
    ".rbenv",
    ".sdkman",
    ".vim",
    ".vscode",
    ".vscode-server",
];

/// Folders of examples that a project keeps for its own tests.
const FIXTURES: &[&str] = &["fixtures", "__fixtures__", "testdata", "test-data", "test_data", "testfixtures"];

/// The standing of a finding at `path` (as shown): a declaration counts only if the scanned organisation wrote it.
pub(super) fn standing(component: &Component, path: &str) -> Standing {
    let declared = component.evidence == Evidence::Declared;
    let owned = declared && component.owner.is_some();
    if owned || is_foreign(path, declared) { Standing::Foreign } else { Standing::Own }
}

/// Whether a file is part of somebody else's project: an operating-system package's, a cached, vendored or example one.
pub(super) fn is_foreign_file(path: &str, ownership: &Ownership) -> bool {
    let on_disk = path.split("!/").next().unwrap_or(path).trim_start_matches('/');
    ownership.owner(Path::new(on_disk)).is_some() || is_foreign(path, true)
}

/// Whether what is installed at `path`, relative to the target's root, is a cached copy or an example in a project's tests.
#[must_use]
pub fn is_example(path: &Path) -> bool {
    is_foreign(&path.to_string_lossy(), false)
}

fn is_foreign(path: &str, declared: bool) -> bool {
    let parts: Vec<&str> = Path::new(path).iter().filter_map(|part| part.to_str()).collect();
    let folders = parts.split_last().map_or(&[][..], |(_, folders)| folders);
    let below = |list: &[&[&str]]| list.iter().any(|parts| folders.windows(parts.len()).any(|window| window == *parts));
    let cached = below(CACHES) && (declared || !below(ENVIRONMENTS));
    let by_tools = declared && folders.iter().any(|folder| INSTALLED_BY_TOOLS.contains(folder));
    let fixture = folders.iter().any(|folder| FIXTURES.contains(folder)) || is_pythons_own_test(folders);
    let of_tool = declared && folders.iter().any(|folder| TOOLS.contains(folder));
    let fetched = declared && is_fetched(Path::new(path));
    cached || by_tools || fixture || of_tool || fetched || (declared && is_vendored(folders))
}

/// `lib/python3.11/test`: `CPython` installs the data of its own tests.
fn is_pythons_own_test(folders: &[&str]) -> bool {
    folders.windows(3).any(|three| matches!(three, ["lib", python, "test"] if python.starts_with("python")))
}

/// `vendor/serde/Cargo.lock` is serde's; `vendor/modules.txt` and `vendor/composer/installed.json` are the project's own.
fn is_vendored(folders: &[&str]) -> bool {
    let below = |name: &str| folders.iter().position(|folder| *folder == name).map_or(0, |at| folders.len() - at - 1);
    let own = folders.windows(2).any(|pair| pair == ["vendor", "composer"]);
    !own && (below("vendor") >= 1 || below("third_party") >= 1 || below("third-party") >= 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Purl};

    #[test]
    fn what_the_organisation_wrote_is_told_from_what_it_downloaded() {
        use Evidence::{Declared, Installed};
        for (path, evidence, expected) in [
            ("Cargo.lock", Declared, Standing::Own),
            ("web/package-lock.json", Declared, Standing::Own),
            ("/root/.cargo/registry/src/index-1/serde-1.0/Cargo.lock", Declared, Standing::Foreign),
            ("web/node_modules/left-pad/package-lock.json", Declared, Standing::Foreign),
            ("web/node_modules/left-pad/package.json", Installed, Standing::Own),
            ("/usr/lib/ruby/gems/3.1.0/gems/typeprof-0.21.2/vscode/package-lock.json", Declared, Standing::Foreign),
            ("ios/Pods/Foo/Package.resolved", Declared, Standing::Foreign),
            ("vendor/serde/Cargo.lock", Declared, Standing::Foreign),
            ("vendor/composer/installed.json", Declared, Standing::Own),
            ("vendor/modules.txt", Declared, Standing::Own),
            ("tests/fixtures/app/package-lock.json", Declared, Standing::Foreign),
            ("/home/me/.m2/repository/a/b/1/b-1.jar", Installed, Standing::Foreign),
            ("/root/.bun/install/cache/a@1.0.0@@@1/package.json", Installed, Standing::Foreign),
            ("/root/.pyenv/test/Dockerfile", Declared, Standing::Foreign),
            ("/root/.pyenv/versions/3.12.1/bin/python3.12", Installed, Standing::Own),
            ("/usr/lib/python3.11/test/data/a-1.0-py3-none-any.whl", Installed, Standing::Foreign),
            ("/srv/app/.yarn/cache/a-npm-1.0.0.zip", Installed, Standing::Own),
            ("/root/.cache/pypoetry/virtualenvs/a/lib/python3.11/site-packages/a.dist-info/METADATA", Installed, Standing::Own),
            ("/root/.cache/pre-commit/repo1/setup.py", Declared, Standing::Foreign),
            ("/opt/conda/pkgs/six-1.16.0-0/site-packages/six-1.16.0.dist-info/METADATA", Installed, Standing::Foreign),
        ] {
            let component = Component::new(Purl::new("npm", "x"), evidence, "test", Location::file(path));
            assert_eq!(standing(&component, path), expected, "{path}");
        }
    }

    #[test]
    fn a_lock_file_that_a_distribution_ships_is_not_ours() {
        let mut component = Component::new(Purl::new("npm", "x"), Evidence::Declared, "test", Location::file("x"));
        component.owner = Some(Purl::new("deb", "jupyter"));
        assert_eq!(standing(&component, "/usr/share/jupyter/pnpm-lock.yaml"), Standing::Foreign);
    }
}
