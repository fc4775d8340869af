//! Which product a row of a tracker belongs to: what somebody mapped, else what is called like a product.

use std::collections::{BTreeMap, BTreeSet};

/// The names that a row gives, nearest to the work first; each level may hold several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(pub Vec<Vec<String>>);

/// Project, tag or issue key, in lower case, to product id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, String>);

impl Mapping {
    /// Maps a name, in place of what it was mapped to; the case of letters does not matter.
    pub fn insert(&mut self, name: &str, product: &str) {
        self.0.insert(name.trim().to_lowercase(), product.to_owned());
    }

    /// The product of a row: the first level with a mapped name decides, else the first with a name that `known` takes.
    ///
    /// # Errors
    /// Why there is none, or that there are two.
    pub fn product(&self, names: &Names, known: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
        let mapped = |name: &str| self.0.get(&name.trim().to_lowercase()).cloned();
        for find in [&mapped as &dyn Fn(&str) -> Option<String>, known] {
            for level in &names.0 {
                let found: BTreeSet<String> = level.iter().filter_map(|name| find(name)).collect();
                let mut found = found.into_iter();
                match (found.next(), found.next()) {
                    (Some(one), None) => return Ok(one),
                    (Some(one), Some(other)) => {
                        return Err(format!("`{}` means {one} and {other}: map one name of them", level.join("`, `")));
                    }
                    (None, _) => {}
                }
            }
        }
        let mut all: Vec<&str> = names.0.iter().flatten().map(String::as_str).filter(|name| !name.trim().is_empty()).collect();
        all.dedup();
        if all.is_empty() {
            return Err("it names no project, tag or issue".to_owned());
        }
        Err(format!("no product for `{}`", all.join("`, `")))
    }
}
