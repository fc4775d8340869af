//! The licences of installed Debian packages, from the machine-readable ones among `usr/share/doc/<package>/copyright`
//! (<https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/>). It is no detector: a host has a thousand such files,
//! and only an output that shows licences needs them.
//!
//! Leaves out the licence of the packaging itself (`Files: debian/*`), and files in free form: what their prose means would
//! be guessed.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::model::{Component, Evidence, PackageState};
use crate::progress::Counters;
use crate::source::Tree;

use super::Opened;
use super::deb822::{Stanza, stanzas};
use super::debian_license::conjuncts;

/// The largest of Debian, chromium's and texlive's, have two.
const MAX_FILE: u64 = 8 << 20;

/// Where the databases of Debian packages begin, below their system root.
const DATABASES: [&str; 2] = ["var/lib/dpkg/", "var/lib/chisel/"];

/// Adds its licence to each installed Debian package of `components` that has none.
pub fn add_debian_licenses(tree: &dyn Tree, components: &mut [Component], counters: &Counters) {
    let wanted = |component: &&mut Component| {
        component.purl.kind() == "deb"
            && component.license.is_none()
            && component.evidence == Evidence::Installed
            && component.state != PackageState::ConfigFiles
    };
    components.par_iter_mut().filter(wanted).for_each(|component| {
        let Some(root) = component.on_disk().as_deref().and_then(system_root) else { return };
        let path = Path::new("usr/share/doc").join(component.purl.name()).join("copyright");
        let file = Opened::new(tree, counters, &path).in_root(&root, &path);
        component.license = file.bytes_up_to(MAX_FILE).ok().and_then(license);
    });
}

/// The system root of the database at `path`.
fn system_root(path: &Path) -> Option<PathBuf> {
    let text = path.to_str()?;
    DATABASES.iter().find_map(|database| {
        let (root, _) = text.rsplit_once(database)?;
        (root.is_empty() || root.ends_with('/')).then(|| PathBuf::from(root))
    })
}

/// The licences of a copyright file as one SPDX expression; `None` if it is in free form or names none.
fn license(bytes: &[u8]) -> Option<String> {
    let all: Vec<Stanza<'_>> = stanzas(bytes).collect();
    let head = all.first()?;
    (head.get("Format").is_some() || head.get("Format-Specification").is_some()).then_some(())?;
    let files: Vec<&Stanza<'_>> = all.iter().filter(|stanza| stanza.lines("Files").next().is_some()).collect();
    let mut chosen: Vec<&Stanza<'_>> = files.iter().copied().filter(|stanza| !is_packaging(stanza)).collect();
    if chosen.is_empty() {
        chosen = if files.is_empty() { all.iter().collect() } else { files };
    }
    let mut parts: Vec<String> = Vec::new();
    for part in chosen.iter().filter_map(|stanza| stanza.get("License")).flat_map(|text| conjuncts(&text)) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    match parts.as_slice() {
        [] => None,
        // Alone it needs no brackets.
        [one] => Some(one.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(one).to_owned()),
        several => Some(several.join(" AND ")),
    }
}

/// Whether a stanza speaks of nothing but Debian's own files, which are not installed.
fn is_packaging(stanza: &Stanza<'_>) -> bool {
    let mut patterns =
        stanza.lines("Files").flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).peekable();
    patterns.peek().is_some() && patterns.all(|pattern| pattern.starts_with("debian/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Purl};
    use crate::source::MemoryTree;

    const HEAD: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n\n";

    fn of(text: &str) -> Option<String> {
        license(text.as_bytes())
    }

    #[test]
    fn all_licences_of_the_files_are_one_expression_and_those_of_the_packaging_are_not_in_it() {
        let text = format!(
            "{HEAD}Files: *\nCopyright: me\nLicense: GPL-2+\n text\n .\n more\n\nFiles: lib/a.c\n lib/b.c\nLicense: Expat or Zlib\n\n\
             Files: debian/*\nLicense: GPL-3\n\nFiles: c\nLicense: GPL-2+\n\nLicense: Expat\n text\n"
        );
        assert_eq!(of(&text).as_deref(), Some("GPL-2.0-or-later AND (MIT OR Zlib)"));
        assert_eq!(of(&text.replace('\n', "\r\n")).as_deref(), Some("GPL-2.0-or-later AND (MIT OR Zlib)"));
    }

    #[test]
    fn a_choice_alone_has_no_brackets_and_packaging_alone_counts() {
        assert_eq!(
            of(&format!("{HEAD}Files: *\nLicense: GPL-1+ or Artistic\n")).as_deref(),
            Some("GPL-1.0-or-later OR Artistic-1.0")
        );
        assert_eq!(of(&format!("{HEAD}Files: debian/*\nLicense: GPL-3\n")).as_deref(), Some("GPL-3.0-only"));
        assert_eq!(of(&format!("{HEAD}License: ISC\n text\n")).as_deref(), Some("ISC"));
    }

    #[test]
    fn prose_and_files_that_name_no_licence_give_none() {
        for text in ["", "This is free software, see /usr/share/common-licenses/GPL-2.\n", HEAD, "\u{0}\u{1}", "Format: x"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn packages_of_every_root_find_their_own_file_and_others_none() {
        let text = format!("{HEAD}Files: *\nLicense: Expat\n").into_bytes();
        let tree = MemoryTree::default()
            .with("usr/share/doc/a/copyright", text.clone())
            .with("c/usr/share/doc/b/copyright", text)
            .with_link("usr/share/doc/l/copyright", "../a/copyright");
        let deb =
            |name: &str, place: &str| Component::new(Purl::new("deb", name), Evidence::Installed, "test", Location::file(place));
        let mut removed = deb("a", "/var/lib/dpkg/status");
        removed.state = PackageState::ConfigFiles;
        let mut components = [
            deb("a", "/var/lib/dpkg/status"),
            deb("l", "/var/lib/dpkg/status"),
            deb("b", "/c/var/lib/dpkg/status.d/b"),
            deb("b", "/c/var/lib/chisel/manifest.wall"),
            deb("b", "/var/lib/dpkg/status"),
            deb("a", "/srv/a.deb"),
            removed,
        ];
        add_debian_licenses(&tree, &mut components, &Counters::default());
        let found = components.map(|component| component.license);
        let mit = || Some("MIT".to_owned());
        assert_eq!(found, [mit(), mit(), mit(), mit(), None, None, None]);
    }
}
