//! What the three ways cost, part by part, with every input at its median: the formulas opened up for a reader.
//!
//! Computes no cost of its own: the parts of a way add up to its cost in `formula`.

use super::formula::Burdens;
use super::input::{Price, Symbol};
use super::outcome::Run;
use crate::model::vocabulary;

vocabulary! {
    /// A part of what a way costs in a year.
    Part, "part of a cost" {
        /// Routine work of one's own.
        Routine = "routine",
        /// Extra work on software that nobody fixes.
        Extra = "extra",
        /// The upgrade, spread over the life it buys.
        Upgrade = "upgrade",
        /// Hours down.
        Downtime = "downtime",
        /// Security losses.
        Security = "security",
        /// Audit findings.
        Audit = "audit",
        /// The price of the offer.
        Price = "price",
        /// Hours that a contract costs beside its price.
        Contract = "contract",
    }
}

/// How a part comes about: the numbers of its formula, every input at its median. Hours cost `hour`, an hour of staff as far
/// as it counts (`W = w·omega`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// Twelve months of them: `12·W·h`, `12·W·x`.
    Monthly {
        /// Hours a month.
        hours: f64,
        /// W
        hour: f64,
    },
    /// `W·U/T`
    Once {
        /// U
        hours: f64,
        /// T
        years: f64,
        /// W
        hour: f64,
    },
    /// `S·eD·lam·D·c`
    Outages {
        /// S·eD: services, weighted by what the environment is for.
        weight: f64,
        /// lam
        incidents: f64,
        /// D
        hours: f64,
        /// c
        cost: f64,
    },
    /// `S·eS·F·LM`
    Losses {
        /// S·eS: services, weighted by what the environment is for.
        weight: f64,
        /// F: loss events a year and service, as exposed as it is.
        events: f64,
        /// F0: the same after an upgrade.
        events_upgraded: f64,
        /// LM
        size: f64,
    },
    /// `g·kh·W`
    Findings {
        /// g
        probability: f64,
        /// kh
        hours: f64,
        /// W
        hour: f64,
    },
    /// `P`; whether it is known stands with the input.
    Paid,
    /// `W·(o/Y + v)`
    Procured {
        /// o
        hours: f64,
        /// Y
        years: f64,
        /// v
        yearly: f64,
        /// W
        hour: f64,
    },
}

/// One part of a year's cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostPart {
    /// Which.
    pub part: Part,
    /// How it comes about.
    pub formula: Formula,
    /// The share of it that the offer takes away, where it takes something away.
    pub relief: Option<f64>,
    /// Within A, leaving it as it is.
    pub keep: Option<f64>,
    /// Within B, buying the offer.
    pub buy: Option<f64>,
    /// Within C, upgrading oneself.
    pub upgrade: Option<f64>,
}

/// The parts of A, B and C, those only that the case has, in the order of the formulas.
pub(super) fn parts(run: &Run<'_>) -> Vec<CostPart> {
    let (i, context, factors) = (&run.point, run.context, run.context.factors());
    let burdens = Burdens::new(i, &factors);
    let hour = i[Symbol::W] * i[Symbol::Omega];
    let upgradable = context.ended() && context.upgrade_path;
    let burden = |part, formula, keep: f64, symbol, upgrade: Option<f64>| CostPart {
        part,
        formula,
        relief: Some(i[symbol]),
        keep: Some(keep),
        buy: Some(keep * (1.0 - i[symbol])),
        upgrade: upgrade.filter(|_| upgradable),
    };
    let only_buy = |part, formula, buy| CostPart { part, formula, relief: None, keep: None, buy, upgrade: None };
    let monthly = |symbol| Formula::Monthly { hours: i[symbol], hour };
    let mut parts = vec![burden(Part::Routine, monthly(Symbol::H), burdens.routine, Symbol::A, Some(burdens.routine))];
    if context.ended() {
        parts.push(burden(Part::Extra, monthly(Symbol::X), burdens.extra, Symbol::Ae, None));
    }
    let outages = Formula::Outages { weight: factors.outage, incidents: i[Symbol::Lam], hours: i[Symbol::D], cost: i[Symbol::C] };
    parts.push(burden(Part::Downtime, outages, burdens.down, Symbol::Q, Some(burdens.down)));
    let events = |factor: f64| (i[Symbol::F] * factor).min(1.0);
    let losses = Formula::Losses {
        weight: factors.loss,
        events: events(factors.events),
        events_upgraded: events(factors.events_upgraded),
        size: i[Symbol::Lm],
    };
    parts.push(burden(Part::Security, losses, burdens.sec, Symbol::R, Some(burdens.sec_upgraded)));
    if factors.audited > 0.0 {
        let findings = Formula::Findings { probability: i[Symbol::G], hours: i[Symbol::Kh], hour };
        parts.push(burden(Part::Audit, findings, burdens.comp, Symbol::Rc, None));
    }
    if upgradable {
        let once = Formula::Once { hours: i[Symbol::U], years: i[Symbol::T], hour };
        let upgrade = Some(hour * i[Symbol::U] / i[Symbol::T]);
        parts.push(CostPart { part: Part::Upgrade, formula: once, relief: None, keep: None, buy: None, upgrade });
    }
    parts.push(only_buy(Part::Price, Formula::Paid, Some(i[Symbol::P]).filter(|_| run.inputs.price() != Price::Unknown)));
    let procured = Formula::Procured { hours: i[Symbol::O], years: i[Symbol::Y], yearly: i[Symbol::V], hour };
    parts.push(only_buy(Part::Contract, procured, Some(burdens.overhead)));
    parts
}
