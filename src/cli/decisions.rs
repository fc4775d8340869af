//! The decisions file: TOML that people review and version, read as a whole and only ever appended to.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::{Date, Kind, Role};
use crate::report::view::{
    Amount, Decision, DecisionWord, LifeState, Opportunity, OutcomeWord, ReportV1, SubVerdict, VerdictWord,
};
use crate::report::{names_case, outcome_due};
use crate::score::{AcceptedRisk, Policy};

use super::Fatal;
use super::config::{ConfigFile, Loaded};

/// Where decisions are kept if nobody says otherwise: in the working directory, beside underpin.toml.
const FILE: &str = "underpin-decisions.toml";

/// The head of a new file.
const HEAD: &str = "# Decisions on cases of underpin reports, in the order in which they were recorded. Written by `underpin decide`;\n\
    # of several on one case the one with the last day stands.\n";

/// The file as it is written. Unknown keys are errors, so that a misspelt one cannot be overlooked.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decision: Vec<Record>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outcome: Vec<OutcomeRecord>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Record {
    pub(super) case: String,
    pub(super) decision: DecisionWord,
    pub(super) on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) price: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
    /// What the report said of the case on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) report: Option<Said>,
}

/// What a report said of a case when it was decided: with the outcome this is what calibration needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Said {
    pub(super) as_of: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Role>,
    pub(super) lifecycle: LifeState,
    pub(super) verdict: VerdictWord,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sub_verdict: Option<SubVerdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worth_at_most: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) units: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) services: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) environment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exposure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tier: Option<u8>,
}

/// How a decision turned out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OutcomeRecord {
    pub(super) case: String,
    pub(super) outcome: OutcomeWord,
    pub(super) on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

/// A decision with its outcome.
#[derive(Clone, Copy)]
pub(super) struct Stood<'d> {
    pub(super) record: &'d Record,
    pub(super) outcome: Option<&'d OutcomeRecord>,
}

/// All that was decided.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    path: PathBuf,
    records: Records,
}

impl Decisions {
    /// Reads the file that is named on the command line, else in the configuration, else the one in the working directory. A
    /// file that is not there holds no decision, unless a report was told to read it.
    pub(super) fn read(named: Option<&Path>, loaded: &Loaded) -> Result<Self, Fatal> {
        let configured = || loaded.config.decisions.as_ref().map(|path| loaded.beside(path));
        let path = named.map(Path::to_owned).or_else(configured).unwrap_or_else(|| PathBuf::from(FILE));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self { path, ..Self::default() }),
            Err(error) => return Err(Fatal::catalog(format!("cannot read decisions {}: {error}", path.display()))),
        };
        let records = ConfigFile::new(path.clone(), text).parse()?;
        Ok(Self { path, records })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Every decision in the order of recording, each with the outcome that was said of it by `day`.
    pub(super) fn all(&self, day: Date) -> Vec<Stood<'_>> {
        let records = &self.records.decision;
        let stood = |(index, record): (usize, &'_ Record)| {
            // A later decision on the same case takes over; what is said after it is about that one.
            let later = records
                .iter()
                .enumerate()
                .filter(|(other, next)| next.case == record.case && (next.on, *other) > (record.on, index));
            let end = later.map(|(_, next)| next.on).min();
            let own = |outcome: &&OutcomeRecord| {
                let within = outcome.on >= record.on && end.is_none_or(|end| outcome.on < end);
                outcome.case == record.case && within && outcome.on <= day
            };
            (index, self.records.outcome.iter().filter(own).max_by_key(|outcome| outcome.on))
        };
        let found: Vec<_> = records.iter().enumerate().map(stood).collect();
        found.into_iter().filter_map(|(index, outcome)| Some(Stood { record: records.get(index)?, outcome })).collect()
    }

    /// The decision on each case that stands on `day`; sorted by case.
    pub(super) fn standing(&self, day: Date) -> Vec<Stood<'_>> {
        let mut last: BTreeMap<&str, Stood<'_>> = BTreeMap::new();
        for stood in self.all(day).into_iter().filter(|stood| stood.record.on <= day) {
            let slot = last.entry(&stood.record.case).or_insert(stood);
            if stood.record.on >= slot.record.on {
                *slot = stood;
            }
        }
        last.into_values().collect()
    }

    /// The risks that somebody accepts on `day`, as the configuration would have them.
    pub(super) fn accepted(&self, day: Date) -> Vec<AcceptedRisk> {
        let accepted = self.standing(day).into_iter().filter(|stood| stood.record.decision == DecisionWord::Accepted);
        let risk = |Stood { record, .. }: Stood<'_>| AcceptedRisk {
            id: record.case.clone(),
            owner: record.by.clone().unwrap_or_else(|| "unknown".to_owned()),
            reason: record.note.clone().unwrap_or_else(|| "no reason recorded".to_owned()),
            expiry: record.end(),
            approved_by: None,
            approved_on: Some(record.on),
        };
        accepted.map(risk).collect()
    }

    /// The policy with these risks accepted, after those of the configuration.
    pub(super) fn applied(&self, policy: &Policy, day: Date) -> Policy {
        let mut policy = policy.clone();
        policy.accepted.extend(self.accepted(day));
        policy
    }

    /// Puts every decision that stands on the report's day into the report, and to the case that it is about.
    pub(super) fn show(&self, report: &mut ReportV1) {
        let day = report.as_of;
        let about = |case: &Opportunity, decision: &Decision| {
            names_case(&decision.case, (&case.id, &case.product, case.cycle.as_deref()))
        };
        let mut decisions: Vec<Decision> = self.standing(day).into_iter().map(|stood| shown(stood, day)).collect();
        for decision in &mut decisions {
            decision.has_case = report.opportunities.iter().any(|case| about(case, decision));
        }
        for case in &mut report.opportunities {
            let own = decisions.iter().filter(|decision| about(case, decision));
            case.decision = own.max_by_key(|decision| decision.on).cloned();
        }
        let others = std::mem::take(&mut report.reminders);
        report.reminders = decisions.iter().filter_map(outcome_due).chain(others).collect();
        report.decisions = decisions;
    }

    /// Writes a decision behind the others.
    pub(super) fn append(&self, record: Record) -> Result<(), Fatal> {
        self.write(&Records { decision: vec![record], ..Records::default() })
    }

    /// Writes an outcome behind everything.
    pub(super) fn append_outcome(&self, record: OutcomeRecord) -> Result<(), Fatal> {
        self.write(&Records { outcome: vec![record], ..Records::default() })
    }

    /// One write to the end of the file, so that two at once do not mix.
    fn write(&self, records: &Records) -> Result<(), Fatal> {
        let failed = |error: &std::io::Error| Fatal::writing(&self.path.display().to_string(), error);
        let text = toml::to_string(records).map_err(|error| Fatal::unusable(format!("cannot write the decision: {error}")))?;
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path).map_err(|error| failed(&error))?;
        let new = file.metadata().map_err(|error| failed(&error))?.len() == 0;
        let head = if new { HEAD } else { "" };
        file.write_all(format!("{head}\n{text}").as_bytes()).map_err(|error| failed(&error))
    }
}

impl Record {
    /// The last day on which an accepted risk counts: the one that was said, else twelve months on.
    fn end(&self) -> Date {
        self.until.unwrap_or_else(|| a_year_after(self.on))
    }
}

impl Stood<'_> {
    /// Whether twelve months have passed by `day`, and nobody has said how it turned out.
    pub(super) fn asks_outcome(&self, day: Date) -> bool {
        self.outcome.is_none() && day >= a_year_after(self.record.on)
    }
}

/// Twelve months on; the last day of all where the calendar ends.
pub(super) fn a_year_after(day: Date) -> Date {
    day.checked_add(jiff::Span::new().years(1)).unwrap_or(Date::MAX)
}

fn shown(stood: Stood<'_>, day: Date) -> Decision {
    let record = stood.record;
    Decision {
        case: record.case.clone(),
        state: record.decision,
        on: record.on,
        by: record.by.clone(),
        price: record.price.map(Amount),
        currency: record.currency.clone(),
        until: (record.decision == DecisionWord::Accepted).then(|| record.end()),
        note: record.note.clone(),
        outcome: stood.outcome.map(|said| said.outcome),
        outcome_on: stood.outcome.map(|said| said.on),
        asks_outcome: stood.asks_outcome(day),
        has_case: false,
    }
}
