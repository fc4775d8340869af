//! Markdown and HTML.

use expect_test::expect_file;
use underpin::report::view::{Amount, TurnsOn, VerdictWord};
use underpin::report::{Format, Html, Markdown, ReportV1, Terminal, Thresholds, sentence};

use crate::fixtures::{fleet, host, nothing, repository};
use crate::page::without_code;
use crate::{rendered, undisclosed};

#[test]
fn a_fleet_as_markdown() {
    expect_file!["snapshots/fleet.md"].assert_eq(&rendered(&Markdown, &fleet()));
}

/// What of a page is its report's: not the script and the style, nor their digests.
fn shape(report: &ReportV1) -> String {
    let page = without_code(&rendered(&Html, report));
    let parts = page.split("'sha256-").enumerate().map(|(number, part)| match part.split_once('\'') {
        Some((_, rest)) if number > 0 => format!("'sha256-…'{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

#[test]
fn a_host_as_html() {
    expect_file!["snapshots/host.html"].assert_eq(&shape(&host()));
}

#[test]
fn a_repository_as_html() {
    expect_file!["snapshots/repository.html"].assert_eq(&shape(&repository()));
}

#[test]
fn a_fleet_as_html() {
    expect_file!["snapshots/fleet.html"].assert_eq(&shape(&fleet()));
}

#[test]
fn documents_name_no_vendor_above_the_offers() {
    let formats: [(&dyn Format, &str); 2] = [(&Markdown, "## Offers on record"), (&Html, "id=\"offers\"")];
    for report in [host(), repository(), fleet()] {
        for (format, part) in formats {
            let text = rendered(format, &report);
            let (above, _) = text.split_once(part).expect("the part is always there");
            let above = undisclosed(above.split_once("</style>").map_or(above, |(_, body)| body));
            for vendor in report.offers_on_record.iter().flat_map(|offers| &offers.entries).map(|entry| &entry.vendor_name) {
                // NodeSource is also whose build is installed, which is a fact of the host.
                assert!(vendor == "NodeSource" || !above.contains(vendor.as_str()), "{vendor}");
            }
        }
    }
}

#[test]
fn every_offer_on_record_is_listed_with_the_free_ways_and_who_may_gain() {
    let report = fleet();
    for format in [&Markdown as &dyn Format, &Html] {
        let text = rendered(format, &report);
        for entry in report.offers_on_record.iter().flat_map(|offers| &offers.entries) {
            assert!(text.contains(&entry.vendor_name), "{}", entry.vendor_name);
        }
        for word in ["Leave it as it is", "Upgrade it yourself", "10 % of the first year", "87 of 100 runs", "58 of 100 runs"] {
            assert!(text.contains(word), "{word}");
        }
    }
}

#[test]
fn the_word_score_stands_in_the_method_only() {
    let outside = |text: &str, from: &str, to: &str| {
        let (before, rest) = text.split_once(from).map_or((text, ""), |(before, rest)| (before, rest));
        let after = rest.split_once(to).map_or("", |(_, after)| after);
        format!("{before}{after}").to_lowercase()
    };
    for report in [host(), repository(), fleet(), nothing()] {
        assert!(!rendered(&Terminal::default(), &report).to_lowercase().contains("score"));
        assert!(!rendered(&Markdown, &report).to_lowercase().contains("score"));
        let html = outside(&without_code(&rendered(&Html, &report)), "<section id=\"method\">", "</section>");
        for word in ["score", "opportunit", "champion", "net value", "omega"] {
            assert!(!html.contains(word), "{word}");
        }
    }
}

#[test]
fn nothing_to_decide_is_said_first() {
    let page = rendered(&Html, &nothing());
    assert!(page.contains("<h1>Nothing here needs a purchase today."), "{page}");
    assert!(rendered(&Markdown, &nothing()).contains("**Nothing here needs a purchase today."));
}

#[test]
fn html_loads_nothing_and_runs_its_own_script_alone() {
    for report in [host(), repository(), fleet(), nothing()] {
        let page: String = rendered(&Html, &report);
        assert!(page.contains("default-src 'none'; script-src 'sha256-"));
        assert_eq!(page.matches("unsafe-").count(), 0);
        assert_eq!([page.matches("<script").count(), page.matches("<style").count()], [2, 1]);
        let text = without_code(&page);
        for tag in
            ["<link", "<img", "<iframe", "<form", "style=\"", " src=", "@import", "url(http", "<base", " onclick=", " onload="]
        {
            assert!(!text.contains(tag), "{tag}");
        }
        well_formed(&text);
    }
}

#[test]
fn every_table_has_a_caption_and_scopes() {
    let page = rendered(&Html, &fleet());
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<th").count() - page.matches("<thead").count(), page.matches(" scope=\"").count());
    assert_eq!(page.matches("<h1>").count(), 1);
}

/// Every tag that opens is closed in order; void elements aside.
fn well_formed(page: &str) {
    const VOID: [&str; 5] = ["meta", "br", "!DOCTYPE", "hr", "input"];
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let name: &str = tag.split(|end: char| end.is_whitespace() || end == '>').next().expect("never empty");
        if let Some(closed) = name.strip_prefix('/') {
            let opened = open.pop();
            assert!(opened == Some(closed), "{opened:?} closed by {closed}");
        } else if !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The report whose bytes are compared twice.
fn twice(format: &dyn Format, report: &ReportV1) -> bool {
    rendered(format, report) == rendered(format, &report.clone())
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in [&Markdown as &dyn Format, &Html, &underpin::report::Json, &Terminal::default()] {
        assert!(twice(format, &fleet()));
    }
}

/// Ended versions only, one of them undecided, with no cost from which support pays.
fn ended_and_undecided() -> ReportV1 {
    let mut report = repository();
    let case = report.opportunities.first_mut().expect("the fixture has cases");
    case.verdict = VerdictWord::Depends;
    case.sub_verdict = None;
    case.turns_on = vec![TurnsOn::Tier];
    case.break_even.downtime_no = Some(Amount(43_512.0));
    let thresholds = Thresholds { no: case.break_even.downtime_no, yes: None };
    case.summary = sentence(case.verdict, None, case.lifecycle.state, false, &case.turns_on, thresholds);
    report
}

#[test]
fn an_ended_version_is_never_left_to_the_community() {
    for report in [repository(), ended_and_undecided()] {
        for format in [&Terminal::default() as &dyn Format, &Markdown, &Html] {
            assert!(!without_code(&rendered(format, &report)).to_lowercase().contains("community"));
        }
    }
}

#[test]
fn an_undecided_ended_version_says_its_figure_and_what_exposure_means() {
    let report = ended_and_undecided();
    let page = rendered(&Terminal::default(), &report);
    for words in ["below: free way", "43,500", "Spring Boot 2.7.18: must act if on the internet."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let html = rendered(&Html, &report);
    assert!(html.contains("a free way is cheaper") && !html.contains(">none</text>"), "{html}");
}
