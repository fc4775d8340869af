//! What a package states of its licence, as bills of materials want it: an identifier, an expression, or a text that is neither.

/// A stated licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum License<'a> {
    /// One identifier of the SPDX licence list.
    Id(&'a str),
    /// A valid SPDX expression of identifiers.
    Expression(&'a str),
    /// Anything else, word by word.
    Text(&'a str),
}

impl<'a> License<'a> {
    /// The licence that a package states; `None` where it states that it states none.
    pub(super) fn of(stated: &'a str) -> Option<Self> {
        let text = stated.trim();
        if ["", "NOASSERTION", "NONE"].contains(&text) {
            return None;
        }
        if spdx::license_id(text).is_some_and(|id| id.name == text) {
            return Some(Self::Id(text));
        }
        // A reference means what the document that it comes from defines, and nothing in ours.
        let refers = text.contains("LicenseRef-") || text.contains("DocumentRef-") || text.contains("NOASSERTION");
        Some(if !refers && spdx::Expression::parse(text).is_ok() { Self::Expression(text) } else { Self::Text(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_valid_expression_of_the_list_is_called_one() {
        for (text, expected) in [
            ("MIT", Some(License::Id("MIT"))),
            ("MIT OR Apache-2.0", Some(License::Expression("MIT OR Apache-2.0"))),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Some(License::Expression("GPL-2.0-only WITH Classpath-exception-2.0"))),
            ("see LICENSE.txt", Some(License::Text("see LICENSE.txt"))),
            ("LicenseRef-acme", Some(License::Text("LicenseRef-acme"))),
            ("NOASSERTION", None),
            (" ", None),
        ] {
            assert_eq!(License::of(text), expected, "{text}");
        }
    }
}
