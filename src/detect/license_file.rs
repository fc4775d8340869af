//! The licences of installed packages whose own metadata states none, from the licence files in their folders. It is no
//! detector: only an output that shows licences needs them, and only for the packages that are left without.
//!
//! What is concluded is kept apart from what a package states. Several files with different licences give nothing: whether one
//! may choose or has to keep all of them does not stand there. A crate's `LICENSE-MIT` and `LICENSE-APACHE` never come to this,
//! since Cargo's metadata state a licence.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::model::{Component, Evidence};
use crate::progress::Counters;
use crate::source::Tree;

use super::{Opened, license_text};

/// The longest text of the list, that of the GPL 3, has 35,149 bytes.
const MAX_FILE: u64 = 128 << 10;
/// Names under which licences lie in the folders of packages, each also in lower case.
const NAMES: [&str; 18] = [
    "COPYING",
    "COPYING.md",
    "COPYING.txt",
    "LICENCE",
    "LICENCE.md",
    "LICENCE.txt",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-APACHE.txt",
    "LICENSE-MIT",
    "LICENSE-MIT.txt",
    "LICENSE.BSD",
    "LICENSE.MIT",
    "LICENSE.md",
    "LICENSE.rst",
    "LICENSE.txt",
    "MIT-LICENSE",
    "UNLICENSE",
];

/// A digest of a text, and the licence that it was found to be: a tree holds the same few texts a thousand times.
type Known = Mutex<std::collections::HashMap<[u8; 32], Option<&'static str>>>;

/// Concludes the licence of each installed package of `components` that states none which is on the SPDX list.
pub fn conclude_licenses(tree: &dyn Tree, components: &mut [Component], counters: &Counters) {
    let known = Known::default();
    let unstated = |component: &&mut Component| {
        matches!(component.evidence, Evidence::Installed | Evidence::Running | Evidence::Embedded) && !states_one(component)
    };
    components.par_iter_mut().filter(unstated).for_each(|component| {
        component.concluded_license = folders(component).iter().find_map(|folder| of_folder(tree, folder, &known, counters));
    });
}

/// Whether its metadata state a licence in terms of the list. `SEE LICENSE IN x`, `BSD` or a path do not.
fn states_one(component: &Component) -> bool {
    component.license.as_deref().is_some_and(|license| spdx::Expression::parse(license.trim()).is_ok())
}

/// Where the licence files of a package lie, by the place of the record that it was found by.
fn folders(component: &Component) -> Vec<PathBuf> {
    // What lies in an archive is not looked for: its folder is not in this tree.
    let shown = component.locations.first().map_or("", |place| place.path.as_str());
    let Some(record) = component.on_disk().filter(|_| !shown.contains("!/")) else { return Vec::new() };
    let folder = record.parent().map(Path::to_path_buf).unwrap_or_default();
    let name = record.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match component.purl.kind() {
        "npm" if name == "package.json" => vec![folder],
        // PEP 639 puts them into a folder of their own; before, they lay beside the metadata.
        "pypi" if name == "METADATA" => vec![folder.join("licenses"), folder],
        "gem" if name.ends_with(".gemspec") => {
            let of_gem = name.trim_end_matches(".gemspec");
            folder.parent().map(|root| root.join("gems").join(of_gem)).into_iter().collect()
        }
        "composer" if name == "installed.json" => {
            folder.parent().map(|vendor| vendor.join(component.purl.full_name())).into_iter().collect()
        }
        "golang" if name == "modules.txt" => vec![folder.join(component.purl.full_name())],
        _ => Vec::new(),
    }
}

/// The one licence of a folder's files; none if any of them is not recognised.
fn of_folder(tree: &dyn Tree, folder: &Path, known: &Known, counters: &Counters) -> Option<String> {
    let mut found = BTreeSet::new();
    for name in NAMES {
        for name in [name.to_owned(), name.to_lowercase()] {
            if let Ok(bytes) = Opened::new(tree, counters, &folder.join(name)).bytes_up_to(MAX_FILE) {
                found.insert(recognised(bytes, known)?);
            }
        }
    }
    if found.len() == 1 { found.pop_first().map(str::to_owned) } else { None }
}

/// The licence that a text is.
fn recognised(bytes: &[u8], known: &Known) -> Option<&'static str> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    if let Some(before) = known.lock().ok()?.get(&digest) {
        return *before;
    }
    let found = std::str::from_utf8(bytes).ok().and_then(license_text::recognise);
    known.lock().ok()?.insert(digest, found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Purl};
    use crate::source::MemoryTree;

    const MIT: &str = "Copyright (c) 2019 Jane Doe <jane@doe.example>\n\nPermission is hereby granted, free of charge, to any person \
        obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without \
        restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell \
        copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\n\
        The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n\n\
        THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES \
        OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE \
        LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR \
        IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n";
    const ISC: &str = "ISC License\n\nCopyright (c) John Doe\n\nPermission to use, copy, modify, and/or distribute this software for any \
        purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all \
        copies.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL \
        IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR \
        CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, \
        NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.\n";

    fn concluded(purl: Purl, record: &str, files: &[(&str, &str)], stated: Option<&str>) -> Option<String> {
        let tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_bytes()));
        let mut component = Component::new(purl, Evidence::Installed, "test", Location::file(record));
        component.license = stated.map(str::to_owned);
        let mut components = [component];
        conclude_licenses(&tree, &mut components, &Counters::default());
        components[0].concluded_license.take()
    }

    #[test]
    fn the_file_of_each_kind_of_package_is_found_by_its_record() {
        for (purl, record, file) in [
            (Purl::new("npm", "a"), "/srv/node_modules/a/package.json", "srv/node_modules/a/LICENSE.md"),
            (Purl::new("pypi", "a"), "/v/a-1.dist-info/METADATA", "v/a-1.dist-info/LICENSE.txt"),
            (Purl::new("pypi", "a"), "/v/a-1.dist-info/METADATA", "v/a-1.dist-info/licenses/LICENSE"),
            (Purl::new("gem", "a"), "/g/specifications/a-1.0.gemspec", "g/gems/a-1.0/MIT-LICENSE"),
            (Purl::new("composer", "b").with_namespace("a"), "/p/vendor/composer/installed.json", "p/vendor/a/b/license"),
            (
                Purl::new("golang", "b").with_namespace("example.org/a"),
                "/m/vendor/modules.txt",
                "m/vendor/example.org/a/b/COPYING",
            ),
        ] {
            assert_eq!(concluded(purl, record, &[(file, MIT)], None).as_deref(), Some("MIT"), "{file}");
        }
    }

    #[test]
    fn what_a_package_states_in_terms_of_the_list_is_left_alone() {
        let of = |stated| concluded(Purl::new("npm", "a"), "/n/a/package.json", &[("n/a/LICENSE", MIT)], stated);
        assert_eq!(of(Some("Apache-2.0")), None);
        assert_eq!(of(Some("SEE LICENSE IN LICENSE")).as_deref(), Some("MIT"));
        assert_eq!(of(Some("UNLICENSED")).as_deref(), Some("MIT"));
    }

    #[test]
    fn several_licences_or_a_strange_one_give_none() {
        let of = |files: &[(&str, &str)]| concluded(Purl::new("npm", "a"), "/a/package.json", files, None);
        assert_eq!(of(&[("a/LICENSE", MIT), ("a/COPYING", ISC)]), None);
        assert_eq!(of(&[("a/LICENSE", MIT), ("a/COPYING", MIT)]).as_deref(), Some("MIT"));
        assert_eq!(of(&[("a/LICENSE", ISC)]).as_deref(), Some("ISC"));
        assert_eq!(of(&[("a/LICENSE", MIT), ("a/COPYING", "All rights reserved. Ask us.")]), None);
        let no_sale =
            MIT.replace("publish, distribute, sublicense, and/or sell", "and read").replace("free of charge", "for money");
        assert_eq!(of(&[("a/LICENSE", &no_sale.replace("substantial portions", "parts"))]), None);
        assert_eq!(of(&[("a/LICENSE", "\u{0}")]), None);
        assert_eq!(of(&[]), None);
    }
}
