//! `underpin.toml`: found, read, checked; every fault at its line.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{self, DeserializeOwned, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::model::{Currency, Date};
use crate::problem::{Code, Problem};
use crate::score::Written;

use super::Fatal;
use super::contracts::ContractTable;
use super::host_rules::{HostTable, TagTable};
use super::required::RequiredTable;

/// A configuration as written. Unknown keys are errors, so that a misspelt one cannot be overlooked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Config {
    /// The organisation's figures.
    #[serde(default)]
    pub(super) policy: PolicyTable,
    /// What holds for single hosts and repositories.
    #[serde(default)]
    pub(super) host: Vec<Spanned<HostTable>>,
    /// Tags of hosts.
    #[serde(default)]
    pub(super) tags: TagTable,
    /// The cover that an offer has to give.
    #[serde(default)]
    pub(super) required: RequiredTable,
    /// Contracts that somebody signed.
    #[serde(default)]
    pub(super) contract: Vec<Spanned<ContractTable>>,
    /// Risks that somebody signed for.
    #[serde(default)]
    pub(super) accepted: Vec<AcceptedTable>,
    /// Further catalog folders.
    #[serde(default)]
    pub(super) catalog: Vec<PathBuf>,
    /// Whether what earlier scans found is kept and used; yes, if nothing is said.
    pub(super) cache: Option<bool>,
    /// Where decisions are kept, from the folder of this file on.
    pub(super) decisions: Option<PathBuf>,
    /// The log of hours.
    #[serde(default)]
    pub(super) effort: EffortTable,
    /// What a vendor may be told.
    #[serde(default)]
    pub(super) lead: LeadTable,
    /// Who refers, and what stands in the way of a reward.
    #[serde(default)]
    pub(super) refer: ReferTable,
    /// What an employer agreed to.
    #[serde(default)]
    pub(super) consent: Vec<ConsentTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct EffortTable {
    /// Its file, from the folder of this file on.
    pub(super) log: Option<PathBuf>,
    /// The day since which all hours are logged.
    pub(super) since: Option<Spanned<String>>,
    /// The last day of which all hours are logged; the report's day if not given.
    pub(super) until: Option<Spanned<String>>,
    /// Project, tag or issue key of a tracker, to product.
    #[serde(default)]
    pub(super) map: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LeadTable {
    pub(super) company: Option<Spanned<String>>,
    pub(super) product: Option<Spanned<String>>,
    pub(super) size_band: Option<Spanned<String>>,
    pub(super) contact: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ReferTable {
    pub(super) name: Option<String>,
    pub(super) decides: Option<bool>,
    pub(super) public_body: Option<bool>,
    #[serde(default)]
    pub(super) interests: Vec<String>,
    pub(super) ledger: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConsentTable {
    pub(super) name: Spanned<String>,
    pub(super) role: Spanned<String>,
    pub(super) date: Spanned<String>,
    pub(super) programme: Spanned<String>,
    pub(super) max_amount: Spanned<String>,
    pub(super) reference: Spanned<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PolicyTable {
    pub(super) currency: Option<Currency>,
    pub(super) hourly_cost: Option<Spanned<f64>>,
    pub(super) country: Option<Spanned<String>>,
    pub(super) downtime_cost: Option<Spanned<f64>>,
    pub(super) tier: Option<Spanned<u8>>,
    pub(super) env: Option<Spanned<String>>,
    pub(super) exposure: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) regimes: Vec<Spanned<String>>,
    pub(super) upgrade_hours: Option<Spanned<f64>>,
    pub(super) services: Option<u32>,
    pub(super) users: Option<u32>,
    pub(super) employees: Option<u32>,
    pub(super) gb: Option<u32>,
    pub(super) spend: Option<u32>,
    pub(super) tickets: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AcceptedTable {
    pub(super) id: Spanned<String>,
    pub(super) owner: Spanned<String>,
    pub(super) reason: Spanned<String>,
    pub(super) expiry: Spanned<String>,
    pub(super) approved_by: Option<String>,
    pub(super) approved_on: Option<Spanned<String>>,
}

/// One word, or a list of them.
#[derive(Debug, Default)]
pub(super) struct Words(pub(super) Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Spanned::<OneOrMore>::deserialize(deserializer)?;
        let span = written.span();
        Ok(Self(match written.into_inner() {
            OneOrMore::One(word) => vec![Spanned::new(span, word)],
            OneOrMore::More(words) => words,
        }))
    }
}

/// The two ways of writing [`Words`].
enum OneOrMore {
    One(String),
    More(Vec<Spanned<String>>),
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMoreVisitor)
    }
}

struct OneOrMoreVisitor;

impl<'de> Visitor<'de> for OneOrMoreVisitor {
    type Value = OneOrMore;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a list of texts")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
        Ok(OneOrMore::One(word.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Deserialize::deserialize(SeqAccessDeserializer::new(list)).map(OneOrMore::More)
    }
}

/// A configuration with the file it came from, so that later faults can name it.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) config: Config,
    /// `None`: there is no configuration.
    pub(super) file: Option<ConfigFile>,
}

/// The text of a configuration file and its name.
#[derive(Debug)]
pub(super) struct ConfigFile {
    path: PathBuf,
    text: String,
}

impl Loaded {
    /// Reads `named`, or the first that exists: working directory, user's, system's. None at all is an empty configuration.
    pub(super) fn read(named: Option<&Path>) -> Result<Self, Fatal> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => match places().into_iter().find(|path| path.is_file()) {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Fatal::catalog(format!("cannot read configuration {}: {error}", path.display())))?;
        let file = ConfigFile::new(path, text);
        let config = file.parse()?;
        Ok(Self { config, file: Some(file) })
    }

    /// The catalog folders of the configuration, then those of the command line.
    pub(super) fn folders(&self, typed: &[PathBuf]) -> Vec<PathBuf> {
        self.config.catalog.iter().chain(typed).cloned().collect()
    }

    /// A path of the configuration: a relative one starts at its file.
    pub(super) fn beside(&self, path: &Path) -> PathBuf {
        self.file.as_ref().and_then(|file| file.path.parent()).map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// A day, or a fault at its place.
    pub(super) fn date(&self, value: &Spanned<String>) -> Result<Date, Fatal> {
        self.value(value, |text| text.parse().map_err(|_| format!("`{text}` is no day such as 2027-06-30")))
    }

    /// What `parse` makes of a value, or a fault at its place.
    pub(super) fn value<T, U>(&self, value: &Spanned<T>, parse: impl FnOnce(&T) -> Result<U, String>) -> Result<U, Fatal> {
        parse(value.get_ref()).map_err(|text| self.fault(value.span().start, &text))
    }

    /// A fault at the place of this value.
    pub(super) fn refused<T>(&self, value: &Spanned<T>, text: &str) -> Fatal {
        self.fault(value.span().start, text)
    }

    /// The place of this value.
    pub(super) fn written<T>(&self, value: &Spanned<T>) -> Written {
        let Some(file) = &self.file else { return Written { path: String::new(), line: 1, column: 1 } };
        let (line, column) = file.position(value.span().start);
        Written { path: file.path.to_string_lossy().into_owned(), line, column }
    }

    fn fault(&self, offset: usize, text: &str) -> Fatal {
        match &self.file {
            Some(file) => file.fault(Code::ConfigValue, offset, text),
            None => Fatal::catalog(text),
        }
    }
}

impl ConfigFile {
    /// This text of this file.
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        Self { path, text }
    }

    /// What it holds, or its fault at its place.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fatal> {
        toml::from_str(&self.text).map_err(|error| {
            let code = if self.text.parse::<toml::Table>().is_ok() { Code::ConfigKey } else { Code::ConfigSyntax };
            self.fault(code, error.span().map_or(0, |span| span.start), first_line(error.message()))
        })
    }

    /// Line and column, from 1, of a byte.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    fn fault(&self, code: Code, offset: usize, text: &str) -> Fatal {
        let (line, column) = self.position(offset);
        let problem = Problem::new(code, self.path.to_string_lossy(), text).at(line, column);
        Fatal::catalog(problem.to_string())
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}

/// Where a configuration is looked for, nearest first.
fn places() -> Vec<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".config"));
    let user = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    let mut places = vec![PathBuf::from("underpin.toml")];
    places.extend(user.map(|folder| folder.join("underpin/underpin.toml")));
    places.push(PathBuf::from("/etc/underpin/underpin.toml"));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Loaded, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("underpin.toml");
        std::fs::write(&path, text).expect("a file");
        let root = format!("{}/", folder.path().display());
        Loaded::read(Some(&path)).map_err(|fatal| fatal.to_string().replace(&root, ""))
    }

    #[test]
    fn a_misspelt_key_and_broken_syntax_are_told_at_their_place() {
        let error = read("[policy]\ncurency = \"EUR\"\n").expect_err("a misspelt key");
        assert!(error.starts_with("error: underpin.toml:2:1: CFG002: unknown field `curency`"), "{error}");
        let error = read("[policy\n").expect_err("broken syntax");
        assert!(error.starts_with("error: underpin.toml:1:8: CFG001: "), "{error}");
    }

    #[test]
    fn a_day_is_checked_where_it_stands() {
        let loaded = read("[[accepted]]\nid = \"x\"\nowner = \"a\"\nreason = \"b\"\nexpiry = \"soon\"\n").expect("well-formed");
        let error = loaded.date(&loaded.config.accepted[0].expiry).expect_err("no day").to_string();
        assert!(error.contains("underpin.toml:5:10: CFG003: `soon` is no day"), "{error}");
    }
}
