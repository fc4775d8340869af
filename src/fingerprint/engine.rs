//! Which signatures of the catalog match a file.
//!
//! A base name decides first which signatures are asked at all; those that name no file are asked of every file, with one
//! automaton that is built when the first executable is met. A file that no signature could match is not read.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::literals::{Hit, Literals};
use super::names::Names;
use super::sighting::{MOST_REQUIRED, Sighting};
use crate::catalog::{BinarySignature, Catalog, FileClass, version_regex};
use crate::model::Role;
use crate::source::ReadSeek;

/// A longer version is no version.
const LONGEST_VERSION: usize = 64;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A program or a shared library.
    Elf,
    /// A text that begins with `#!`.
    Script,
}

impl Content {
    fn is(self, class: FileClass) -> bool {
        match class {
            FileClass::Any => true,
            FileClass::Elf => self == Self::Elf,
            FileClass::Script => self == Self::Script,
        }
    }
}

/// A file to examine.
pub struct Subject<'s> {
    /// Its base name; a name that is not UTF-8 is asked for as empty.
    pub name: &'s str,
    /// What it holds.
    pub content: Content,
    /// The parts of it to search, in bytes from its start.
    pub ranges: &'s [Range<u64>],
    /// The text of a file beside it, by its path relative to the file's folder.
    pub neighbour: &'s dyn Fn(&str) -> Option<String>,
}

/// A product that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'c> {
    /// Its id.
    pub product: &'c str,
    /// The part that the file plays.
    pub role: Role,
    /// Its version; `None` if the signature that matched cannot tell.
    pub version: Option<String>,
    /// Which signature matched: its place in the list that the engine was made of.
    pub signature: usize,
}

/// Every byte signature of a catalog, ready to be asked. Shared by all threads.
pub struct Engine<'c> {
    rules: Vec<Rule<'c>>,
    names: Names<'c>,
    /// Searches for what every file is asked for; built by the first.
    every: OnceLock<Search>,
}

struct Rule<'c> {
    product: &'c str,
    signature: &'c BinarySignature,
    version: Expression<'c>,
    file_version: Expression<'c>,
    neighbour: Expression<'c>,
}

/// An expression that is compiled when it is first needed: most are never.
struct Expression<'c> {
    text: Option<&'c str>,
    regex: OnceLock<Option<Regex>>,
}

/// Literals of some rules, searched for together.
struct Search {
    literals: Literals,
    /// What each literal is: a rule, and the number of the required literal or `None` for the anchor.
    meanings: Vec<(usize, Option<usize>)>,
}

impl<'c> Engine<'c> {
    /// An engine for everything that a catalog knows of bytes.
    #[must_use]
    pub fn of(catalog: &'c Catalog) -> Self {
        let products = catalog.products().iter();
        Self::new(products.flat_map(|product| product.binaries.iter().map(|binary| (product.id.as_str(), binary))))
    }

    /// An engine for pairs of product id and signature.
    #[must_use]
    pub fn new(signatures: impl IntoIterator<Item = (&'c str, &'c BinarySignature)>) -> Self {
        let mut engine = Self { rules: Vec::new(), names: Names::default(), every: OnceLock::new() };
        for (index, (product, signature)) in signatures.into_iter().enumerate() {
            engine.names.add(index, &signature.files);
            engine.rules.push(Rule {
                product,
                signature,
                version: Expression::new(signature.version.as_deref()),
                file_version: Expression::new(signature.file_version.as_deref()),
                neighbour: Expression::new(signature.neighbour.as_ref().map(|neighbour| neighbour.version.as_str())),
            });
        }
        engine
    }

    /// Whether a signature names files like this one.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        !self.names.wanting(name).is_empty()
    }

    /// The products that have a program of this name, each with the role of its first signature.
    #[must_use]
    pub fn programs(&self, name: &str) -> Vec<(&'c str, Role)> {
        let named = self.names.wanting(name).into_iter().filter_map(|index| self.rules.get(index));
        let mut found: Vec<(&'c str, Role)> = Vec::new();
        for rule in named.filter(|rule| rule.signature.role != Role::Library) {
            if !found.iter().any(|(product, _)| *product == rule.product) {
                found.push((rule.product, rule.signature.role));
            }
        }
        found
    }

    /// The products whose signatures match the file, one entry each, ordered by id. Reads only if one could match.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn examine(&self, subject: &Subject<'_>, reader: &mut dyn ReadSeek) -> io::Result<Vec<Match<'c>>> {
        let named = self.names.wanting(subject.name);
        let mut sightings = BTreeMap::new();
        let every = self.every.get_or_init(|| self.search(self.names.every()));
        self.look(every, subject, reader, &mut sightings)?;
        if !named.is_empty() {
            self.look(&self.search(&named), subject, reader, &mut sightings)?;
        }
        Ok(self.conclude(subject, sightings))
    }

    fn search(&self, rules: &[usize]) -> Search {
        let mut literals: Vec<&[u8]> = Vec::new();
        let mut meanings = Vec::new();
        for (index, rule) in rules.iter().filter_map(|index| Some((*index, self.rules.get(*index)?))) {
            literals.push(&rule.signature.anchor);
            meanings.push((index, None));
            for (number, literal) in rule.signature.require.iter().take(MOST_REQUIRED).enumerate() {
                literals.push(literal);
                meanings.push((index, Some(number)));
            }
        }
        Search { literals: Literals::new(&literals), meanings }
    }

    fn look(
        &self,
        search: &Search,
        subject: &Subject<'_>,
        reader: &mut dyn ReadSeek,
        sightings: &mut BTreeMap<usize, Sighting>,
    ) -> io::Result<()> {
        let asked = |index: &usize| self.rules.get(*index).filter(|rule| subject.content.is(rule.signature.class));
        search.literals.search(reader, subject.ranges, &mut |hit| {
            let Some((index, part)) = search.meanings.get(hit.literal) else { return };
            let Some(rule) = asked(index) else { return };
            let sighting = sightings.entry(*index).or_default();
            match part {
                Some(number) => sighting.require(*number),
                None if sighting.has_version() => {}
                None => sighting.anchor(hit.offset, rule.version.near(hit)),
            }
        })
    }

    /// One match a product: the most precise version, then the first in the file, then the first signature.
    fn conclude(&self, subject: &Subject<'_>, sightings: BTreeMap<usize, Sighting>) -> Vec<Match<'c>> {
        let mut best: BTreeMap<&str, ((Reverse<usize>, u64), Match<'c>)> = BTreeMap::new();
        for (index, sighting) in sightings {
            let Some(rule) = self.rules.get(index) else { continue };
            let Some((place, near)) = sighting.complete(rule.signature.require.len()) else { continue };
            let version = rule.version_of(near, subject);
            if version.is_none() && rule.expects_version() {
                continue;
            }
            let rank = (Reverse(precision(version.as_deref())), place);
            let found = Match { product: rule.product, role: rule.signature.role, version, signature: index };
            match best.get(rule.product) {
                Some((held, _)) if *held <= rank => {}
                _ => {
                    best.insert(rule.product, (rank, found));
                }
            }
        }
        best.into_values().map(|(_, found)| found).collect()
    }
}

impl Rule<'_> {
    /// Whether the rule says where a version stands. If it is not there, the bytes are not what the rule means.
    fn expects_version(&self) -> bool {
        [&self.version, &self.file_version, &self.neighbour].into_iter().any(|source| source.text.is_some())
    }

    /// The version: near the anchor, else in the base name, else in the file beside it.
    fn version_of(&self, near: Option<String>, subject: &Subject<'_>) -> Option<String> {
        let beside = || {
            let path = &self.signature.neighbour.as_ref()?.file;
            self.neighbour.first((subject.neighbour)(path)?.as_bytes())
        };
        near.or_else(|| self.file_version.first(subject.name.as_bytes())).or_else(beside)
    }
}

impl<'c> Expression<'c> {
    fn new(text: Option<&'c str>) -> Self {
        Self { text, regex: OnceLock::new() }
    }

    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| version_regex(self.text?).ok()).as_ref()
    }

    /// The version in the match that touches the literal, else in the first match of the window.
    fn near(&self, hit: &Hit<'_>) -> Option<String> {
        let regex = self.regex()?;
        let touches = |range: Range<usize>| range.start <= hit.place.end && hit.place.start <= range.end;
        let found = regex
            .captures_iter(hit.window)
            .find(|captures| captures.get(0).is_some_and(|whole| touches(whole.range())))
            .or_else(|| regex.captures(hit.window))?;
        version(found.get(1)?.as_bytes())
    }

    fn first(&self, text: &[u8]) -> Option<String> {
        version(self.regex()?.captures(text)?.get(1)?.as_bytes())
    }
}

/// How many numbers of a version are known, up to the third: nothing, a cycle, a release.
fn precision(version: Option<&str>) -> usize {
    version.map_or(0, |version| 1 + version.matches('.').count().min(2))
}

fn version(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    (!text.is_empty() && text.len() <= LONGEST_VERSION && !text.contains(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Neighbour;
    use std::io::{Cursor, Read, Seek, SeekFrom};

    fn signature(files: &[&str], anchor: &str, version: &str) -> BinarySignature {
        BinarySignature {
            role: Role::Server,
            files: files.iter().map(|file| file.parse().expect("a pattern")).collect(),
            class: FileClass::Elf,
            anchor: anchor.as_bytes().to_vec(),
            version: (!version.is_empty()).then(|| version.to_owned()),
            require: Vec::new(),
            neighbour: None,
            file_version: None,
        }
    }

    #[expect(clippy::single_range_in_vec_init, reason = "one range of forty bytes is meant")]
    const FORTY: [Range<u64>; 1] = [0..40];

    fn subject<'s>(name: &'s str, ranges: &'s [Range<u64>]) -> Subject<'s> {
        Subject { name, content: Content::Elf, ranges, neighbour: &|path| (path == "../VERSION").then(|| "9.8\n".to_owned()) }
    }

    /// `product version` of each match.
    fn found(signatures: &[(&str, BinarySignature)], name: &str, bytes: &str) -> Vec<String> {
        let engine = Engine::new(signatures.iter().map(|(product, signature)| (*product, signature)));
        let whole = 0..bytes.len() as u64;
        let matches =
            engine.examine(&subject(name, std::slice::from_ref(&whole)), &mut Cursor::new(bytes)).expect("memory can be read");
        matches.iter().map(|found| format!("{} {}", found.product, found.version.as_deref().unwrap_or("?"))).collect()
    }

    #[test]
    fn a_version_is_read_near_its_anchor() {
        let nginx = [("nginx", signature(&["nginx*"], "nginx version: nginx/", r"nginx version: nginx/(\d+\.\d+\.\d+)"))];
        assert_eq!(found(&nginx, "nginx", "…nginx version: nginx/1.22.1\0"), ["nginx 1.22.1"]);
        assert_eq!(found(&nginx, "nginx", "…nginx version: nginx/\0"), [""; 0], "an anchor without its version proves nothing");
        assert_eq!(found(&nginx, "curl", "…nginx version: nginx/1.22.1\0"), [""; 0], "another name");
    }

    #[test]
    fn the_match_that_touches_the_anchor_counts_before_others_in_the_window() {
        let sure = [("sure", signature(&[], "anchor ", r"(?:other|anchor) (\d\.\d)"))];
        assert_eq!(found(&sure, "x", "other 1.0\0anchor 2.0"), ["sure 2.0"]);
    }

    #[test]
    fn every_required_literal_must_occur_somewhere() {
        let mut one = signature(&[], "anchor", r"anchor(\d\.\d)");
        one.require = vec![b"left".to_vec(), b"right".to_vec()];
        let one = [("one", one)];
        let far = " ".repeat(5000);
        assert_eq!(found(&one, "x", &format!("left{far}anchor1.0{far}right")), ["one 1.0"]);
        assert_eq!(found(&one, "x", &format!("left{far}anchor1.0{far}left")), [""; 0]);
    }

    #[test]
    fn one_product_has_one_match_the_most_precise_then_the_first() {
        let rows = [
            ("two", signature(&[], "second", r"second(\d[\d.]*)")),
            ("two", signature(&[], "first.", r"first.(\d[\d.]*)")),
            ("one", signature(&["x"], "second", r"second(\d[\d.]*)")),
        ];
        assert_eq!(found(&rows, "x", "first.25 second25.2.3 first.26.1.1"), ["one 25.2.3", "two 25.2.3"]);
        assert_eq!(found(&rows, "x", "first.1.0.0 second2.0.0"), ["one 2.0.0", "two 1.0.0"]);
    }

    #[test]
    fn the_base_name_or_a_file_beside_tells_what_the_bytes_do_not() {
        let mut named = signature(&["libpython*.so*"], "Py_Main", r"\x00(\d+\.\d+\.\d+)\x00");
        named.file_version = Some(r"python(\d+\.\d+)".to_owned());
        let mut beside = signature(&["tool"], "Py_Main", "");
        beside.neighbour = Some(Neighbour { file: "../VERSION".to_owned(), version: r"^(\d+\.\d+)".to_owned() });
        let rows = [("python", named), ("tool", beside), ("tool", signature(&["bare"], "Py_Main", ""))];
        assert_eq!(found(&rows, "libpython3.11.so.1.0", "Py_Main\u{0}3.11.2\u{0}"), ["python 3.11.2"]);
        assert_eq!(found(&rows, "libpython3.11.so.1.0", "Py_Main"), ["python 3.11"]);
        assert_eq!(found(&rows, "tool", "Py_Main"), ["tool 9.8"]);
        assert_eq!(found(&rows, "bare", "Py_Main"), ["tool ?"]);
    }

    #[test]
    fn a_script_is_asked_for_scripts_only() {
        let mut script = signature(&[], "Tool release", r"Tool release (\d\.\d)");
        script.class = FileClass::Script;
        let engine = Engine::new([("tool", &script)]);
        let ask = |content| {
            let subject = Subject { content, ..subject("tool", &FORTY) };
            engine.examine(&subject, &mut Cursor::new("#!/bin/sh\n# Tool release 1.2\n")).expect("readable").len()
        };
        assert_eq!((ask(Content::Script), ask(Content::Elf)), (1, 0));
    }

    #[test]
    fn a_version_that_is_no_text_is_none() {
        let any = [("any", signature(&[], "anchor", r"anchor([^!]+)!"))];
        assert_eq!(found(&any, "x", "anchor1\u{1}2!"), [""; 0]);
        assert_eq!(found(&any, "x", &format!("anchor{}!", "1".repeat(65))), [""; 0]);
    }

    struct Untouchable;

    impl Read for Untouchable {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("read"))
        }
    }

    impl Seek for Untouchable {
        fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
            Err(io::Error::other("moved"))
        }
    }

    #[test]
    fn a_file_that_nothing_could_match_is_not_read_and_trouble_is_told() {
        let nginx = signature(&["nginx"], "nginx version: ", r"nginx version: (\d)");
        let engine = Engine::new([("nginx", &nginx)]);
        assert!(engine.examine(&subject("ls", &FORTY), &mut Untouchable).is_ok_and(|found| found.is_empty()));
        assert!(engine.examine(&subject("nginx", &FORTY), &mut Untouchable).is_err());
    }
}
