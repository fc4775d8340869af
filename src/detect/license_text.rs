//! Tells which licence a text is, by the pairs of words that it shares with those of the SPDX licence list
//! (<https://spdx.org/licenses/>).
//!
//! Only licences that the OSI or the FSF accept are compared, since the list has many that are one party's edition of those. A text
//! of the GPL is the same for `-only` and `-or-later`; the first is named, as the text alone grants no more.

use std::sync::LazyLock;

use spdx::detection::{Store, TextData};

/// The least likeness that is believed. One more licence in the same file, or another clause, costs more than this leaves.
const LEAST: f32 = 0.95;

/// How to apply the Apache License: no part of its terms, and often left out, while the list's text has it.
const APACHE_APPENDIX: &str = "\nAPPENDIX: How to apply the Apache License to your work.\n\nTo apply the Apache License to your work, attach the \
    following boilerplate notice, with the fields enclosed by brackets \"[]\" replaced with your own identifying information. (Don't \
    include the brackets!) The text should be enclosed in the appropriate comment syntax for the file format. We also recommend that a \
    file or class name and description of purpose be included on the same \"printed page\" as the copyright notice for easier \
    identification within third-party archives.\n\nCopyright [yyyy] [name of copyright owner]\n\nLicensed under the Apache License, \
    Version 2.0 (the \"License\"); you may not use this file except in compliance with the License. You may obtain a copy of the License \
    at\n\nhttp://www.apache.org/licenses/LICENSE-2.0\n\nUnless required by applicable law or agreed to in writing, software distributed \
    under the License is distributed on an \"AS IS\" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See \
    the License for the specific language governing permissions and limitations under the License.\n";

/// The likeness from which the rest of a text is taken for a second licence.
const ANOTHER: f32 = 0.6;

static STORE: LazyLock<Store> = LazyLock::new(|| Store::load_inline().unwrap_or_default());

/// The licences to compare with, sorted.
static KNOWN: LazyLock<Vec<(&'static str, &'static TextData)>> = LazyLock::new(|| {
    let mut known: Vec<_> = STORE.iter().filter_map(|(name, entry)| Some((canonical(name)?, &entry.original))).collect();
    known.sort_unstable_by_key(|(name, _)| *name);
    known
});

/// The identifier to say for a name of the store; `None` for a licence that is not compared.
fn canonical(name: &str) -> Option<&'static str> {
    let stem = name.strip_suffix("-or-later").or(name.strip_suffix('+'));
    let id = stem.map_or_else(|| spdx::license_id(name), |stem| spdx::license_id(&format!("{stem}-only")))?;
    (!id.is_deprecated() && (id.is_osi_approved() || id.is_fsf_free_libre())).then_some(id.name)
}

/// The licence that `text` is; `None` if that is not sure.
pub(super) fn recognise(text: &str) -> Option<&'static str> {
    let shortened = text.contains("Apache License") && !text.contains("APPENDIX");
    let text = if shortened { TextData::from(format!("{text}{APACHE_APPENDIX}")) } else { TextData::new(text) };
    let (score, name, known) = best(&text)?;
    if score < LEAST {
        return None;
    }
    // A short licence behind a long one hardly changes the likeness: what the long one leaves must be none.
    let rest = text.optimize_bounds(known).0.white_out();
    best(&rest).is_none_or(|(score, ..)| score < ANOTHER).then_some(name)
}

/// The licence that a text is most like.
fn best(text: &TextData) -> Option<(f32, &'static str, &'static TextData)> {
    let scored = KNOWN.iter().map(|(name, known)| (known.match_score(text), *name, *known));
    scored.max_by(|one, two| one.0.total_cmp(&two.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_texts_are_told_and_others_are_not() {
        let here = env!("CARGO_MANIFEST_DIR");
        for (file, expected) in [("LICENSE-MIT", Some("MIT")), ("LICENSE-APACHE", Some("Apache-2.0")), ("README.md", None)] {
            let text = std::fs::read_to_string(format!("{here}/{file}")).expect("a file of this repository");
            assert_eq!(recognise(&text), expected, "{file}");
        }
        let mit = std::fs::read_to_string(format!("{here}/LICENSE-MIT")).expect("the licence");
        let apache = std::fs::read_to_string(format!("{here}/LICENSE-APACHE")).expect("the licence");
        assert_eq!(recognise(&format!("{apache}\n\n{mit}")), None);
        assert_eq!(recognise(""), None);
        assert_eq!(recognise("MIT"), None);
    }

    #[test]
    fn editions_of_the_gpl_are_named_by_what_the_text_grants() {
        assert_eq!(canonical("GPL-2.0+"), Some("GPL-2.0-only"));
        assert_eq!(canonical("LGPL-2.1-or-later"), Some("LGPL-2.1-only"));
        assert_eq!(canonical("Pixar"), None);
    }

    /// The texts that Debian itself keeps once for all its packages.
    #[test]
    fn the_licences_of_debian_are_told_apart() {
        for (file, expected) in [
            ("Apache-2.0", Some("Apache-2.0")),
            ("BSD", Some("BSD-3-Clause")),
            ("CC0-1.0", Some("CC0-1.0")),
            ("GPL-2", Some("GPL-2.0-only")),
            ("GPL-3", Some("GPL-3.0-only")),
            ("LGPL-2.1", Some("LGPL-2.1-only")),
            ("MPL-2.0", Some("MPL-2.0")),
        ] {
            let Ok(text) = std::fs::read_to_string(format!("/usr/share/common-licenses/{file}")) else { continue };
            assert_eq!(recognise(&text), expected, "{file}");
            // As many projects have it: without the note on how to apply it.
            if file == "Apache-2.0" {
                let shorter = text.split("END OF TERMS").next().unwrap_or_default();
                assert_eq!(recognise(shorter), expected);
            }
        }
    }
}
