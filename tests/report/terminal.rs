//! The page for a terminal.

use std::time::Duration;

use expect_test::expect_file;
use underpin::report::{ReportV1, Style, Terminal, View};
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
            for view in [View::Table, View::Tree, View::Detail] {
                let page = rendered(&Terminal { width, all: width % 2 == 0, view, ..Terminal::default() }, &report);
                for line in page.lines() {
                    assert!(line.width() <= width.clamp(60, 200), "{width} {view:?}: {line}");
                }
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

#[test]
fn the_tree_and_the_detail_show_every_deployment_where_it_is() {
    for report in [host(), repository(), fleet()] {
        for view in [View::Tree, View::Detail] {
            let page = rendered(&Terminal { view, all: true, width: 200, ..Terminal::default() }, &report);
            for place in &report.deployments {
                assert!(page.contains(&place.product_name), "{view:?}: {}", place.product_name);
                assert!(place.locations.iter().all(|path| page.contains(path.as_str())), "{view:?}: {:?}", place.locations);
            }
        }
    }
    let page = |view| rendered(&Terminal { view, elapsed: Some(Duration::from_millis(2_140)), ..Terminal::default() }, &host());
    expect_file!["snapshots/tree.txt"].assert_eq(&page(View::Tree));
    expect_file!["snapshots/detail.txt"].assert_eq(&page(View::Detail));
}

/// The page without its links, and their addresses.
fn unlinked(page: &str) -> (String, Vec<String>) {
    let mut pieces = page.split("\u{1b}]8;;");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    let mut addresses = Vec::new();
    for piece in pieces {
        let (address, rest) = piece.split_once("\u{1b}\\").expect("an address has its end");
        text.push_str(rest);
        addresses.push(address.to_owned());
    }
    (text, addresses)
}

#[test]
fn links_are_the_only_difference_of_the_linked_page_and_each_ends_in_its_line() {
    for report in [host(), repository(), fleet(), hostile()] {
        for view in [View::Table, View::Tree, View::Detail] {
            for width in [60, 80, 100, 140] {
                let plain = rendered(&Terminal { view, width, ..Terminal::default() }, &report);
                let page = rendered(&Terminal { view, width, links: true, ..Terminal::default() }, &report);
                assert!(!plain.contains('\u{1b}'));
                assert_eq!(unlinked(&page).0, plain, "{view:?} {width}");
                for line in page.lines() {
                    let (_, addresses) = unlinked(line);
                    for pair in addresses.chunks(2) {
                        assert!(matches!(pair, [address, end] if address.starts_with("https://") && end.is_empty()), "{line:?}");
                    }
                }
            }
        }
    }
    let page = rendered(&Terminal { links: true, ..Terminal::default() }, &host());
    assert!(unlinked(&page).1.iter().any(|address| !address.is_empty()), "{page:?}");
}
