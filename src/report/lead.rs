//! What a vendor may be told: four fields, each only as its sender gave it, and who may gain. Made from no report, so that
//! nothing a scan saw can stand in it.

use std::io;

use maud::{DOCTYPE, html};
use serde::Serialize;

use super::markdown::escaped;
use super::text::{visible, wrapped};
use crate::inventory::json;

/// The name of the document's shape.
const SCHEMA: &str = "underpin.lead/1";

/// Who may gain from it: nobody, since it refers nobody. A referral is a message of its own.
const NOBODY: [&str; 3] = [
    "Nobody gains from this document, in money or otherwise: it makes no referral, and the most that may be paid on its account is 0.",
    "A referral needs the written consent of the buyer first and is a message of its own that says who gains and how much at most.",
    "Nothing was ranked for this document, and no verdict can read what a vendor pays.",
];

/// All that a vendor may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lead {
    /// Who asks.
    pub company: Option<String>,
    /// What for, by the name the catalog gives it.
    pub product: Option<String>,
    /// How much of it, as a band.
    pub scope_size_band: Option<String>,
    /// Whom to answer: the sender, nobody else.
    pub champion_contact: Option<String>,
}

impl Lead {
    /// The fields with the words that people read.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("Company", self.company.as_deref()),
            ("Product", self.product.as_deref()),
            ("Size", self.scope_size_band.as_deref()),
            ("Contact", self.champion_contact.as_deref()),
        ]
    }

    /// Plain text.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn text(&self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "Request for an offer\n\nWHO MAY GAIN")?;
        for line in NOBODY.iter().flat_map(|sentence| wrapped(sentence, 76)) {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)?;
        self.fields().iter().try_for_each(|(name, value)| writeln!(out, "{name:<9}{}", given(*value)))
    }

    /// `CommonMark`.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn markdown(&self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "# Request for an offer\n\n**Who may gain:** {}\n", NOBODY.join(" "))?;
        writeln!(out, "| Field | As given |\n| --- | --- |")?;
        self.fields().iter().try_for_each(|(name, value)| writeln!(out, "| {name} | {} |", escaped(&given(*value))))
    }

    /// One file for a browser, which may load nothing.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn html(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Request for an offer" }
                }
                body {
                    h1 { "Request for an offer" }
                    p { strong { "Who may gain: " } (NOBODY.join(" ")) }
                    table {
                        tbody {
                            @for (name, value) in self.fields() { tr { th scope="row" { (name) } td { (given(value)) } } }
                        }
                    }
                }
            }
        };
        writeln!(out, "{}", page.into_string())
    }

    /// JSON.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(json(&Document { schema: SCHEMA, lead: self, disclosure: Nobody::default() })?.as_bytes())?;
        writeln!(out)
    }
}

fn given(value: Option<&str>) -> String {
    value.map_or_else(|| "not given".to_owned(), visible)
}

#[derive(Serialize)]
struct Document<'l> {
    schema: &'static str,
    #[serde(flatten)]
    lead: &'l Lead,
    disclosure: Nobody,
}

/// The "none" case, spelt out.
#[derive(Serialize)]
struct Nobody {
    who_may_gain: &'static str,
    from_whom: Option<&'static str>,
    maximum: &'static str,
    text: String,
}

impl Default for Nobody {
    fn default() -> Self {
        Self { who_may_gain: "nobody", from_whom: None, maximum: "0", text: NOBODY.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Render = fn(&Lead, &mut dyn io::Write) -> io::Result<()>;

    #[test]
    fn every_format_says_who_may_gain_before_it_says_anything_else() {
        let lead = Lead { company: Some("A | B <c>".to_owned()), ..Lead::default() };
        let formats: [(Render, &str); 3] =
            [(Lead::text, "A | B <c>"), (Lead::markdown, "A \\| B &lt;c&gt;"), (Lead::html, "A | B &lt;c&gt;")];
        for (format, company) in formats {
            let mut bytes = Vec::new();
            format(&lead, &mut bytes).expect("a Vec takes everything");
            let text = String::from_utf8(bytes).expect("UTF-8");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let (gain, told) = (text.find(NOBODY[0]).expect("who may gain"), text.find(company).expect("the company"));
            assert!(gain < told && text.matches("not given").count() == 3, "{text}");
        }
    }
}
