//! From a licence as Debian's machine-readable copyright files name it to an SPDX expression
//! (<https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-specification>). A name that SPDX does not have
//! becomes a `LicenseRef-`, so that nothing is lost and nothing made equal that is not.

use std::fmt::Write as _;

/// Names of Debian that SPDX writes otherwise, in lower case; sorted.
const NAMES: [(&str, &str); 27] = [
    ("3c-bsd", "BSD-3-Clause"),
    ("apache-2", "Apache-2.0"),
    ("artistic", "Artistic-1.0"),
    ("artistic-1", "Artistic-1.0"),
    ("artistic-2", "Artistic-2.0"),
    ("boost-1.0", "BSL-1.0"),
    ("boost-software-license-1.0", "BSL-1.0"),
    ("bsd (2 clause)", "BSD-2-Clause"),
    ("bsd (3 clause)", "BSD-3-Clause"),
    ("bsd-1-clause", "BSD-1-Clause"),
    ("bsd-2", "BSD-2-Clause"),
    ("bsd-2-clause-netbsd", "BSD-2-Clause"),
    ("bsd-3", "BSD-3-Clause"),
    ("bsd-3-clauses", "BSD-3-Clause"),
    ("cc0", "CC0-1.0"),
    ("cc0-1", "CC0-1.0"),
    ("eclipse-public-license-v1.0", "EPL-1.0"),
    ("edl-1.0", "BSD-3-Clause"),
    ("expat", "MIT"),
    ("openldap-2.8", "OLDAP-2.8"),
    ("psf-2", "PSF-2.0"),
    ("python-2.0", "Python-2.0"),
    ("qpl-1", "QPL-1.0"),
    ("sil-1.1", "OFL-1.1"),
    ("unicode", "Unicode-DFS-2016"),
    ("w3c-software", "W3C"),
    ("zope-2.1", "ZPL-2.1"),
];

/// Exceptions, in lower case and without the word itself, for version 2 of a licence and for version 3.
const EXCEPTIONS: [(&str, &str, &str); 10] = [
    ("autoconf", "Autoconf-exception-2.0", "Autoconf-exception-3.0"),
    ("autoconf-data", "Autoconf-exception-2.0", "Autoconf-exception-3.0"),
    ("bison", "Bison-exception-2.2", "Bison-exception-2.2"),
    ("bison-2.2", "Bison-exception-2.2", "Bison-exception-2.2"),
    ("classpath", "Classpath-exception-2.0", "Classpath-exception-2.0"),
    ("font", "Font-exception-2.0", "Font-exception-2.0"),
    ("gcc", "GCC-exception-2.0", "GCC-exception-3.1"),
    ("libtool", "Libtool-exception", "Libtool-exception"),
    ("linux-syscall-note", "Linux-syscall-note", "Linux-syscall-note"),
    ("llvm", "LLVM-exception", "LLVM-exception"),
];

/// A licence, all of several, or a choice; a choice holds no choice, and what must all hold no such thing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expression {
    One(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

/// What must all be kept of the licences that `text` names; none if it names none. Each is SPDX's, with brackets where it needs
/// them beside others.
pub(super) fn conjuncts(text: &str) -> Vec<String> {
    match parse(text) {
        Some(Expression::All(parts)) => parts.iter().map(rendered).collect(),
        Some(other) => vec![rendered(&other)],
        None => reference(text).into_iter().collect(),
    }
}

/// A comma before `and` or `or` makes it bind less than one without.
fn parse(text: &str) -> Option<Expression> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    let mut joint = None;
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_end_matches(',');
        parts.last_mut()?.push(bare);
        if bare.len() < word.len() {
            // A comma elsewhere, or two kinds of them, is nothing that the format knows.
            let operator = words.next().and_then(operator)?;
            if joint.is_some_and(|joint| joint != operator) {
                return None;
            }
            joint = Some(operator);
            parts.push(Vec::new());
        }
    }
    let parts = parts.iter().map(|part| choice(part)).collect::<Option<Vec<_>>>()?;
    Some(if joint == Some(Operator::Or) { any(parts) } else { all(parts) })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
}

fn operator(word: &str) -> Option<Operator> {
    match word.to_ascii_lowercase().as_str() {
        "and" => Some(Operator::And),
        "or" => Some(Operator::Or),
        _ => None,
    }
}

/// `and` binds more than `or`.
fn choice(words: &[&str]) -> Option<Expression> {
    let alternatives = words.split(|word| operator(word) == Some(Operator::Or)).map(|words| {
        let parts = words.split(|word| operator(word) == Some(Operator::And)).map(|words| one(&words.join(" ")));
        parts.collect::<Option<Vec<_>>>().map(all)
    });
    alternatives.collect::<Option<Vec<_>>>().map(any)
}

fn all(parts: Vec<Expression>) -> Expression {
    joined(parts, Expression::All, |part| match part {
        Expression::All(inner) => inner,
        other => vec![other],
    })
}

fn any(parts: Vec<Expression>) -> Expression {
    joined(parts, Expression::Any, |part| match part {
        Expression::Any(inner) => inner,
        other => vec![other],
    })
}

/// One list of what `parts` are, each once.
fn joined(
    parts: Vec<Expression>,
    join: fn(Vec<Expression>) -> Expression,
    open: fn(Expression) -> Vec<Expression>,
) -> Expression {
    let mut list: Vec<Expression> = Vec::new();
    for part in parts.into_iter().flat_map(open) {
        if !list.contains(&part) {
            list.push(part);
        }
    }
    if list.len() == 1 { list.swap_remove(0) } else { join(list) }
}

fn rendered(expression: &Expression) -> String {
    let list = |parts: &[Expression], word: &str| parts.iter().map(rendered).collect::<Vec<_>>().join(word);
    match expression {
        Expression::One(name) => name.clone(),
        Expression::All(parts) => format!("({})", list(parts, " AND ")),
        Expression::Any(parts) => format!("({})", list(parts, " OR ")),
    }
}

/// A single licence, with or without an exception.
fn one(text: &str) -> Option<Expression> {
    let lower = text.to_ascii_lowercase();
    if lower == "perl" {
        return Some(any(vec![one("Artistic")?, one("GPL-1+")?]));
    }
    let name = match lower.split_once(" with ") {
        None => spdx_name(&lower),
        Some((license, exception)) => {
            let exception = exception.trim_end_matches("exception").trim_end();
            let known = EXCEPTIONS.iter().find(|(name, ..)| *name == exception);
            spdx_name(license).zip(known).map(|(license, (_, second, third))| {
                let exception = if license.contains('3') { third } else { second };
                format!("{license} WITH {exception}")
            })
        }
    };
    name.or_else(|| reference(text)).map(Expression::One)
}

/// SPDX's name of a licence whose name is given in lower case.
fn spdx_name(lower: &str) -> Option<String> {
    if let Some((_, name)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Some((*name).to_owned());
    }
    gnu_name(lower).or_else(|| listed(lower))
}

/// SPDX's spelling of one of its own names, unless it has withdrawn it.
fn listed(name: &str) -> Option<String> {
    let found = spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(name))?;
    spdx::license_id(found.name).filter(|id| !id.is_deprecated()).map(|id| id.name.to_owned())
}

/// `lgpl-2.1+` → `LGPL-2.1-or-later`, `gfdl-niv-1.3` → `GFDL-1.3-no-invariants-only`.
fn gnu_name(lower: &str) -> Option<String> {
    let (family, version) = lower.rsplit_once('-')?;
    let (family, middle) = match family {
        "gpl" | "lgpl" | "agpl" | "gfdl" => (family, ""),
        "gfdl-niv" => ("gfdl", "-no-invariants"),
        _ => return None,
    };
    let (version, end) = version.strip_suffix('+').map_or((version, "only"), |version| (version, "or-later"));
    let minor = if version.contains('.') { "" } else { ".0" };
    listed(&format!("{family}-{version}{minor}{middle}-{end}"))
}

/// A name of the document's own, of the letters that SPDX allows in one.
fn reference(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').map(|word| word.trim_matches('-'));
    let words = words.filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    // A name that only a `+` tells apart must stay apart.
    let mut reference = format!("LicenseRef-{name}");
    if text.trim_end().ends_with('+') {
        let _ = write!(reference, "-or-later");
    }
    (!name.is_empty() && name.len() <= 100).then_some(reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_operators_and_exceptions_are_those_of_spdx() {
        for (debian, expected) in [
            ("Expat", "MIT"),
            ("GPL-2+", "GPL-2.0-or-later"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("lgpl-2.1+", "LGPL-2.1-or-later"),
            ("AGPL-3", "AGPL-3.0-only"),
            ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
            ("BSD-3-clause", "BSD-3-Clause"),
            ("zlib", "Zlib"),
            ("GPL-1+ or Artistic", "(GPL-1.0-or-later OR Artistic-1.0)"),
            ("Perl", "(Artistic-1.0 OR GPL-1.0-or-later)"),
            ("BSL-1.0 and MIT", "BSL-1.0 + MIT"),
            ("GPL-2 or MIT and Zlib", "(GPL-2.0-only OR (MIT AND Zlib))"),
            ("GPL-2+ or AFL-2.1, and Expat", "(GPL-2.0-or-later OR AFL-2.1) + MIT"),
            ("Expat, or GPL-2 and Zlib", "(MIT OR (GPL-2.0-only AND Zlib))"),
            ("Expat and MIT", "MIT"),
            ("GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"),
            ("GPL-2+ with Autoconf exception", "GPL-2.0-or-later WITH Autoconf-exception-2.0"),
            ("Apache-2.0 with LLVM exception", "Apache-2.0 WITH LLVM-exception"),
            ("GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2-with-OpenSSL-exception"),
            ("public-domain", "LicenseRef-public-domain"),
            ("BSD-2-clause-NetBSD", "BSD-2-Clause"),
            ("wxWindows", "LicenseRef-wxWindows"),
            ("GPL", "LicenseRef-GPL"),
            ("OPL-1+", "LicenseRef-OPL-1-or-later"),
            ("Expat, Zlib", "LicenseRef-Expat-Zlib"),
            ("Expat, or Zlib, and ISC", "LicenseRef-Expat-or-Zlib-and-ISC"),
            ("and", "LicenseRef-and"),
            ("", ""),
        ] {
            let found = conjuncts(debian);
            assert_eq!(found.join(" + "), expected, "{debian}");
            for part in found {
                assert!(spdx::Expression::parse(&part).is_ok(), "{part}");
            }
        }
    }

    #[test]
    fn the_table_of_names_is_sorted_and_of_spdx() {
        assert!(NAMES.is_sorted_by(|left, right| left.0 < right.0));
        for (_, name) in NAMES {
            assert_eq!(listed(name).as_deref(), Some(name));
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_parts_of_an_expression(text in "[A-Za-z0-9+., /()-]{0,40}") {
            for part in conjuncts(&text) {
                prop_assert!(spdx::Expression::parse(&part).is_ok(), "{}", part);
            }
        }
    }
}
