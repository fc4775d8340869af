//! References to Conan packages (<https://docs.conan.io/2/reference/conanfile/methods/requirements.html>):
//! `name/version@user/channel#revision%timestamp`, of which only name and version must be there.

use crate::model::Purl;

/// The package that a reference names; `None` if it is no reference. A range (`[>=1.2 <2]`) is no version.
pub(super) fn purl(reference: &str) -> Option<Purl> {
    let text = reference.trim();
    // A range may hold any sign, so it is taken out first.
    let (name, rest) = text.split_once('/')?;
    let (version, rest) = if let Some(range) = rest.strip_prefix('[') {
        ("", range.split_once(']')?.1)
    } else {
        rest.split_at_checked(rest.find(['@', '#', ':', '%']).unwrap_or(rest.len()))?
    };
    let owner = rest.strip_prefix('@').map(|rest| rest.split(['#', ':', '%']).next().unwrap_or(rest));
    let (user, channel) = owner.and_then(|owner| owner.split_once('/')).unwrap_or((owner.unwrap_or_default(), ""));
    let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "_.+-".contains(c));
    if name.is_empty() || ![name, version, user, channel].into_iter().all(is_word) || (version.is_empty() && !text.contains('['))
    {
        return None;
    }
    // `_/_` is how Conan writes that there is no user and no channel.
    let known = |word: &'_ str| if word == "_" { String::new() } else { word.to_owned() };
    let purl = Purl::new("conan", name).with_version(version);
    Some(purl.with_qualifier("user", &known(user)).with_qualifier("channel", &known(channel)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_a_name_and_a_version_and_more() {
        for (reference, expected) in [
            ("zlib/1.2.13", Some("pkg:conan/zlib@1.2.13")),
            ("zlib/1.2.13#97d5730b529b4224045fe7090592d4c1%1692672717.68", Some("pkg:conan/zlib@1.2.13")),
            ("zlib/1.2.13#0%1:abc#def", Some("pkg:conan/zlib@1.2.13")),
            ("boost/1.80@acme/stable#00", Some("pkg:conan/boost@1.80?channel=stable&user=acme")),
            ("boost/1.80@acme", Some("pkg:conan/boost@1.80?user=acme")),
            ("boost/1.80@_/_", Some("pkg:conan/boost@1.80")),
            ("boost/1.80@", Some("pkg:conan/boost@1.80")),
            ("fmt/[>=8 <10, include_prerelease]", Some("pkg:conan/fmt")),
            ("fmt/[~9.1]@acme/stable", Some("pkg:conan/fmt?channel=stable&user=acme")),
            ("zlib", None),
            ("zlib/", None),
            ("/1.0", None),
            ("zlib/[>1", None),
            ("a b/1.0", None),
            ("{name}/1.0", None),
            ("", None),
        ] {
            assert_eq!(purl(reference).map(|purl| purl.to_string()).as_deref(), expected, "{reference}");
        }
    }
}
