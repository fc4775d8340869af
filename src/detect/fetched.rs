//! Where package managers of languages put the source trees of others. A lock file in there is its author's: it says
//! nothing of what the project or the host has.

use std::path::Path;

use super::Opened;

/// Folders that hold nothing else.
const FOLDERS: [&str; 6] = [".pub-cache", "Pods", "_build", "dist-packages", "node_modules", "site-packages"];
/// Folders whose names alone could be anybody's.
const PAIRS: [[&str; 2]; 6] = [
    [".build", "checkouts"],
    ["Carthage", "Checkouts"],
    ["SourcePackages", "checkouts"],
    ["bundler", "gems"],
    ["pkg", "mod"],
    ["registry", "src"],
];

/// Whether `path` lies in a tree that a package manager fetched.
pub(crate) fn holds(path: &Path) -> bool {
    let folders = || path.parent().into_iter().flat_map(Path::iter).filter_map(|name| name.to_str());
    folders().any(|name| FOLDERS.contains(&name))
        || folders()
            .zip(folders().skip(1))
            .any(|(outer, inner)| PAIRS.contains(&[outer, inner]) || (outer == "gems" && has_version(inner)))
}

/// `rack-3.0.8` or `nokogiri-1.15.4-x86_64-linux`, as `RubyGems` names the folders of gems.
fn has_version(folder: &str) -> bool {
    folder.split('-').skip(1).any(|part| part.contains('.') && part.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether the file lies in `deps/<name>/` of a project that one of `manifests` makes one, as Mix and rebar have it.
pub(super) fn is_dependency_of(file: &Opened<'_>, manifests: &[&str]) -> bool {
    file.facts().folder(1) == "deps" && manifests.iter().any(|manifest| file.sibling(&format!("../../{manifest}")).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_of_others_are_told_from_a_projects_own() {
        for (path, expected) in [
            ("usr/lib/ruby/gems/3.1.0/gems/rbs-2.1.0/Gemfile.lock", true),
            ("bundle/gems/nokogiri-1.15.4-x86_64-linux/test/Gemfile.lock", true),
            ("bundle/bundler/gems/own-0123abc/Gemfile.lock", true),
            ("gems/core/Gemfile.lock", false),
            ("gems/core-2/Gemfile.lock", false),
            (".build/checkouts/swift-nio/Package.resolved", true),
            ("checkouts/app/Package.resolved", false),
            ("root/go/pkg/mod/github.com/x/y@v1.0.0/Dockerfile", true),
            ("root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/x-1.0.0/Cargo.lock", true),
            ("usr/lib/python3/dist-packages/x/package-lock.json", true),
            ("ios/Pods/Foo/Package.resolved", true),
            ("node_modules/react-native-x/ios/Podfile.lock", true),
            ("Pods", false),
        ] {
            assert_eq!(holds(Path::new(path)), expected, "{path}");
        }
    }
}
