//! The calendar, read line by line as RFC 5545 has it.

use underpin::report::view::{AcceptedRisk, LifeState, SignedRisk};
use underpin::report::{Ics, ReportV1};

use crate::fixtures::{HOSTILE, fleet, host, hostile, nothing};
use crate::rendered;

/// The lines of content, unfolded.
fn lines(report: &ReportV1) -> Vec<String> {
    rendered(&Ics, report).replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The values of a property, in order.
fn values(report: &ReportV1, name: &str) -> Vec<String> {
    lines(report)
        .iter()
        .filter_map(|line| line.split_once(':'))
        .filter(|(own, _)| *own == name)
        .map(|(_, value)| value.to_owned())
        .collect()
}

fn report() -> ReportV1 {
    let mut report = fleet();
    let risk = AcceptedRisk {
        owner: "web team".into(),
        reason: "gone by spring; really, truly".into(),
        expiry: "2027-03-31".parse().expect("a day"),
        ..AcceptedRisk::default()
    };
    let expired = AcceptedRisk { expiry: "2026-01-01".parse().expect("a day"), ..risk.clone() };
    report.accepted_risks = vec![
        SignedRisk { id: "EOL-nodejs-20".into(), risk, in_force: true },
        SignedRisk { id: "EOL-python-2.7".into(), risk: expired, in_force: false },
    ];
    report
}

#[test]
fn ends_to_come_days_to_plan_by_and_ends_of_accepted_risks_are_all_day_events() {
    let report = report();
    let ids = values(&report, "UID");
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    for id in ["EOL-nginx-1.22.1@underpin", "PLAN-nginx-1.22.1@underpin", "RISK-EOL-nodejs-20@underpin"] {
        assert!(ids.iter().any(|other| other == id), "{id} not in {ids:?}");
    }
    assert!(!ids.iter().any(|id| id.contains("python-2.7")), "what has ended is no date to come: {ids:?}");
    let day = ids.iter().position(|id| id == "RISK-EOL-nodejs-20@underpin").expect("there");
    assert_eq!(values(&report, "DTSTART;VALUE=DATE")[day], "20270331");
    assert_eq!(values(&report, "DTEND;VALUE=DATE")[day], "20270401");
    assert!(values(&report, "DTSTAMP").iter().all(|stamp| stamp == "20261124T000000Z"));
    assert!(values(&report, "SUMMARY")[day].starts_with("Accepted risk ends: EOL-nodejs-20"));
}

#[test]
fn a_day_to_plan_by_is_180_days_before_the_end() {
    let ids = values(&host(), "UID");
    let days = values(&host(), "DTSTART;VALUE=DATE");
    let on = |id: &str| ids.iter().position(|own| own == id).map(|at| days[at].clone());
    assert_eq!(on("EOL-nginx-1.22.1@underpin").as_deref(), Some("20280630"));
    assert_eq!(on("PLAN-nginx-1.22.1@underpin").as_deref(), Some("20280102"));
}

#[test]
fn a_version_that_is_ending_has_its_end_and_no_day_to_plan_by_that_has_passed() {
    let mut report = host();
    for place in &mut report.deployments {
        place.lifecycle.state = LifeState::Ending;
        place.lifecycle.eol = Some("2027-01-31".parse().expect("a day"));
    }
    let ids = values(&report, "UID");
    assert!(ids.iter().all(|id| id.starts_with("EOL-")) && !ids.is_empty(), "{ids:?}");
}

#[test]
fn every_event_says_who_may_gain_and_a_calendar_without_one_says_it_too() {
    for report in [report(), nothing()] {
        let told = values(&report, "DESCRIPTION");
        assert!(!told.is_empty() && told.iter().all(|text| text.contains("Who may gain: ")), "{told:?}");
    }
    assert_eq!(lines(&nothing()).iter().filter(|line| *line == "BEGIN:VEVENT").count(), 0);
}

#[test]
fn hostile_texts_stay_inside_their_property_and_lines_stay_short() {
    let text = rendered(&Ics, &hostile());
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
    }
    assert!(text.chars().all(|c| matches!(c, '\r' | '\n') || !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c)));
    let known = [
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "NAME",
        "X-WR-CALNAME",
        "DESCRIPTION",
        "UID",
        "DTSTAMP",
        "DTSTART;VALUE=DATE",
        "DTEND;VALUE=DATE",
        "SUMMARY",
        "TRANSP",
        "URL",
    ];
    for line in lines(&hostile()) {
        let name = line.split(':').next().unwrap_or_default().to_owned();
        assert!(known.contains(&name.as_str()), "{line}");
    }
    assert!(lines(&hostile()).iter().any(|line| line.contains("gpj.exe")), "shown, not dropped: {HOSTILE}");
}
