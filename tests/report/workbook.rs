//! The workbook, read back: its formulas against the published vectors, its texts as texts, its bytes the same each time.

use calamine::{Data, Reader, Xlsx as Book};
use std::io::Cursor;
use underpin::report::view::*;
use underpin::report::{Format, RegisterXlsx, ReportV1, Xlsx};

use crate::fixtures::{HOSTILE, fleet, host, hostile, nothing, repository};

type Workbook = Book<Cursor<Vec<u8>>>;

fn bytes(format: &dyn Format, report: &ReportV1) -> Vec<u8> {
    let mut bytes = Vec::new();
    format.render(report, &mut bytes).expect("a Vec takes everything");
    bytes
}

fn book(format: &dyn Format, report: &ReportV1) -> Workbook {
    Book::new(Cursor::new(bytes(format, report))).expect("a workbook")
}

/// A sheet's rows, every cell as text.
fn rows(book: &mut Workbook, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).expect(sheet);
    let (height, width) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
    let cell = |row, column| range.get_value((row, column)).map_or_else(String::new, Data::to_string);
    (0..height).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect()
}

/// The cells of a case's row below the titles that are asked for.
fn of_case(book: &mut Workbook, sheet: &str, case: &str, titles: &[&str]) -> Vec<String> {
    let rows = rows(book, sheet);
    let head = rows.iter().find(|row| row.first().is_some_and(|cell| cell == "Case")).expect("a head");
    let row = rows.iter().find(|row| row.first().is_some_and(|cell| cell == case)).expect("a row of the case");
    let at = |title: &str| head.iter().position(|own| own == title).unwrap_or_else(|| panic!("no column {title}"));
    titles.iter().map(|title| row[at(title)].clone()).collect()
}

/// A published vector as a report with one case: constants for inputs, its categories as factors.
struct Vector {
    name: &'static str,
    inputs: &'static [(&'static str, f64)],
    /// S·eD, S·eS, mE·mL·mK, mE, and whether audits find it.
    factors: (f64, f64, f64, f64, bool),
    ended: bool,
    leave_allowed: bool,
    /// A, B, C, NV.
    costs: [Option<f64>; 4],
}

/// Of the worked examples of `oss-score/1`, which docs/scoring.md points to; omega is 1.
const VECTORS: &[Vector] = &[
    Vector {
        name: "V1",
        inputs: &[("h", 40.0), ("w", 60.0), ("a", 0.15), ("P", 3000.0), ("o", 24.0), ("Y", 3.0), ("v", 4.0)],
        factors: (1.0, 1.0, 1.0, 1.0, false),
        ended: false,
        leave_allowed: true,
        costs: [Some(28_800.0), Some(28_200.0), None, Some(600.0)],
    },
    Vector {
        name: "V4",
        inputs: &[
            ("h", 10.0),
            ("w", 50.0),
            ("a", 0.1),
            ("lam", 2.0),
            ("D", 3.0),
            ("c", 1000.0),
            ("q", 0.2),
            ("P", 1500.0),
            ("o", 12.0),
            ("Y", 1.0),
            ("v", 4.0),
        ],
        factors: (0.0, 0.25, 1.0, 1.0, false),
        ended: false,
        leave_allowed: true,
        costs: [Some(6_000.0), Some(7_700.0), None, Some(-1_700.0)],
    },
    Vector {
        name: "V5",
        inputs: &[
            ("h", 4.0),
            ("w", 60.0),
            ("a", 0.12),
            ("f", 0.0002),
            ("LM", 200_000.0),
            ("r", 0.05),
            ("P", 800.0),
            ("o", 8.0),
            ("Y", 1.0),
            ("v", 2.0),
        ],
        factors: (1.0, 1.0, 10.0, 10.0, false),
        ended: false,
        leave_allowed: true,
        costs: [Some(3_280.0), Some(4_314.4), None, Some(-1_034.4)],
    },
    Vector {
        name: "V6",
        inputs: &[
            ("h", 10.0),
            ("w", 85.0),
            ("a", 0.05),
            ("x", 4.0),
            ("ae", 0.8),
            ("f", 0.0002),
            ("LM", 200_000.0),
            ("r", 0.6),
            ("g", 0.4),
            ("kh", 80.0),
            ("rc", 0.9),
            ("U", 24.0),
            ("T", 4.0),
            ("P", 14_016.0),
        ],
        factors: (1.0, 1.0, 30.0, 10.0, true),
        ended: true,
        leave_allowed: false,
        costs: [Some(18_200.0), Some(25_274.0), Some(11_110.0), Some(-14_164.0)],
    },
    Vector {
        name: "V8",
        inputs: &[
            ("h", 6.0),
            ("w", 50.0),
            ("a", 0.05),
            ("x", 3.0),
            ("ae", 0.8),
            ("f", 0.0002),
            ("LM", 200_000.0),
            ("r", 0.6),
            ("U", 160.0),
            ("T", 4.0),
            ("P", 1_200.0),
            ("o", 8.0),
            ("Y", 1.0),
            ("v", 2.0),
        ],
        factors: (1.0, 1.0, 9.0, 3.0, false),
        ended: true,
        leave_allowed: true,
        costs: [Some(5_760.0), Some(5_624.0), Some(5_720.0), Some(96.0)],
    },
];

fn report_of(vector: &Vector) -> ReportV1 {
    let input = |(symbol, value): &(&str, f64)| Input {
        symbol: (*symbol).to_owned(),
        lo: Figure(*value),
        likely: Figure(*value),
        hi: Figure(*value),
        ..Input::default()
    };
    let (downtime, losses, events, events_upgraded, audited) = vector.factors;
    let mut case = Opportunity {
        id: vector.name.to_owned(),
        inputs: vector.inputs.iter().chain(&[("omega", 1.0)]).map(input).collect(),
        factors: Factors {
            downtime: Figure(downtime),
            losses: Figure(losses),
            events: Figure(events),
            events_upgraded: Figure(events_upgraded),
            ended: vector.ended,
            audited,
        },
        ..Opportunity::default()
    };
    case.alternatives.community.admissible = vector.leave_allowed;
    case.alternatives.upgrade = vector.costs[2].map(|_| UpgradeWay::default());
    ReportV1 { opportunities: vec![case], ..ReportV1::default() }
}

const WAYS: [&str; 4] = ["A: leave it as it is", "B: buy", "C: upgrade it yourself", "Net value of buying (NV)"];

#[test]
fn the_sheet_of_cases_gives_the_published_vectors() {
    for vector in VECTORS {
        let mut book = book(&Xlsx, &report_of(vector));
        let found = of_case(&mut book, "Cases", vector.name, &WAYS);
        for ((way, found), expected) in WAYS.iter().zip(found).zip(vector.costs) {
            match expected {
                None => assert_eq!(found, "", "{} {way}", vector.name),
                Some(cost) => {
                    let found: f64 = found.parse().unwrap_or_else(|_| panic!("{} {way}: {found}", vector.name));
                    assert!((found - cost).abs() < 1e-6, "{} {way}: {found}, not {cost}", vector.name);
                }
            }
        }
    }
}

/// Every live cell is a formula over figures, so that a figure of the reader's own moves it.
#[test]
fn what_is_computed_is_a_formula_over_the_figures_of_the_same_case() {
    let mut book = book(&Xlsx, &report_of(&VECTORS[3]));
    let formulas = book.worksheet_formula("Cases").expect("the sheet");
    let texts: Vec<String> = formulas.used_cells().map(|(.., text)| text.clone()).collect();
    assert_eq!(texts.len(), 13, "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("Figures!$I$")), "{texts:?}");
    let figures = rows(&mut book, "Figures");
    let of = |symbol: &str| figures.iter().position(|row| row[0] == "V6" && row[2] == symbol).expect(symbol) + 1;
    let routine = format!("12*Cases!$L$5*Figures!$I${}", of("h"));
    assert!(texts.contains(&routine), "{routine} not in {texts:?}");
    let used = book.worksheet_formula("Figures").expect("the sheet");
    let hour = of("w");
    let own = used.get_value((u32::try_from(hour).expect("few rows") - 1, 8)).expect("a formula");
    assert_eq!(own, &format!("IF(ISNUMBER(H{hour}),H{hour},IF(ISNUMBER($H$4),$H$4,F{hour}))"));
}

#[test]
fn cash_by_year_adds_up_to_the_net_value_of_the_contract() {
    let mut book = book(&Xlsx, &report_of(&VECTORS[0]));
    let titles = ["Price a year", "Saved a year", "Year 0", "Year 1", "Year 3", "Sum to year 3", "Paid back after years"];
    // Three years of V1, a contract of three years: 3 × 600.
    assert_eq!(
        of_case(&mut book, "Cash", "V1", &titles),
        ["3000", "4320", "-1440", "1080", "1080", "1800", "1.3333333333333333"]
    );
    let mut worse = report_of(&VECTORS[1]);
    worse.opportunities[0].id = "V4".into();
    let mut book = self::book(&Xlsx, &worse);
    assert_eq!(of_case(&mut book, "Cash", "V4", &["Paid back after years"]), ["not within 3 years"]);
}

#[test]
fn an_unknown_price_is_no_zero() {
    let mut report = report_of(&VECTORS[0]);
    report.opportunities[0].inputs.retain(|input| input.symbol != "P");
    let mut book = book(&Xlsx, &report);
    let found = of_case(&mut book, "Cases", "V1", &["A: leave it as it is", "B: buy", "Net value of buying (NV)", "Price"]);
    assert_eq!(found, ["28800", "price unknown", "price unknown", "price unknown"]);
    let formulas = book.worksheet_formula("Cases").expect("the sheet");
    let waits = formulas.used_cells().filter(|(.., text)| text.starts_with("IF(ISNUMBER(Figures!$I$")).count();
    assert_eq!(waits, 2, "a quote that is put in is used at once");
}

#[test]
fn without_a_free_way_there_is_no_net_value() {
    let mut report = report_of(&VECTORS[3]);
    report.opportunities[0].alternatives.upgrade = None;
    let mut book = book(&Xlsx, &report);
    assert_eq!(of_case(&mut book, "Cases", "V6", &["Net value of buying (NV)"]), ["no free way"]);
}

#[test]
fn the_book_has_its_sheets_and_says_who_may_gain_on_the_first() {
    for report in [host(), fleet(), repository(), nothing()] {
        let mut book = book(&Xlsx, &report);
        assert_eq!(
            book.sheet_names(),
            [
                "Summary",
                "Cases",
                "Figures",
                "Cash",
                "Offers",
                "Compared",
                "Together",
                "Contracts",
                "Reminders",
                "Free work",
                "Life cycles",
                "Register",
                "Method",
                "Disclosure"
            ]
        );
        let gain = rows(&mut book, "Summary").into_iter().find(|row| row[0] == "Who may gain").expect("the disclosure");
        assert!(!gain[1].is_empty());
        let offers = rows(&mut book, "Offers");
        for entry in report.offers_on_record.iter().flat_map(|offers| &offers.entries) {
            assert!(offers.iter().any(|row| row.get(2).is_some_and(|cell| *cell == entry.vendor_name)), "{}", entry.vendor_name);
        }
        let mut register = self::book(&RegisterXlsx, &report);
        assert_eq!(register.sheet_names(), ["Register", "Scan and coverage"]);
        assert!(rows(&mut register, "Scan and coverage").iter().any(|row| row[0] == "who may gain" && !row[1].is_empty()));
    }
}

#[test]
fn vendors_stand_on_the_sheets_of_offers_and_of_who_may_gain_alone() {
    let report = fleet();
    let mut book = book(&Xlsx, &report);
    for sheet in ["Cases", "Figures", "Cash", "Free work", "Register"] {
        let text = format!("{:?}", rows(&mut book, sheet));
        for entry in report.offers_on_record.iter().flat_map(|offers| &offers.entries) {
            // NodeSource is also whose build is installed, which is a fact of the host.
            assert!(entry.vendor_name == "NodeSource" || !text.contains(&entry.vendor_name), "{} on {sheet}", entry.vendor_name);
        }
    }
}

#[test]
fn hostile_texts_are_texts_and_never_formulas_or_links() {
    for format in [&Xlsx as &dyn Format, &RegisterXlsx] {
        let mut book = book(format, &hostile());
        for sheet in book.sheet_names() {
            for (.., formula) in book.worksheet_formula(&sheet).expect("the sheet").used_cells() {
                assert!(!formula.contains("cmd") && !formula.contains("calc"), "{sheet}: {formula}");
            }
            for cell in rows(&mut book, &sheet).into_iter().flatten() {
                assert!(cell.chars().all(|c| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c)), "{sheet}: {cell:?}");
            }
        }
        let shown = rows(&mut book, "Register").concat().concat();
        assert!(shown.contains("=cmd()|'/c calc'!A1") && HOSTILE.starts_with("=cmd()"), "{shown}");
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes(&Xlsx, &hostile()))).expect("a zip");
    for index in 0..archive.len() {
        let mut text = String::new();
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        std::io::Read::read_to_string(&mut part, &mut text).expect("XML");
        assert!(!text.contains("javascript:") || !name.contains("_rels/"), "{name}");
        assert!(!name.contains("vba") && !name.contains("external"), "{name}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_whatever_the_time() {
    let first = bytes(&Xlsx, &fleet());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(first == bytes(&Xlsx, &fleet()));
    assert!(bytes(&RegisterXlsx, &host()) == bytes(&RegisterXlsx, &host()));
    let mut archive = zip::ZipArchive::new(Cursor::new(first)).expect("a zip");
    let mut core = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("docProps/core.xml").expect("properties"), &mut core).expect("XML");
    assert!(core.contains("2026-11-24T00:00:00Z"), "{core}");
}
