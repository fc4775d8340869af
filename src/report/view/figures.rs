//! Numbers as the document writes them: whole ones without a point, money half-even to two decimals, scores to one.

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

/// Largest whole number up to which a double holds every whole number (2⁵³).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An amount of money in the report's currency; rounded half-even to two decimals when it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Amount(pub f64);

/// Share of the runs in which buying pays, 0–100; rounded to one decimal when it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Score(pub f64);

/// Any other number, written as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Figure(pub f64);

impl Amount {
    /// To two decimals, half-even.
    #[must_use]
    pub fn rounded(self) -> f64 {
        rounded(self.0, 2)
    }
}

impl Score {
    /// To one decimal, half-even.
    #[must_use]
    pub fn rounded(self) -> f64 {
        rounded(self.0, 1)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number(self.rounded(), serializer)
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number(self.rounded(), serializer)
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number(self.0, serializer)
    }
}

/// Whole numbers as integers; what is no number becomes `null`.
fn number<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    let whole = (value.fract() == 0.0 && value.abs() < EXACT).then(|| value.to_i64()).flatten();
    match whole {
        Some(whole) => serializer.serialize_i64(whole),
        None => serializer.serialize_f64(value),
    }
}

/// Half-even; what a decimal cannot hold stays as it is.
fn rounded(value: f64, places: u32) -> f64 {
    let round = |value: Decimal| value.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven).to_f64();
    Decimal::from_f64(value).and_then(round).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_short_and_rounded_once() {
        let json = |value: &dyn Fn() -> serde_json::Result<String>| value().expect("a number");
        for (amount, text) in [(0.125, "0.12"), (0.135, "0.14"), (4500.0, "4500"), (-0.001, "0"), (f64::NAN, "null")] {
            assert_eq!(json(&|| serde_json::to_string(&Amount(amount))), text, "{amount}");
        }
        for (score, text) in [(86.85, "86.8"), (100.0, "100"), (0.04, "0")] {
            assert_eq!(json(&|| serde_json::to_string(&Score(score))), text, "{score}");
        }
        for (figure, text) in [(0.00004, "0.00004"), (34.4375, "34.4375"), (1e300, "1e+300"), (f64::INFINITY, "null")] {
            assert_eq!(json(&|| serde_json::to_string(&Figure(figure))), text, "{figure}");
        }
    }
}
