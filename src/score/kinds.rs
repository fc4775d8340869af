//! The default hours, incidents, upgrade effort and usual price of each kind of software.
//!
//! Judgement wherever no source is named. A kind without a row has no defaults, and nobody guesses for it.

use super::input::Triple;
use crate::model::Kind;

/// The defaults of one kind.
#[derive(Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// What is counted as a unit of it.
    pub unit: &'static str,
    /// Routine hours a month and service.
    pub hours_per_service: Cell,
    /// Routine hours a month and unit.
    pub hours_per_unit: Cell,
    /// Incidents a year and service.
    pub incidents: Cell,
    /// Hours down in an incident.
    pub hours_down: Cell,
    /// Hours of an upgrade, a service.
    pub upgrade: Cell,
    /// Hours of an upgrade, a unit, beside those of the service.
    pub upgrade_per_unit: Option<Cell>,
    /// Years of life that an upgrade buys.
    pub years: Triple,
    /// Usual price of support, US dollars a unit and year.
    pub anchor: Cell,
}

/// A default with its basis.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The values.
    pub triple: Triple,
    /// Where they come from.
    pub basis: &'static str,
}

/// The basis of a default without a usable source.
pub(super) const JUDGEMENT: &str = "judgement, no usable source";

/// A distribution of the tables, checked when the program is compiled.
pub(super) const fn triple([lo, likely, hi]: [f64; 3]) -> Triple {
    match Triple::new(lo, likely, hi) {
        Ok(triple) => triple,
        Err(_) => panic!("a default is out of order"),
    }
}

/// A cell without a source.
pub(super) const fn cell(values: [f64; 3]) -> Cell {
    Cell { triple: triple(values), basis: JUDGEMENT }
}

/// A cell with its basis.
pub(super) const fn cited(values: [f64; 3], basis: &'static str) -> Cell {
    Cell { triple: triple(values), basis }
}

const PATCHING: &str =
    "judgement; the highest value is 8 hours of patching a system and year (blog.morphisec.com/cybersecurity-costs-patching)";
const FAILURES: &str =
    "judgement; the highest value is 3 to 5 failures a server and year of any cause, 2006 (dvhardware.net/article12003.html)";
const SUBSCRIPTION: &str = "entry 349, standard about 799 and premium about 1299 for a Linux server (redresscompliance.com/red-hat-enterprise-linux-negotiation-download)";
const EXTENDED: &str = "judgement; compare extended support of a cloud's databases at 876 a vCPU and year (docs.amazonaws.cn, Amazon RDS extended support charges)";
const BROKERS: &str = "judgement; the highest value is one full post, after a tool vendor's account of three engineers at half their time (conduktor.io/blog/kafka-build-vs-buy-decision-framework)";
const MIGRATION: &str = "judgement around published migration efforts: 70 to 150 hours per 100,000 lines for a runtime, 40 to 180 hours a service for a framework (technicaldebtcost.com/java-spring-legacy-cost, spring.terasky-insights.com/roi.html)";
const MAINTENANCE: &str = "judgement; the highest value is a quarter of 12 hours of maintenance a week (blog.tidelift.com/developers-spend-30-of-their-time-on-code-maintenance-our-latest-survey-results-part-3)";

/// The row of a kind, with every cell a judgement.
const fn row(kind: Kind, unit: &'static str, years: f64, cells: [[f64; 3]; 6]) -> KindRow {
    let [hours_per_service, hours_per_unit, incidents, hours_down, upgrade, anchor] = cells;
    KindRow {
        kind,
        unit,
        hours_per_service: cell(hours_per_service),
        hours_per_unit: cell(hours_per_unit),
        incidents: cell(incidents),
        hours_down: cell(hours_down),
        upgrade: cell(upgrade),
        upgrade_per_unit: None,
        years: triple([years, years, years]),
        anchor: cell(anchor),
    }
}

/// Cells: hours a service, hours a unit, incidents, hours down, upgrade, usual price.
static ROWS: [KindRow; 18] = [
    KindRow {
        hours_per_unit: cited([0.1, 0.4, 0.7], PATCHING),
        incidents: cited([0.1, 0.5, 3.0], FAILURES),
        upgrade_per_unit: Some(cell([1.0, 3.0, 8.0])),
        anchor: cited([349.0, 799.0, 1299.0], SUBSCRIPTION),
        ..row(
            Kind::Os,
            "host",
            5.0,
            [[1.0, 2.0, 6.0], [0.1, 0.4, 0.7], [0.1, 0.5, 3.0], [1.0, 3.0, 8.0], [8.0, 24.0, 80.0], [349.0, 799.0, 1299.0]],
        )
    },
    KindRow {
        anchor: cited([1500.0, 4000.0, 12000.0], EXTENDED),
        ..row(
            Kind::Database,
            "node",
            4.0,
            [[4.0, 10.0, 30.0], [0.5, 1.0, 3.0], [0.3, 1.0, 3.0], [1.0, 3.0, 8.0], [8.0, 24.0, 80.0], [1500.0, 4000.0, 12000.0]],
        )
    },
    row(
        Kind::WebServer,
        "host",
        4.0,
        [[1.0, 3.0, 8.0], [0.1, 0.3, 1.0], [0.2, 0.5, 2.0], [0.5, 1.5, 4.0], [4.0, 12.0, 40.0], [500.0, 1500.0, 3500.0]],
    ),
    KindRow {
        hours_per_service: cited([8.0, 30.0, 160.0], BROKERS),
        ..row(
            Kind::MessageBroker,
            "node",
            3.0,
            [
                [8.0, 30.0, 160.0],
                [1.0, 2.0, 6.0],
                [0.5, 1.5, 4.0],
                [1.0, 3.0, 10.0],
                [16.0, 60.0, 200.0],
                [2000.0, 6000.0, 20000.0],
            ],
        )
    },
    row(
        Kind::SearchAnalytics,
        "node",
        3.0,
        [[6.0, 20.0, 80.0], [0.5, 1.5, 4.0], [0.5, 1.5, 4.0], [1.0, 3.0, 10.0], [16.0, 60.0, 200.0], [2000.0, 6000.0, 18000.0]],
    ),
    row(
        Kind::CacheKv,
        "node",
        3.0,
        [[1.0, 4.0, 12.0], [0.2, 0.5, 1.5], [0.2, 0.5, 2.0], [0.5, 1.5, 4.0], [4.0, 12.0, 40.0], [1000.0, 3000.0, 8000.0]],
    ),
    KindRow {
        upgrade: cited([20.0, 60.0, 180.0], MIGRATION),
        ..row(
            Kind::LanguageRuntime,
            "application",
            3.0,
            [[0.5, 2.0, 6.0], [0.0, 0.2, 0.5], [0.05, 0.2, 0.5], [0.5, 2.0, 6.0], [20.0, 60.0, 180.0], [100.0, 300.0, 1000.0]],
        )
    },
    KindRow {
        hours_per_service: cited([1.0, 4.0, 13.0], MAINTENANCE),
        upgrade: cited([40.0, 120.0, 700.0], MIGRATION),
        ..row(
            Kind::Framework,
            "application",
            3.0,
            [
                [1.0, 4.0, 13.0],
                [0.0, 0.2, 1.0],
                [0.05, 0.2, 0.5],
                [0.5, 2.0, 6.0],
                [40.0, 120.0, 700.0],
                [1000.0, 5000.0, 15000.0],
            ],
        )
    },
    row(
        Kind::Library,
        "application",
        3.0,
        [[0.2, 0.5, 2.0], [0.0, 0.1, 0.5], [0.02, 0.1, 0.3], [0.5, 2.0, 6.0], [2.0, 8.0, 40.0], [200.0, 1000.0, 5000.0]],
    ),
    row(
        Kind::CmsBusinessApp,
        "instance",
        4.0,
        [[4.0, 10.0, 30.0], [0.5, 1.0, 3.0], [0.3, 1.0, 3.0], [1.0, 4.0, 12.0], [40.0, 120.0, 400.0], [2000.0, 8000.0, 30000.0]],
    ),
    row(
        Kind::DeveloperTool,
        "instance",
        2.0,
        [[4.0, 12.0, 40.0], [0.5, 1.0, 3.0], [0.3, 1.0, 3.0], [1.0, 3.0, 8.0], [8.0, 24.0, 80.0], [1000.0, 5000.0, 20000.0]],
    ),
    row(
        Kind::ContainerPlatform,
        "node",
        1.0,
        [[20.0, 60.0, 240.0], [0.5, 1.0, 3.0], [0.5, 2.0, 6.0], [1.0, 3.0, 10.0], [16.0, 40.0, 120.0], [1000.0, 4000.0, 10000.0]],
    ),
    row(
        Kind::VirtualisationCloud,
        "host",
        2.0,
        [[15.0, 40.0, 160.0], [0.5, 1.5, 4.0], [0.3, 1.0, 4.0], [1.0, 4.0, 12.0], [40.0, 120.0, 400.0], [500.0, 1500.0, 4000.0]],
    ),
    row(
        Kind::Monitoring,
        "instance",
        2.0,
        [[4.0, 12.0, 40.0], [0.1, 0.3, 1.0], [0.2, 0.5, 2.0], [0.5, 1.5, 4.0], [8.0, 24.0, 80.0], [500.0, 2000.0, 8000.0]],
    ),
    row(
        Kind::MailDnsDirectory,
        "host",
        4.0,
        [[2.0, 6.0, 16.0], [0.2, 0.5, 1.5], [0.2, 0.5, 2.0], [1.0, 3.0, 8.0], [8.0, 24.0, 80.0], [500.0, 2000.0, 6000.0]],
    ),
    row(
        Kind::StorageBackup,
        "node",
        3.0,
        [[6.0, 20.0, 60.0], [0.3, 1.0, 3.0], [0.2, 0.7, 2.0], [2.0, 6.0, 24.0], [16.0, 60.0, 200.0], [1000.0, 3000.0, 10000.0]],
    ),
    row(
        Kind::IdentitySecurity,
        "instance",
        1.0,
        [[3.0, 8.0, 24.0], [0.3, 1.0, 3.0], [0.2, 0.7, 2.0], [0.5, 2.0, 6.0], [8.0, 40.0, 160.0], [2000.0, 6000.0, 20000.0]],
    ),
    row(
        Kind::NetworkVpn,
        "host",
        3.0,
        [[2.0, 5.0, 15.0], [0.2, 0.5, 1.5], [0.2, 0.7, 2.0], [0.5, 2.0, 6.0], [4.0, 16.0, 60.0], [500.0, 1500.0, 5000.0]],
    ),
];

/// The defaults of a kind; `None` for [`Kind::Other`].
#[must_use]
pub fn kind_row(kind: Kind) -> Option<&'static KindRow> {
    ROWS.iter().find(|row| row.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_but_the_catch_all_has_one_row() {
        for kind in Kind::ALL {
            let rows = ROWS.iter().filter(|row| row.kind == *kind).count();
            assert_eq!(rows, usize::from(*kind != Kind::Other), "{kind}");
        }
    }
}
