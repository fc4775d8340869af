//! Where an update comes from: an address, a file, or a public source by its name.

use std::fmt;
use std::path::PathBuf;

/// endoflife.date's list of all products with all their releases, API version 1: <https://endoflife.date/docs/api/v1/>.
const ENDOFLIFE: &str = "https://endoflife.date/api/v1/products/full";
/// CISA's catalog of known exploited vulnerabilities: <https://www.cisa.gov/known-exploited-vulnerabilities-catalog>.
const KEV: &str = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";

/// Where an update comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An address.
    Address(String),
    /// A file of this machine.
    File(PathBuf),
}

impl Origin {
    /// What somebody typed: `endoflife`, `kev`, an address, or else a path.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        match typed {
            "endoflife" | "endoflife.date" => Self::Address(ENDOFLIFE.to_owned()),
            "kev" => Self::Address(KEV.to_owned()),
            _ if typed.contains("://") => Self::Address(typed.to_owned()),
            _ => Self::File(PathBuf::from(typed)),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => f.write_str(address),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_an_address_and_a_path_are_told_apart() {
        assert_eq!(Origin::of("endoflife").to_string(), ENDOFLIFE);
        assert_eq!(Origin::of("kev").to_string(), KEV);
        assert_eq!(Origin::of("https://a.example/m.json"), Origin::Address("https://a.example/m.json".to_owned()));
        assert_eq!(Origin::of("./kev"), Origin::File(PathBuf::from("./kev")));
    }
}
