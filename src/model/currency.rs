//! Money: exact decimals with an ISO 4217 code, and one dated table of rates.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Date;

/// An ISO 4217 currency code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of every default of the score.
    pub const USD: Self = Self(*b"USD");
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Not three capital letters.
    #[error("`{0}` is not an ISO 4217 currency code such as USD or EUR")]
    Currency(String),
    /// Not a plain decimal number.
    #[error("`{0}` is not an amount such as 500 or 499.90")]
    Amount(String),
}

impl FromStr for Currency {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(ParseMoneyError::Currency(text.to_owned())),
        }
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An exact amount in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// The amount, in units (not cents).
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Rates of one day: how many units of each currency one unit of `base` buys.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RateTable {
    /// The currency that counts as 1.
    pub base: Currency,
    /// The day of the rates.
    pub date: Date,
    /// Who published them.
    pub source: String,
    /// Units per unit of `base`.
    pub rates: BTreeMap<Currency, Decimal>,
}

impl RateTable {
    /// `money` in `to`; `None` if the table lacks one of the two currencies.
    #[must_use]
    pub fn convert(&self, money: Money, to: Currency) -> Option<Money> {
        if money.currency == to {
            return Some(money);
        }
        let amount = money.amount.checked_div(self.rate(money.currency)?)?.checked_mul(self.rate(to)?)?;
        Some(Money { amount, currency: to })
    }

    /// The factor that turns an amount in `from` into one in `to`, for figures that need no exactness.
    #[must_use]
    pub fn factor(&self, from: Currency, to: Currency) -> Option<f64> {
        if from == to { Some(1.0) } else { (self.rate(to)?.checked_div(self.rate(from)?)?).to_f64() }
    }

    fn rate(&self, currency: Currency) -> Option<Decimal> {
        if currency == self.base { Some(Decimal::ONE) } else { self.rates.get(&currency).copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RateTable {
        let usd = "1.1172".parse().expect("a decimal");
        let source = "European Central Bank".to_owned();
        RateTable { base: Currency::EUR, date: Date::constant(2026, 10, 30), source, rates: [(Currency::USD, usd)].into() }
    }

    #[test]
    fn money_converts_through_the_base() {
        let hundred = Money { amount: Decimal::from(100), currency: Currency::EUR };
        let dollars = table().convert(hundred, Currency::USD).expect("both are in the table");
        assert_eq!(dollars.to_string(), "111.7200 USD");
    }

    #[test]
    fn a_missing_rate_is_unknown_and_not_one() {
        let chf = "CHF".parse().expect("a code");
        assert_eq!(table().factor(Currency::USD, chf), None);
    }

    #[test]
    fn a_code_is_three_capital_letters() {
        assert!("usd".parse::<Currency>().is_err());
        assert!("EURO".parse::<Currency>().is_err());
    }
}
