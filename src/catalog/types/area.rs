//! Where an offer is to be had: the world, a part of it, or a country; and which holds which.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part of the world, `worldwide`, `eu`, or a country by its two letters of ISO 3166, `DE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Area(String);

/// Parts of the world, each with the one around it.
const PARTS: [(&str, &str); 6] = [
    ("worldwide", ""),
    ("emea", "worldwide"),
    ("europe", "emea"),
    ("eu", "europe"),
    ("north-america", "worldwide"),
    ("asia-pacific", "worldwide"),
];

/// The members of the European Union on 2026-01-01; complete, so what is not here is outside.
const EU: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// Other countries whose part of the world is beyond doubt; who is not here has none.
const OTHERS: [(&str, &str); 3] = [
    ("europe", "AD AL BA CH GB IS LI MC MD ME MK NO RS SM UA VA"),
    ("north-america", "CA MX US"),
    ("asia-pacific", "AU BD CN ID IN JP KR LK MY NP NZ PH PK SG TH TW VN"),
];

/// Why a text is no area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no region; write worldwide, emea, europe, eu, north-america, asia-pacific, or a country such as DE")]
pub struct ParseAreaError(String);

impl Area {
    /// Whether all of the other lies in this one; `None` if nobody can tell.
    #[must_use]
    pub fn holds(&self, other: &Self) -> Option<bool> {
        if self.0 == other.0 || other.around().any(|part| part == self.0) {
            return Some(true);
        }
        // A country of which no part of the world is known may lie in any but the Union, whose members are all known.
        let open = other.is_country() && other.part().is_none() && !self.is_country() && self.0 != "eu";
        if open { None } else { Some(false) }
    }

    fn is_country(&self) -> bool {
        self.0.len() == 2 && self.0 != "eu"
    }

    /// The part of the world that is right around it.
    fn part(&self) -> Option<&'static str> {
        if self.is_country() {
            let listed = [("eu", EU)].into_iter().chain(OTHERS);
            return listed.into_iter().find(|(_, codes)| codes.split(' ').any(|code| code == self.0)).map(|(part, _)| part);
        }
        PARTS.iter().find(|(part, _)| *part == self.0).map(|(_, around)| *around).filter(|around| !around.is_empty())
    }

    /// Every part of the world that it lies in, the nearest first; the whole world in any case.
    fn around(&self) -> impl Iterator<Item = &'static str> {
        let up = |part: &&'static str| PARTS.iter().find(|(name, _)| name == part).map(|(_, around)| *around);
        std::iter::successors(self.part(), up).filter(|part| !part.is_empty()).chain(["worldwide"])
    }
}

impl FromStr for Area {
    type Err = ParseAreaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        if PARTS.iter().any(|(part, _)| *part == lower) {
            return Ok(Self(lower));
        }
        let country = lower.len() == 2 && lower.bytes().all(|byte| byte.is_ascii_lowercase());
        if country { Ok(Self(lower.to_ascii_uppercase())) } else { Err(ParseAreaError(text.to_owned())) }
    }
}

impl TryFrom<String> for Area {
    type Error = ParseAreaError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Area> for String {
    fn from(area: Area) -> Self {
        area.0
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 == "eu" { "EU" } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Area {
        text.parse().expect("an area")
    }

    #[test]
    fn the_world_holds_its_parts_and_these_their_countries() {
        for (outer, inner, holds) in [
            ("worldwide", "eu", Some(true)),
            ("worldwide", "MZ", Some(true)),
            ("emea", "DE", Some(true)),
            ("europe", "eu", Some(true)),
            ("europe", "GB", Some(true)),
            ("EU", "de", Some(true)),
            ("eu", "GB", Some(false)),
            ("eu", "MZ", Some(false)),
            ("emea", "MZ", None),
            ("asia-pacific", "DE", Some(false)),
            ("DE", "eu", Some(false)),
            ("DE", "AT", Some(false)),
            ("eu", "europe", Some(false)),
            ("north-america", "worldwide", Some(false)),
        ] {
            assert_eq!(area(outer).holds(&area(inner)), holds, "{outer}, {inner}");
        }
        for bad in ["", "mars", "D", "DEU", "d3"] {
            assert!(bad.parse::<Area>().is_err(), "{bad}");
        }
        assert_eq!((area("EU").to_string(), area("de").to_string()), ("EU".to_owned(), "DE".to_owned()));
    }
}
