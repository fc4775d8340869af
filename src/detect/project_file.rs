//! Whether a manifest may be that of a project somebody works on. What installers and tools unpack carries the manifests of its
//! authors, and what they ask for is not asked for here.

use super::{FileFacts, npm};

/// Folders that installers fill.
const INSTALLED: [&str; 5] = ["node_modules", "bower_components", "site-packages", "dist-packages", "labextensions"];
/// Hidden folders in which a project keeps files of its own; others hold the copies of tools: editors' extensions, version
/// managers, caches.
const HIDDEN: [&str; 7] = [".github", ".gitlab", ".circleci", ".devcontainer", ".docker", ".azure", ".ci"];
/// What the file-system hierarchy keeps for installed software.
const SYSTEM: [&str; 5] = ["lib", "lib64", "libexec", "share", "include"];

/// Whether an installer or a tool unpacked the file.
pub(super) fn is_unpacked(facts: &FileFacts<'_>) -> bool {
    let hidden = |part: &str| part.starts_with('.') && !HIDDEN.contains(&part);
    let folders = facts.path().parent().into_iter().flatten().filter_map(|part| part.to_str());
    let documentation = facts.path().ancestors().any(|folder| folder.ends_with("usr/share/doc"));
    { folders }.any(|part| INSTALLED.contains(&part) || hidden(part)) || npm::is_system_folder(facts) || documentation
}

/// Whether the file may be part of a project's own tree.
pub(super) fn is_in_project(facts: &FileFacts<'_>) -> bool {
    let is_system = |folder: &std::path::Path| {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        SYSTEM.contains(&name) && folder.parent().is_some_and(|above| above.ends_with("usr"))
    };
    !is_unpacked(facts) && !facts.path().ancestors().skip(1).any(is_system)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_installers_and_tools_keep_is_no_project() {
        for (path, own) in [
            ("package.json", true),
            ("app/web/package.json", true),
            ("usr/src/app/package.json", true),
            ("srv/lib/a/package.json", true),
            (".github/actions/x/package.json", true),
            ("app/node_modules/a/dist/package.json", false),
            ("lib/python3.11/site-packages/a/setup.py", false),
            ("share/jupyter/labextensions/a/package.json", false),
            ("home/u/.vscode/extensions/a/package.json", false),
            ("root/.nvm/package.json", false),
            ("usr/share/nodejs/a/package.json", false),
            ("chroot/usr/lib/a/setup.py", false),
        ] {
            assert_eq!(is_in_project(&FileFacts::new(Path::new(path))), own, "{path}");
        }
    }

    #[test]
    fn below_usr_a_file_may_still_not_be_unpacked() {
        for (path, unpacked) in [
            ("usr/share/app/requirements.txt", false),
            ("usr/share/doc/app/requirements.txt", true),
            ("root/.pyenv/plugins/x/requirements.txt", true),
            (".hidden.txt", false),
        ] {
            assert_eq!(is_unpacked(&FileFacts::new(Path::new(path))), unpacked, "{path}");
        }
    }
}
