//! `[[example]]` tables: what a product file says it recognises, and what it must not. A package, a path and a process are
//! looked up here, as a scan does; bytes are for the engine that searches files.

use toml::Spanned;

use super::faults::{Faults, SourceFile};
use super::index::{Index, stated_version};
use super::parse::parse;
use super::pattern::{literal_bytes, version_regex};
use super::raw::{RawExample, RawProduct, Text};
use super::types::Data;
use crate::model::{Purl, Role, UnknownWord, upstream_version};
use crate::problem::Code;

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Line of its table, from 1.
    pub line: usize,
    /// What is looked at.
    pub subject: Subject,
    /// The part that it must play for the product; `None`: it must not be taken for the product.
    pub expect: Option<Role>,
    /// The version that must be read.
    pub version: Option<String>,
    /// The release cycle that the version must belong to.
    pub cycle: Option<String>,
}

/// What an example looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A package.
    Package(Purl),
    /// A file that no package owns.
    Bytes {
        /// Its base name.
        file: String,
        /// Whether it is a script; otherwise it is a program or library.
        script: bool,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// A path below the root of a system.
    Path(String),
    /// The base name of a live process.
    Process(String),
}

/// What something was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The product.
    pub product: String,
    /// The part it plays.
    pub role: Role,
    /// The version read from it.
    pub version: Option<String>,
}

/// Why an example fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The key that is not met.
    pub(crate) key: &'static str,
    /// What came instead.
    pub text: String,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Package(purl) => write!(f, "{purl}"),
            Self::Bytes { file, script, bytes } => {
                write!(f, "{} `{file}` of {} bytes", if *script { "script" } else { "program" }, bytes.len())
            }
            Self::Path(path) => write!(f, "path {path}"),
            Self::Process(name) => write!(f, "process {name}"),
        }
    }
}

impl Example {
    /// Whether `answers` are what a file of `product` expects here; `cycle_of` names the cycle of a version.
    ///
    /// # Errors
    /// What came instead.
    pub fn judge(&self, product: &str, answers: &[Answer], cycle_of: impl Fn(&str) -> Option<String>) -> Result<(), Wrong> {
        let own = answers.iter().find(|answer| answer.product == product);
        if own.map(|answer| answer.role) != self.expect {
            let got = answers.first().map_or_else(|| "nothing".to_owned(), |one| format!("{} as {}", one.product, one.role));
            let expect = self.expect.map_or("none", Role::word);
            return Err(Wrong { key: "expect", text: format!("{} gives {got}, the example expects {expect}", self.subject) });
        }
        let read = own.and_then(|answer| answer.version.as_deref());
        let cycle = read.and_then(cycle_of);
        for (key, wanted, got) in [("version", &self.version, read), ("cycle", &self.cycle, cycle.as_deref())] {
            if let Some(wanted) = wanted.as_deref().filter(|wanted| got != Some(*wanted)) {
                let got = got.map_or_else(|| format!("no {key}"), |got| format!("{key} {got}"));
                return Err(Wrong { key, text: format!("{} gives {got}, the example expects {wanted}", self.subject) });
            }
        }
        Ok(())
    }
}

/// What the look-ups of a scan make of a subject; `None` for bytes.
pub(crate) fn answers(subject: &Subject, data: &Data, index: &Index) -> Option<Vec<Answer>> {
    match subject {
        Subject::Bytes { .. } => None,
        Subject::Package(purl) => {
            let version = stated_version(purl).map(|version| upstream_version(purl.kind(), version));
            let found = index.find(data, purl);
            Some(found.map(|hit| Answer { product: hit.product.id.clone(), role: hit.role, version }).into_iter().collect())
        }
        Subject::Process(name) => {
            let found = index.processes(data, name);
            let answer = found.map(|hit| Answer { product: hit.product.id.clone(), role: hit.role, version: None });
            Some(answer.into_iter().collect())
        }
        Subject::Path(path) => Some(set_up(path, data)),
    }
}

/// The products that a path shows to be set up.
fn set_up(path: &str, data: &Data) -> Vec<Answer> {
    let shown = format!("/{path}");
    let signatures = data.products.iter().flat_map(|product| product.configs.iter().map(move |config| (product, config)));
    let matching = signatures.filter(|(_, config)| config.path.matches(path));
    matching
        .map(|(product, config)| {
            let regex = config.version.as_deref().and_then(|text| version_regex(text).ok());
            let group = regex.as_ref().and_then(|regex| regex.captures(shown.as_bytes())?.get(1));
            let version = group.map(|group| String::from_utf8_lossy(group.as_bytes()).into_owned());
            Answer { product: product.id.clone(), role: config.role, version }
        })
        .collect()
}

/// The cycle of a version: its row's, else as the product's `cycle-from` says.
pub(crate) fn cycle_of(product: &str, version: &str, data: &Data, index: &Index) -> Option<String> {
    match index.table(data, product).and_then(|table| table.cycle_of(version)) {
        Some(row) => Some(row.name.clone()),
        None => index.product(data, product)?.cycle_from?.name(version),
    }
}

/// The examples of a product file; those that are faulty are left out.
#[must_use]
pub fn examples(file: &SourceFile) -> Vec<Example> {
    let mut faults = Faults::of(file);
    let raw: Option<RawProduct> = parse(&mut faults);
    raw.as_ref().map_or_else(Vec::new, |raw| read(raw, &mut faults).into_iter().map(|(example, _)| example).collect())
}

/// The examples of a product file, each with its raw table; faults go to `faults`.
pub(crate) fn read<'r>(raw: &'r RawProduct, faults: &mut Faults<'_>) -> Vec<(Example, &'r RawExample)> {
    let tables = raw.example.iter();
    tables
        .filter_map(|table| {
            let own = table.get_ref();
            let subject = subject(table, faults)?;
            let Some(word) = &own.expect else {
                faults.at(Code::MissingKey, table.span(), "an example needs `expect`, a role or none");
                return None;
            };
            let expect = expectation(word.get_ref());
            let expect = expect.map_err(|error| faults.at(Code::BadValue, word.span(), format!("{error}, none"))).ok()?;
            let line = faults.file().line(table.span().start);
            let (version, cycle) = (faults.maybe_text(own.version.as_ref()), faults.maybe_text(own.cycle.as_ref()));
            Some((Example { line, subject, expect, version, cycle }, own))
        })
        .collect()
}

/// A role, or the absence of one.
fn expectation(word: &str) -> Result<Option<Role>, UnknownWord> {
    if word == "none" { Ok(None) } else { word.parse().map(Some) }
}

/// What an example looks at.
fn subject(table: &Spanned<RawExample>, faults: &mut Faults<'_>) -> Option<Subject> {
    let raw = table.get_ref();
    for (key, value) in [("text", &raw.text), ("hex", &raw.hex), ("in", &raw.r#in)] {
        if let (Some(value), None) = (value, &raw.file) {
            faults.at(Code::BadValue, value.span(), format!("`{key}` stands without `file`; name the file that holds it"));
            return None;
        }
    }
    let given = [&raw.purl, &raw.file, &raw.path, &raw.process];
    if let Some(second) = given.into_iter().flatten().nth(1) {
        let says = "an example is about one thing; write a second [[example]] for this one";
        faults.at(Code::BadValue, second.span(), says);
        return None;
    }
    if let Some(purl) = &raw.purl {
        let parsed = purl.get_ref().parse().map_err(|error| faults.at(Code::BadValue, purl.span(), format!("{error}")));
        return Some(Subject::Package(parsed.ok()?));
    }
    if let Some(path) = &raw.path {
        return Some(Subject::Path(faults.text(path)?));
    }
    if let Some(name) = &raw.process {
        return Some(Subject::Process(faults.text(name)?));
    }
    let Some(file) = &raw.file else {
        faults.at(Code::MissingKey, table.span(), "an example needs one of `purl`, `file`, `path` and `process`");
        return None;
    };
    let script = match raw.r#in.as_ref().map(|word| (word, word.get_ref().as_str())) {
        None | Some((_, "elf")) => false,
        Some((_, "script")) => true,
        Some((word, other)) => {
            faults.at(Code::BadValue, word.span(), format!("unknown in `{other}`; known: elf, script"));
            return None;
        }
    };
    Some(Subject::Bytes { file: faults.text(file)?, script, bytes: bytes(raw, file, faults)? })
}

fn bytes(raw: &RawExample, file: &Text, faults: &mut Faults<'_>) -> Option<Vec<u8>> {
    match (&raw.text, &raw.hex) {
        (Some(text), None) => literal_bytes(text.get_ref()).map_err(|why| faults.at(Code::BadValue, text.span(), why)).ok(),
        (None, Some(hex)) => {
            let bytes = from_hex(hex.get_ref());
            if bytes.is_none() {
                faults.at(Code::BadValue, hex.span(), "the text is no row of pairs of hexadecimal digits such as 7f 45 4c 46");
            }
            bytes
        }
        _ => {
            faults.at(Code::MissingKey, file.span(), "a file needs what it holds: either `text` or `hex`");
            None
        }
    }
}

/// Pairs of digits, with or without blanks between them.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?);
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_digits_are_bytes_and_nothing_else_is() {
        assert_eq!(from_hex("7f 45\n4C46").as_deref(), Some(b"\x7fELF".as_slice()));
        for wrong in ["7", "7f 4", "0x7f", "zz"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_example_tells_role_version_and_cycle_apart() {
        let example = |expect: Option<Role>, version: Option<&str>, cycle: Option<&str>| Example {
            line: 1,
            subject: Subject::Process("acmed".to_owned()),
            expect,
            version: version.map(str::to_owned),
            cycle: cycle.map(str::to_owned),
        };
        let answer = [Answer { product: "acme-db".to_owned(), role: Role::Server, version: Some("8.1".to_owned()) }];
        let judge = |example: Example| {
            let major = |version: &str| version.split('.').next().map(str::to_owned);
            example.judge("acme-db", &answer, major).err().map(|wrong| (wrong.key, wrong.text))
        };
        assert_eq!(judge(example(Some(Role::Server), Some("8.1"), Some("8"))), None);
        let text = |text: &str| text.to_owned();
        let none = "process acmed gives acme-db as server, the example expects none";
        assert_eq!(judge(example(None, None, None)), Some(("expect", text(none))));
        let version = "process acmed gives version 8.1, the example expects 8.2";
        assert_eq!(judge(example(Some(Role::Server), Some("8.2"), None)), Some(("version", text(version))));
        let cycle = "process acmed gives cycle 8, the example expects 9";
        assert_eq!(judge(example(Some(Role::Server), None, Some("9"))), Some(("cycle", text(cycle))));
    }
}
