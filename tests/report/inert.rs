//! One walk through all formats with every kind of text that some reader of some format would obey.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx as Book};
use serde_json::Value;
use underpin::inventory::{Inventory, write_cyclonedx, write_spdx};
use underpin::model::{Component, Coverage, Evidence, HostFacts, Location, Purl, Target, TargetKind};
use underpin::report::{
    Csv, Format, Html, Ics, Json, Markdown, Register, RegisterXlsx, ReportV1, Terminal, Xlsx, csv_cell, explain, explain_json,
    explain_markdown, visible,
};

use crate::fixtures::{HOSTILE, full_of};
use crate::page::without_code;

/// Starts of formulas, ends of elements and lines, marks that a terminal, a reader or a calendar obeys.
const TEXTS: [&str; 18] = [
    HOSTILE,
    "=cmd()",
    "+cmd()",
    "-2+3+cmd()",
    "@SUM(A1)",
    "\t=cmd()",
    "\r=cmd()",
    "\n=cmd()",
    " =cmd()",
    "a;=cmd()",
    "＝cmd()",
    "</script><script>cmd()</script>",
    "\"><img src=x onerror=cmd()>",
    "x\u{2028}cmd()\u{2029}",
    "\u{202e}gpj.exe\u{2066}\u{200b}",
    "\u{1b}]8;;https://evil.example\u{7}\u{9b}31m\u{0}",
    "[x](javascript:cmd()) `cmd()` | <b>",
    "x\r\nEND:VEVENT\r\nBEGIN:VALARM",
];

/// Texts for people: nothing in them acts on a terminal or changes the order of reading; line ends are the format's own.
fn for_people(text: &str, from: &str) {
    for character in text.chars().filter(|character| *character != '\n') {
        assert_eq!(visible(&character.to_string()), character.to_string(), "{from:?}: {text}");
    }
}

fn html(text: &str, from: &str) {
    for_people(text, from);
    assert_eq!(text.matches("<script").count(), 2, "{from:?}: the data and the script");
    assert_eq!(text.matches("</script").count(), 2, "{from:?}");
    let body = without_code(text);
    for acts in ["<script", "<img", "<b>", "href=\"javascript", " onerror=\"", "style=\""] {
        assert!(!body.contains(acts), "{from:?}: {acts}");
    }
    for tag in body.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag) {
        assert_eq!(tag.matches('"').count() % 2, 0, "{from:?}: {tag}");
    }
    let data = text.split_once("id=\"data\">").and_then(|(_, rest)| rest.split_once("</script>")).expect("the data").0;
    assert!(!data.contains(['<', '>', '&']), "{from:?}: {data}");
    let data: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data.pointer("/cases/0/id").and_then(Value::as_str), Some(visible(from).as_str()));
}

fn markdown(text: &str, from: &str) {
    for_people(text, from);
    for line in text.lines() {
        let bare = ["\\`", "\\|", "\\[", "\\]", "\\<"].iter().fold(line.to_owned(), |line, pair| line.replace(pair, ""));
        assert_eq!(bare.matches('`').count() % 2, 0, "{from:?}: {line}");
        // Between backticks everything is text.
        let outside: String = bare.split('`').step_by(2).collect();
        for acts in ["<script", "<img", "<b>", "](javascript"] {
            assert!(!outside.contains(acts), "{from:?}: {line}");
        }
    }
}

/// No cell starts a formula: not at its start, behind its white space, or behind a semicolon.
fn csv(text: &str, from: &str) {
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{from:?}: {text}");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for record in reader.records() {
        for cell in record.expect("as long as the head").iter().filter(|cell| cell.parse::<f64>().is_err()) {
            for part in cell.split(';').map(str::trim_start) {
                assert!(!part.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']), "{from:?}: {cell}");
            }
        }
    }
}

fn workbook(bytes: &[u8], from: &str) {
    let mut book: Book<_> = Book::new(Cursor::new(bytes)).expect("a workbook");
    for sheet in book.sheet_names() {
        for (.., formula) in book.worksheet_formula(&sheet).expect("the sheet").used_cells() {
            assert!(!formula.contains("cmd") && !formula.contains("SUM(A1)"), "{from:?}: {sheet}: {formula}");
        }
        for (.., cell) in book.worksheet_range(&sheet).expect("the sheet").used_cells() {
            if let Data::String(text) = cell {
                for_people(text, from);
            }
        }
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    for index in 0..archive.len() {
        let mut text = String::new();
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        std::io::Read::read_to_string(&mut part, &mut text).expect("XML");
        assert!(!name.contains("_rels/") || !text.contains("javascript:"), "{from:?}: {name}");
    }
}

/// Each line is a property of an event, and no text ends an event or begins another part.
fn calendar(text: &str, from: &str) {
    for_people(&text.replace("\r\n", "\n"), from);
    let lines = text.replace("\r\n ", "");
    let count = |line: &str| lines.lines().filter(|other| *other == line).count();
    assert!(count("BEGIN:VEVENT") > 2, "{from:?}: {text}");
    assert_eq!((count("BEGIN:VEVENT"), count("BEGIN:VALARM")), (count("END:VEVENT"), 0), "{from:?}");
    for line in lines.lines() {
        let name = line.split([':', ';']).next().unwrap_or_default();
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{from:?}: {line}");
    }
}

fn document(bytes: &[u8], from: &str) -> Value {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    for_people(text, from);
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{from:?}: {error}"))
}

fn bytes(format: &dyn Format, report: &ReportV1) -> Vec<u8> {
    let mut bytes = Vec::new();
    format.render(report, &mut bytes).expect("a Vec takes everything");
    bytes
}

fn text(format: &dyn Format, report: &ReportV1) -> String {
    String::from_utf8(bytes(format, report)).expect("UTF-8")
}

#[test]
fn no_text_is_obeyed_in_any_format() {
    for from in TEXTS {
        let report = full_of(from);
        for format in [Terminal::default(), Terminal { all: true, ..Terminal::default() }] {
            for_people(&text(&format, &report), from);
        }
        for_people(&explain(&report, from, 100).expect("a product"), from);
        markdown(&text(&Markdown, &report), from);
        markdown(&explain_markdown(&report, from).expect("a product"), from);
        html(&text(&Html, &report), from);
        for format in [&Csv as &dyn Format, &Register] {
            csv(&text(format, &report), from);
        }
        csv(&csv_cell(from), from);
        for format in [&Xlsx as &dyn Format, &RegisterXlsx] {
            workbook(&bytes(format, &report), from);
        }
        calendar(&text(&Ics, &report), from);
        let json = document(&bytes(&Json, &report), from);
        assert_eq!(json.pointer("/targets/0/name").and_then(Value::as_str), Some(from), "programs get it as it is");
        document(explain_json(&report, from).expect("a product").expect("plain data").as_bytes(), from);
        let inventories = [inventory(from)];
        let mut bills = [Vec::new(), Vec::new()];
        write_cyclonedx(&inventories, &mut bills[0]).expect("a Vec takes everything");
        write_spdx(&inventories, report.as_of, &mut bills[1]).expect("a Vec takes everything");
        let names = bills.map(|bill| document(&bill, from)).map(|bill| {
            let name = bill.pointer("/components/0/name").or_else(|| bill.pointer("/packages/1/name"));
            name.and_then(Value::as_str).unwrap_or_else(|| panic!("no name: {bill}")).to_owned()
        });
        assert_eq!(names, [from, from]);
    }
}

/// A package with such a name, version and licence, in such a place of such a target.
fn inventory(name: &str) -> Inventory {
    let purl = Purl::new("npm", name).with_version(name);
    let mut component = Component::new(purl, Evidence::Declared, "npm-lock", Location::file(name));
    component.license = Some(name.to_owned());
    let target = Target { name: name.to_owned(), kind: TargetKind::Repository, path: name.to_owned(), revision: None };
    let (host, coverage) = (HostFacts::default(), Coverage::default());
    Inventory { target, host, components: vec![component], runtime: None, coverage, problems: Vec::new() }
}
