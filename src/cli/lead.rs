//! The four fields that a vendor may be told (rule P17 of the code of conduct): what the command line says, else the
//! configuration, else nothing. No scan fills them in.

use clap::ValueEnum;

use crate::catalog::{Catalog, Product};
use crate::report::{Lead, visible};

use super::Fatal;
use super::config::Loaded;
use super::lead_args::{LeadArgs, SizeBand};

/// Longer is no name and no address.
const LONGEST: usize = 200;

/// The fields with the product that they name.
pub(super) fn lead<'c>(args: &LeadArgs, loaded: &Loaded, catalog: &'c Catalog) -> Result<(Lead, Option<&'c Product>), Fatal> {
    let table = &loaded.config.lead;
    let product = match (&args.product, &table.product) {
        (Some(typed), _) => Some(known(catalog, typed).map_err(Fatal::usage)?),
        (None, Some(written)) => Some(loaded.value(written, |typed| known(catalog, typed))?),
        (None, None) => None,
    };
    let of_file = |field: &Option<toml::Spanned<String>>, check: fn(&str) -> Result<String, String>| {
        field.as_ref().map(|written| loaded.value(written, |text| check(text))).transpose()
    };
    let typed = |field: &Option<String>, check: fn(&str) -> Result<String, String>| {
        field.as_deref().map(check).transpose().map_err(Fatal::usage)
    };
    let band = args.size_band.map(word).or(of_file(&table.size_band, band)?);
    let lead = Lead {
        company: typed(&args.company, one_line)?.or(of_file(&table.company, one_line)?),
        product: product.map(|product| product.name.clone()),
        scope_size_band: band,
        champion_contact: typed(&args.contact, own_contact)?.or(of_file(&table.contact, own_contact)?),
    };
    Ok((lead, product))
}

/// A product by id or alias, or by the name that every report shows; the case of letters does not matter.
pub(super) fn product_called<'c>(catalog: &'c Catalog, typed: &str) -> Option<&'c Product> {
    let lower = typed.to_lowercase();
    let named = || catalog.products().iter().find(|product| product.name.to_lowercase() == lower);
    catalog.product(typed).or_else(|| catalog.product(&lower)).or_else(named)
}

fn known<'c>(catalog: &'c Catalog, typed: &str) -> Result<&'c Product, String> {
    product_called(catalog, typed).ok_or_else(|| format!("the catalog knows no product `{}`", visible(typed)))
}

fn one_line(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST || visible(text) != text {
        return Err(format!("`{}` is not one line of 1 to {LONGEST} characters", visible(text)));
    }
    Ok(text.to_owned())
}

/// Rule P18: nobody passes on another person's address.
fn own_contact(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if text.matches('@').count() > 1 {
        return Err(format!("`{text}` holds more than one address: give your own, nobody else's (rule P18)"));
    }
    Ok(text)
}

fn band(text: &str) -> Result<String, String> {
    SizeBand::from_str(text, false).map(word).map_err(|_| {
        let bands: Vec<String> = SizeBand::value_variants().iter().copied().map(word).collect();
        format!("`{}` is no band: write one of {}", visible(text), bands.join(", "))
    })
}

fn word(band: SizeBand) -> String {
    band.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_one_address_on_one_line() {
        assert_eq!(own_contact(" Ada <ada@shop.example> "), Ok("Ada <ada@shop.example>".to_owned()));
        for refused in ["ada@shop.example, bob@shop.example", "a\nb", "", "\u{202e}", &"x".repeat(201)] {
            assert!(own_contact(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_size_is_told_as_a_band_only() {
        assert_eq!(band("10-49"), Ok("10-49".to_owned()));
        assert!(band("37").is_err() && band("37-37").is_err());
    }
}
