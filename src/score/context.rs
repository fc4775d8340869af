//! The categorical side of a case: where it runs, who can reach it, whether anybody still fixes it for free.
//!
//! Turns the categories into the factors of the formulas. Judges nothing but whether something must be done.

use std::collections::BTreeSet;

use super::input::Symbol;
use crate::model::vocabulary;

vocabulary! {
    /// What an installation is for.
    Env, "environment" {
        Prod = "prod",
        Staging = "staging",
        Dev = "dev",
    }
}

vocabulary! {
    /// Who can reach it.
    Exposure, "exposure" {
        None = "none",
        Local = "local",
        Internal = "internal",
        Internet = "internet",
    }
}

vocabulary! {
    /// Whether somebody still fixes the version.
    Life, "life" {
        Supported = "supported",
        Eol = "eol",
        /// Ended, and an entitlement covers it for now: the renewal is scored against the state after it lapses.
        EolCovered = "eol-covered",
    }
}

vocabulary! {
    /// A rule book that forbids unmanaged unsupported software. Any one of them acts alike.
    Regime, "regime" {
        Pci = "pci",
        Hipaa = "hipaa",
        Fedramp = "fedramp",
        Nis2 = "nis2",
        Dora = "dora",
        Cra = "cra",
        Iso27001 = "iso27001",
        Other = "other",
    }
}

/// What is known of attacks on vulnerabilities for which the installed branch has no free fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Exploited {
    /// None known, or not looked up.
    #[default]
    NotKnown,
    /// The highest EPSS probability is 0.1 or more.
    Likely,
    /// One is in CISA's catalog of known exploited vulnerabilities.
    Known,
}

/// The categories of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// What it is for.
    pub env: Env,
    /// Who can reach it.
    pub exposure: Exposure,
    /// Whether somebody still fixes it.
    pub life: Life,
    /// Attacks on what nobody fixes for free.
    pub exploited: Exploited,
    /// Rule books that apply.
    pub regimes: BTreeSet<Regime>,
    /// Units that are looked after, and fail, as one thing.
    pub services: u32,
    /// Whether a supported successor exists.
    pub upgrade_path: bool,
    /// Whether an unexpired record accepts the risk of leaving it as it is.
    pub accepted_risk: bool,
}

impl Default for Context {
    /// One supported service in production, reached locally.
    fn default() -> Self {
        Self {
            env: Env::Prod,
            exposure: Exposure::Local,
            life: Life::Supported,
            exploited: Exploited::NotKnown,
            regimes: BTreeSet::new(),
            services: 1,
            upgrade_path: false,
            accepted_risk: false,
        }
    }
}

/// The free alternatives that a price has to beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FreeWays {
    /// Leave it as it is.
    Keep,
    /// Upgrade; leaving it is ruled out.
    Upgrade,
    /// Either of the two.
    KeepOrUpgrade,
    /// Leaving it is ruled out and nothing supported follows.
    Neither,
}

impl FreeWays {
    pub(super) fn keep(self) -> bool {
        matches!(self, Self::Keep | Self::KeepOrUpgrade)
    }

    pub(super) fn upgrade(self) -> bool {
        matches!(self, Self::Upgrade | Self::KeepOrUpgrade)
    }
}

impl Context {
    /// Whether the free fixes have ended, covered or not.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.life != Life::Supported
    }

    /// Whether leaving it as it is needs somebody's signature.
    #[must_use]
    pub fn must_act(&self) -> bool {
        self.life == Life::Eol
            && self.env == Env::Prod
            && (self.exposure == Exposure::Internet || !self.regimes.is_empty() || self.exploited == Exploited::Known)
    }

    /// The free alternatives.
    #[must_use]
    pub fn free_ways(&self) -> FreeWays {
        match (!self.must_act() || self.accepted_risk, self.ended() && self.upgrade_path) {
            (true, true) => FreeWays::KeepOrUpgrade,
            (true, false) => FreeWays::Keep,
            (false, true) => FreeWays::Upgrade,
            (false, false) => FreeWays::Neither,
        }
    }

    /// Whether audits find it: end of life, in production, under a rule book.
    fn audited(&self) -> bool {
        self.ended() && self.env == Env::Prod && !self.regimes.is_empty()
    }

    /// Whether an input can move the result at all; a draw that enters nothing has no value of information.
    #[must_use]
    pub fn enters(&self, symbol: Symbol) -> bool {
        let factors = self.factors();
        match symbol {
            Symbol::X | Symbol::Ae => self.ended(),
            Symbol::Lam | Symbol::D | Symbol::C | Symbol::Q => factors.outage > 0.0,
            Symbol::F | Symbol::Lm | Symbol::R => factors.loss > 0.0 && factors.events > 0.0,
            Symbol::G | Symbol::Kh | Symbol::Rc => self.audited(),
            Symbol::U | Symbol::T => self.free_ways().upgrade(),
            _ => true,
        }
    }

    /// The factors by which the categories enter the formulas.
    pub(super) fn factors(&self) -> Factors {
        let services = f64::from(self.services);
        let (outage, loss) = match self.env {
            Env::Prod => (1.0, 1.0),
            Env::Staging => (0.1, 0.5),
            Env::Dev => (0.0, 0.25),
        };
        let reach = match self.exposure {
            Exposure::None => 0.0,
            Exposure::Local => 1.0,
            Exposure::Internal => 3.0,
            Exposure::Internet => 10.0,
        };
        let attacks = match self.exploited {
            Exploited::NotKnown => 1.0,
            Exploited::Likely => 3.0,
            Exploited::Known => 10.0,
        };
        Factors {
            outage: services * outage,
            loss: services * loss,
            events: reach * if self.ended() { 3.0 } else { 1.0 } * attacks,
            events_upgraded: reach,
            ended: if self.ended() { 1.0 } else { 0.0 },
            audited: if self.audited() { 1.0 } else { 0.0 },
        }
    }
}

/// The categories as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Factors {
    /// S·eD, on downtime.
    pub outage: f64,
    /// S·eS, on security losses.
    pub loss: f64,
    /// mE·mL·mK, on the frequency of security losses as it is.
    pub events: f64,
    /// mE, on the same after an upgrade.
    pub events_upgraded: f64,
    /// 1 at the end of life, else 0.
    pub ended: f64,
    /// 1 where audits find it, else 0.
    pub audited: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eol() -> Context {
        Context { life: Life::Eol, upgrade_path: true, ..Context::default() }
    }

    #[test]
    fn something_must_be_done_only_at_the_end_of_life_in_production_and_with_a_reason() {
        let reasons = [
            Context { exposure: Exposure::Internet, ..eol() },
            Context { regimes: [Regime::Dora].into(), ..eol() },
            Context { exploited: Exploited::Known, ..eol() },
        ];
        for context in reasons {
            assert!(context.must_act(), "{context:?}");
            assert!(!Context { env: Env::Staging, ..context.clone() }.must_act());
            assert!(!Context { life: Life::Supported, ..context.clone() }.must_act());
            assert!(!Context { life: Life::EolCovered, ..context }.must_act());
        }
        assert!(!eol().must_act());
        assert!(!Context { exploited: Exploited::Likely, ..eol() }.must_act());
    }

    #[test]
    fn the_free_ways_follow_from_the_duty_and_the_successor() {
        let duty = Context { exposure: Exposure::Internet, ..eol() };
        assert_eq!(eol().free_ways(), FreeWays::KeepOrUpgrade);
        assert_eq!(duty.free_ways(), FreeWays::Upgrade);
        assert_eq!(Context { accepted_risk: true, ..duty.clone() }.free_ways(), FreeWays::KeepOrUpgrade);
        assert_eq!(Context { upgrade_path: false, ..duty }.free_ways(), FreeWays::Neither);
        assert_eq!(Context { life: Life::Supported, ..eol() }.free_ways(), FreeWays::Keep);
    }
}
