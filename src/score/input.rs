//! The numeric inputs of the score: their symbols, their three-point distributions and where each comes from.
//!
//! Nothing here computes. A value that breaks a rule of its symbol never gets in, so the formulas need no checks.

use std::borrow::Cow;
use std::fmt;

use crate::model::vocabulary;

vocabulary! {
    /// A numeric input by its symbol in the published model; the word is also its name in the seed of its draws.
    Symbol, "input" {
        /// Routine self-support of the whole scope, hours a month.
        H = "h",
        /// Loaded cost of an hour of staff, money.
        W = "w",
        /// Share of a freed hour that has value.
        Omega = "omega",
        /// Share of the routine hours that the offer takes over.
        A = "a",
        /// Extra work on end-of-life software, hours a month.
        X = "x",
        /// Share of that extra work which the offer removes.
        Ae = "ae",
        /// Incidents caused by this component, a year and service.
        Lam = "lam",
        /// Hours down in an incident.
        D = "D",
        /// Cost of an hour down, money.
        C = "c",
        /// Share of the downtime that support avoids.
        Q = "q",
        /// Security loss events a year and service, at local exposure.
        F = "f",
        /// Size of a security loss, money.
        Lm = "LM",
        /// Share of the security loss that the offer avoids.
        R = "r",
        /// Probability of an audit finding a year.
        G = "g",
        /// Hours an audit finding costs.
        Kh = "kh",
        /// Share of the audit cost that the offer avoids.
        Rc = "rc",
        /// Effort of the upgrade, hours, once.
        U = "U",
        /// Years of life that the upgrade buys.
        T = "T",
        /// List price of the offer, money a year.
        P = "P",
        /// Onboarding and procurement, hours, once a contract.
        O = "o",
        /// Length of the contract, years.
        Y = "Y",
        /// Vendor management, hours a year.
        V = "v",
    }
}

/// Number of inputs.
pub(super) const SYMBOLS: usize = Symbol::ALL.len();

/// What values an input can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Domain {
    Share,
    AboveZero,
    NotNegative,
}

impl Symbol {
    /// What the input is, with its unit, in words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::H => "routine work of your own, hours a month",
            Self::W => "cost of an hour of staff",
            Self::Omega => "share of a freed hour that counts",
            Self::A => "share of the routine work that the offer takes over",
            Self::X => "extra work on end-of-life software, hours a month",
            Self::Ae => "share of that extra work which the offer removes",
            Self::Lam => "incidents a year and service",
            Self::D => "hours down in an incident",
            Self::C => "cost of an hour down",
            Self::Q => "share of the downtime that support avoids",
            Self::F => "security losses a year and service, at local exposure",
            Self::Lm => "size of a security loss",
            Self::R => "share of the security loss that the offer avoids",
            Self::G => "probability of an audit finding a year",
            Self::Kh => "hours an audit finding costs",
            Self::Rc => "share of the audit cost that the offer avoids",
            Self::U => "hours the upgrade takes",
            Self::T => "years of life that the upgrade buys",
            Self::P => "price of the offer a year",
            Self::O => "hours to procure and introduce the offer",
            Self::Y => "years of the contract",
            Self::V => "hours a year to manage the vendor",
        }
    }

    /// Whether the input is an amount of money.
    #[must_use]
    pub fn is_money(self) -> bool {
        matches!(self, Self::W | Self::C | Self::Lm | Self::P)
    }

    /// The value that leaves the formulas as they are when nothing is known or asked: 1 for `omega`, `T` and `Y`, else 0.
    #[must_use]
    pub fn neutral(self) -> f64 {
        if matches!(self, Self::Omega | Self::T | Self::Y) { 1.0 } else { 0.0 }
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }

    fn domain(self) -> Domain {
        match self {
            Self::A | Self::Ae | Self::Q | Self::R | Self::Rc | Self::G | Self::Omega => Domain::Share,
            Self::T | Self::Y => Domain::AboveZero,
            _ => Domain::NotNegative,
        }
    }
}

/// Why three numbers are no distribution, or not one of this input.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BadInput {
    /// One of them is infinite or no number.
    #[error("not a finite number")]
    NotFinite,
    /// They are out of order.
    #[error("({lo}, {likely}, {hi}) is out of order; give the lowest, the most likely and the highest value")]
    Order {
        /// The lowest value as given.
        lo: f64,
        /// The most likely value as given.
        likely: f64,
        /// The highest value as given.
        hi: f64,
    },
    /// A share outside 0–1.
    #[error("{symbol} is a share and must lie in 0 to 1, not {value}")]
    NotShare {
        /// The input.
        symbol: Symbol,
        /// The offending value.
        value: f64,
    },
    /// A duration that must be above zero.
    #[error("{symbol} is a number of years and must be above 0, not {value}")]
    NotAboveZero {
        /// The input.
        symbol: Symbol,
        /// The offending value.
        value: f64,
    },
    /// A negative amount.
    #[error("{symbol} must not be negative, not {value}")]
    Negative {
        /// The input.
        symbol: Symbol,
        /// The offending value.
        value: f64,
    },
}

/// A three-point distribution (PERT); three equal values are a constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triple {
    lo: f64,
    likely: f64,
    hi: f64,
}

impl Triple {
    /// A distribution from its lowest, most likely and highest value.
    ///
    /// # Errors
    /// If a value is not finite or the three are out of order.
    pub const fn new(lo: f64, likely: f64, hi: f64) -> Result<Self, BadInput> {
        if !(lo.is_finite() && likely.is_finite() && hi.is_finite()) {
            return Err(BadInput::NotFinite);
        }
        if lo > likely || likely > hi {
            return Err(BadInput::Order { lo, likely, hi });
        }
        Ok(Self { lo, likely, hi })
    }

    /// A distribution that is one value.
    ///
    /// # Errors
    /// If the value is not finite.
    pub const fn constant(value: f64) -> Result<Self, BadInput> {
        Self::new(value, value, value)
    }

    /// The lowest value.
    #[must_use]
    pub fn lo(self) -> f64 {
        self.lo
    }

    /// The most likely value.
    #[must_use]
    pub fn likely(self) -> f64 {
        self.likely
    }

    /// The highest value.
    #[must_use]
    pub fn hi(self) -> f64 {
        self.hi
    }

    /// Whether it is one value.
    #[must_use]
    pub fn is_constant(self) -> bool {
        self.lo >= self.hi
    }

    /// The three values times `factor`.
    ///
    /// # Errors
    /// If a product is not finite, or a negative factor puts them out of order.
    pub fn scaled(self, factor: f64) -> Result<Self, BadInput> {
        Self::new(self.lo * factor, self.likely * factor, self.hi * factor)
    }

    /// The sum term by term, as the model adds hours per service and hours per unit.
    ///
    /// # Errors
    /// If a sum is not finite.
    pub fn plus(self, other: Self) -> Result<Self, BadInput> {
        Self::new(self.lo + other.lo, self.likely + other.likely, self.hi + other.hi)
    }

    /// Where the most likely value lies between the lowest and the highest, 0–1; 0 for a constant.
    pub(super) fn mode(self) -> f64 {
        if self.is_constant() { 0.0 } else { (self.likely - self.lo) / (self.hi - self.lo) }
    }

    /// The value at `share` of the way from the lowest to the highest.
    pub(super) fn between(self, share: f64) -> f64 {
        self.lo + (self.hi - self.lo) * share
    }
}

impl fmt::Display for Triple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_constant() { write!(f, "{}", self.likely) } else { write!(f, "{} / {} / {}", self.lo, self.likely, self.hi) }
    }
}

vocabulary! {
    /// Where a value comes from, weakest first; the last three are evidence of the reader's own.
    Source, "source" {
        /// The model's own default.
        Default = "default",
        /// A catalog file.
        Catalog = "catalog",
        /// Seen by the scan.
        Observed = "observed",
        /// The log of hours.
        Logged = "logged",
        /// A vendor's quote.
        Quoted = "quoted",
        /// Set in the configuration, on the command line or in a case file.
        UserSet = "user-set",
    }
}

impl Source {
    /// Whether it counts as local evidence for the evidence grade.
    #[must_use]
    pub fn is_local(self) -> bool {
        matches!(self, Self::Logged | Self::Quoted | Self::UserSet)
    }
}

/// One input with its provenance.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its distribution.
    pub triple: Triple,
    /// What sort of evidence it is.
    pub source: Source,
    /// Where exactly it comes from, for a reader.
    pub basis: Cow<'static, str>,
}

/// What is known about the price, which decides how firm a verdict can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Price {
    /// A list price, a quote or a figure the reader gave.
    Known,
    /// Only the usual range of its kind: never shown as a vendor's price.
    Anchored(Triple),
    /// Nothing to compute with but the break-even.
    Unknown,
}

/// The inputs of one case. What is not set is neutral in the formulas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs([Option<Input>; SYMBOLS]);

impl Inputs {
    /// Sets an input, in place of what was there.
    ///
    /// # Errors
    /// If a value lies outside what the symbol can be; the inputs are then unchanged.
    pub fn set(
        &mut self,
        symbol: Symbol,
        triple: Triple,
        source: Source,
        basis: impl Into<Cow<'static, str>>,
    ) -> Result<(), BadInput> {
        match symbol.domain() {
            Domain::Share if triple.lo < 0.0 => return Err(BadInput::NotShare { symbol, value: triple.lo }),
            Domain::Share if triple.hi > 1.0 => return Err(BadInput::NotShare { symbol, value: triple.hi }),
            Domain::AboveZero if triple.lo <= 0.0 => return Err(BadInput::NotAboveZero { symbol, value: triple.lo }),
            Domain::NotNegative if triple.lo < 0.0 => return Err(BadInput::Negative { symbol, value: triple.lo }),
            _ => {}
        }
        if let Some(place) = self.0.get_mut(symbol.index()) {
            *place = Some(Input { triple, source, basis: basis.into() });
        }
        Ok(())
    }

    /// Forgets an input.
    pub fn unset(&mut self, symbol: Symbol) {
        if let Some(place) = self.0.get_mut(symbol.index()) {
            *place = None;
        }
    }

    /// An input, if it is set.
    #[must_use]
    pub fn get(&self, symbol: Symbol) -> Option<&Input> {
        self.0.get(symbol.index()).and_then(Option::as_ref)
    }

    /// The distribution that enters the formulas.
    #[must_use]
    pub fn triple(&self, symbol: Symbol) -> Triple {
        let neutral = symbol.neutral();
        self.get(symbol).map_or(Triple { lo: neutral, likely: neutral, hi: neutral }, |input| input.triple)
    }

    /// The inputs that are set, in the order of the model.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &Input)> {
        Symbol::ALL.iter().filter_map(|symbol| Some((*symbol, self.get(*symbol)?)))
    }

    /// What is known about the price: a default price is an anchor, an unset one is unknown.
    #[must_use]
    pub fn price(&self) -> Price {
        match self.get(Symbol::P) {
            None => Price::Unknown,
            Some(input) if input.source == Source::Default => Price::Anchored(input.triple),
            Some(_) => Price::Known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triple_is_finite_and_in_order_or_refused() {
        for (lo, likely, hi) in [(2.0, 1.0, 3.0), (1.0, 4.0, 3.0), (f64::NAN, 1.0, 2.0), (0.0, 1.0, f64::INFINITY)] {
            assert!(Triple::new(lo, likely, hi).is_err(), "({lo}, {likely}, {hi})");
        }
        for (lo, likely, hi) in [(1.0, 1.0, 1.0), (1.0, 1.0, 2.0), (1.0, 2.0, 2.0)] {
            assert!(Triple::new(lo, likely, hi).is_ok(), "({lo}, {likely}, {hi})");
        }
    }

    #[test]
    fn a_value_outside_its_domain_is_refused_by_name() {
        let mut inputs = Inputs::default();
        for (symbol, value, text) in [
            (Symbol::A, 1.5, "a is a share and must lie in 0 to 1, not 1.5"),
            (Symbol::Omega, -0.1, "omega is a share and must lie in 0 to 1, not -0.1"),
            (Symbol::Y, 0.0, "Y is a number of years and must be above 0, not 0"),
            (Symbol::P, -1.0, "P must not be negative, not -1"),
        ] {
            let triple = Triple::constant(value).expect("finite");
            let refused = inputs.set(symbol, triple, Source::UserSet, "").expect_err("outside the domain");
            assert_eq!(refused.to_string(), text);
        }
        assert_eq!(inputs, Inputs::default());
    }

    #[test]
    fn the_symbols_are_those_of_the_published_model() {
        let words: Vec<_> = Symbol::ALL.iter().map(|symbol| symbol.word()).collect();
        assert_eq!(words.join(" "), "h w omega a x ae lam D c q f LM r g kh rc U T P o Y v");
    }

    #[test]
    fn a_default_price_is_an_anchor_and_none_is_unknown() {
        let mut inputs = Inputs::default();
        assert_eq!(inputs.price(), Price::Unknown);
        let anchor = Triple::new(1.0, 2.0, 3.0).expect("in order");
        inputs.set(Symbol::P, anchor, Source::Default, "").expect("positive");
        assert_eq!(inputs.price(), Price::Anchored(anchor));
        inputs.set(Symbol::P, anchor, Source::Quoted, "").expect("positive");
        assert_eq!(inputs.price(), Price::Known);
    }
}
