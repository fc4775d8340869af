//! `[required]` of `underpin.toml`: the cover that an offer has to give.

use serde::Deserialize;
use toml::Spanned;

use crate::catalog::{Area, SupportHours};
use crate::score::Required;

use super::Fatal;
use super::config::{Loaded, Words};
use super::policy::{configured, parsed};

/// The table as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RequiredTable {
    hours: Option<Spanned<String>>,
    response: Option<Spanned<String>>,
    #[serde(default)]
    language: Words,
    region: Option<Spanned<String>>,
}

/// What is required; a faulty value is told at its place.
pub(super) fn required(loaded: &Loaded) -> Result<Required, Fatal> {
    let table = &loaded.config.required;
    let languages = table.language.0.iter().map(|text| loaded.value(text, |text| language(text)));
    Ok(Required {
        hours: configured(loaded, table.hours.as_ref(), |text| parsed::<SupportHours>(text))?,
        response: configured(loaded, table.response.as_ref(), |text| minutes(text))?,
        languages: languages.collect::<Result<Vec<String>, Fatal>>()?,
        region: configured(loaded, table.region.as_ref(), |text| parsed::<Area>(text))?,
    })
}

fn language(text: &str) -> Result<String, String> {
    let code = text.trim().to_ascii_lowercase();
    let plain = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if plain { Ok(code) } else { Err(format!("`{text}` is no language; write two letters of ISO 639-1 such as \"en\"")) }
}

/// `30m`, `1h`, `4 hours`, `1d`.
fn minutes(text: &str) -> Result<u32, String> {
    let refused = || format!("`{text}` is no time to answer; write \"30m\", \"1h\" or \"1d\"");
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "m" | "min" | "minute" | "minutes" => 1,
        "h" | "hour" | "hours" => 60,
        "d" | "day" | "days" => 24 * 60,
        _ => return Err(refused()),
    };
    let number: u32 = number.parse().map_err(|_| refused())?;
    number.checked_mul(unit).filter(|minutes| *minutes > 0).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_unit() {
        for (text, expected) in [("30m", 30), ("1h", 60), ("4 hours", 240), ("1d", 1440), ("15 min", 15)] {
            assert_eq!(minutes(text), Ok(expected), "{text}");
        }
        for bad in ["", "1", "h", "0h", "-1h", "1.5h", "99999999d", "soon"] {
            assert!(minutes(bad).is_err(), "{bad}");
        }
        assert_eq!(language("EN"), Ok("en".to_owned()));
        assert!(language("english").is_err());
    }
}
