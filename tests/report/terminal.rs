//! The page for a terminal.

use std::time::Duration;

use expect_test::expect_file;
use underpin::report::{ReportV1, Style, Terminal};
use unicode_width::UnicodeWidthStr;

use crate::fixtures::{fleet, host, hostile, nothing, repository};
use crate::{rendered, undisclosed};

fn page(report: &ReportV1) -> String {
    rendered(&Terminal { elapsed: Some(Duration::from_millis(2_140)), ..Terminal::default() }, report)
}

#[test]
fn a_first_run_on_a_host() {
    expect_file!["snapshots/host.txt"].assert_eq(&page(&host()));
}

#[test]
fn a_first_run_in_a_repository() {
    expect_file!["snapshots/repository.txt"].assert_eq(&page(&repository()));
}

#[test]
fn a_fleet_is_grouped_by_host() {
    expect_file!["snapshots/fleet.txt"].assert_eq(&page(&fleet()));
}

#[test]
fn the_page_fits_80_and_60_columns() {
    let page = |width| {
        [host(), repository(), fleet()].map(|report| rendered(&Terminal { width, ..Terminal::default() }, &report)).join("\n")
    };
    expect_file!["snapshots/narrow.txt"].assert_eq(&page(80));
    expect_file!["snapshots/narrowest.txt"].assert_eq(&page(60));
}

#[test]
fn nothing_to_decide_says_so_first() {
    let page = page(&nothing());
    assert!(page.starts_with("Nothing here needs a purchase.\n"), "{page}");
    expect_file!["snapshots/nothing.txt"].assert_eq(&page);
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for report in [host(), repository(), fleet(), nothing(), hostile()] {
        for width in (58..=202).step_by(3) {
            let page = rendered(&Terminal { width, all: width % 2 == 0, ..Terminal::default() }, &report);
            for line in page.lines() {
                assert!(line.width() <= width.clamp(60, 200), "{width}: {line}");
            }
        }
    }
}

#[test]
fn no_word_breaks_while_another_column_could_give_way() {
    for report in [host(), repository(), fleet()] {
        let whole = rendered(&Terminal { width: 200, all: true, ..Terminal::default() }, &report);
        // What is left out of a header that is too wide takes its comma with it.
        let bare = |word: &str| word.trim_end_matches([',', ':']).to_owned();
        let words: Vec<String> = whole.split_whitespace().map(bare).collect();
        for width in 60..200 {
            let page = rendered(&Terminal { width, all: true, ..Terminal::default() }, &report);
            // A path may break behind a slash.
            let whole = |word: &String| words.contains(word) || words.iter().any(|path| path.ends_with(&format!("/{word}")));
            let broken: Vec<String> =
                page.split_whitespace().map(bare).filter(|word| !word.contains('/') && !whole(word)).collect();
            assert!(broken.is_empty(), "{width}: {broken:?} in\n{page}");
        }
    }
}

#[test]
fn colour_is_the_only_difference_of_the_coloured_page() {
    let coloured = rendered(&Terminal { style: Style::Colour, ..Terminal::default() }, &fleet());
    let plain = rendered(&Terminal::default(), &fleet());
    assert!(coloured.contains("\u{1b}[1m"));
    assert!(!plain.contains('\u{1b}'));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
    assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
}

#[test]
fn no_vendor_and_no_link_stands_above_the_offers() {
    for report in [host(), repository(), fleet()] {
        let page = page(&report);
        let (above, _) = page.split_once("OFFERS ON RECORD").expect("the part is always there");
        let above = undisclosed(above);
        assert!(!page.contains("://"), "{page}");
        for vendor in report.offers_on_record.iter().flat_map(|offers| &offers.entries).map(|entry| &entry.vendor_name) {
            // NodeSource is also whose build is installed, which is a fact of the host.
            assert!(vendor == "NodeSource" || !above.contains(vendor.as_str()), "{vendor}: {above}");
        }
    }
}

#[test]
fn without_vendors_the_free_work_is_the_same_bytes() {
    let mut bare = host();
    bare.offers_on_record.clear();
    let free = |report: &ReportV1| {
        let page = page(report);
        page.split_once("DOES PAID").map(|(free, _)| free.to_owned()).expect("part 2 is always there")
    };
    assert_eq!(free(&bare), free(&host()));
    assert!(page(&bare).contains("OFFERS ON RECORD    none for what was found"));
}

#[test]
fn the_last_line_is_the_next_command() {
    for report in [host(), repository(), fleet(), nothing()] {
        let page = page(&report);
        assert!(page.lines().last().is_some_and(|line| line.contains("underpin report ")), "{page}");
    }
}
