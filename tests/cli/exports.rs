//! Files of every format that a report and a scan write.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::fixtures::{Folder, angularjs, debian};
use crate::program::{stdout, underpin};

const DAY: &str = "2026-11-24";
const REPORTED: [&str; 9] = ["r.html", "r.md", "r.csv", "r.xlsx", "r.json", "r.cdx.json", "r.spdx.json", "r.ics", "r.txt"];

/// Writes files outside of what is scanned.
fn written(arguments: &[&str], names: &[&str], flag: &str) -> (tempfile::TempDir, Vec<Vec<u8>>) {
    let out = tempfile::tempdir().expect("a folder");
    let paths: Vec<String> = names.iter().map(|name| out.path().join(name).to_string_lossy().into_owned()).collect();
    let mut command = underpin(arguments);
    for path in &paths {
        command.args([flag, path]);
    }
    assert_eq!(stdout(&mut command), "", "files are asked for, so nothing else");
    let bytes = paths.iter().map(|path| fs::read(path).expect("a file")).collect();
    (out, bytes)
}

#[test]
fn every_format_is_written_at_once_for_its_owner_alone_and_in_the_place_of_an_old_one() {
    let folder = debian();
    let out = tempfile::tempdir().expect("a folder");
    let mut command = underpin(["report", &folder.arg(), "--as-of", DAY]);
    for name in REPORTED {
        let path = out.path().join(name);
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("own file");
        command.arg("-o").arg(path);
    }
    for name in ["register.csv", "other.csv"] {
        fs::write(out.path().join(name), "old").expect("a file");
    }
    command.arg("--register").arg(out.path().join("register.csv"));
    assert_eq!(stdout(&mut command), "");
    for name in REPORTED.iter().chain(&["register.csv"]) {
        let path = out.path().join(name);
        assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o777, 0o600, "{name}");
        let bytes = fs::read(&path).expect("a file");
        assert!(bytes != b"old" && bytes.len() > 100, "{name}");
    }
    let head = |name: &str| fs::read(out.path().join(name)).expect("a file").get(..12).expect("not empty").to_vec();
    assert!(head("r.xlsx").starts_with(b"PK\x03\x04"));
    assert!(head("r.ics").starts_with(b"BEGIN:VCALEN"));
    assert!(head("r.csv").starts_with(b"row,as_of,cu"));
    assert!(fs::read_to_string(out.path().join("r.cdx.json")).expect("a file").contains("\"bomFormat\": \"CycloneDX\""));
    assert!(fs::read_to_string(out.path().join("r.spdx.json")).expect("a file").contains("\"SPDX-2.3\""));
}

#[test]
fn the_bills_of_materials_of_a_report_are_those_of_the_scan() {
    let folder = angularjs();
    let names = ["b.cdx.json", "b.spdx.json"];
    let (_one, reported) = written(&["report", &folder.arg(), "--as-of", DAY], &names, "-o");
    let (_other, scanned) = written(&["scan", &folder.arg(), "--as-of", DAY], &names, "-o");
    assert!(reported == scanned);
}

#[test]
fn an_extension_that_no_format_has_is_refused_with_those_that_are_known() {
    let folder = angularjs();
    let refused = |arguments: &[&str]| {
        let output = underpin(arguments).output().expect("the program starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, text) = refused(&["report", &folder.arg(), "-o", "r.pdf"]);
    assert_eq!(code, Some(2));
    for known in [".html", ".md", ".csv", ".xlsx", ".json", ".cdx.json", ".spdx.json", ".ics"] {
        assert!(text.contains(known), "{known}: {text}");
    }
    let (code, text) = refused(&["scan", &folder.arg(), "-o", "r.xlsx"]);
    assert!(code == Some(2) && text.contains("`underpin report` writes it"), "{text}");
    let (code, text) = refused(&["report", &folder.arg(), "--register", "r.json"]);
    assert!(code == Some(2) && text.contains(".csv .xlsx"), "{text}");
    assert!(!std::path::Path::new("r.json").exists());
    for more in [["-o", "r.csv"], ["-o", "r.cdx.json"], ["--register", "r.csv"], ["--format", "ics"]] {
        let (code, text) = refused(&[&["report", &folder.arg(), "--audience", "vendor"][..], &more].concat());
        assert!(code == Some(2) && text.contains("a vendor is told nothing of the scan"), "{more:?}: {text}");
    }
}

#[test]
fn one_thread_and_eight_give_the_same_files() {
    let folder = debian();
    let of = |threads: &str| written(&["report", &folder.arg(), "--as-of", DAY, "--threads", threads], &REPORTED, "-o").1;
    let (one, eight) = (of("1"), of("8"));
    for ((name, one), eight) in REPORTED.iter().zip(one).zip(eight) {
        assert!(one == eight, "{name}");
    }
}

/// What a case's row of a sheet holds, by title.
fn row(book: &mut Xlsx<std::io::BufReader<fs::File>>, sheet: &str, case: &str) -> BTreeMap<String, Data> {
    let range = book.worksheet_range(sheet).expect(sheet);
    let rows: Vec<&[Data]> = range.rows().collect();
    let head = rows.iter().find(|row| row.first() == Some(&Data::String("Case".into()))).expect("a head");
    let row = rows.iter().find(|row| row.first() == Some(&Data::String(case.into()))).expect("the case");
    head.iter().map(ToString::to_string).zip(row.iter().cloned()).collect()
}

/// A, B, C and the net value of a case of the JSON at its likely figures: the published formulas, written a second time.
fn ways(case: &Value) -> [f64; 4] {
    let input = |symbol: &str, neutral: f64| {
        let inputs = case.pointer("/inputs").and_then(Value::as_array).expect("inputs");
        let found = inputs.iter().find(|input| input["symbol"] == symbol);
        found.map_or(neutral, |input| input["likely"].as_f64().expect("a number"))
    };
    let i = |symbol| input(symbol, 0.0);
    let factor = |name: &str| case.pointer(&format!("/factors/{name}")).and_then(Value::as_f64).expect("a number");
    let flag = |place: &str| f64::from(u8::from(case.pointer(place).and_then(Value::as_bool).expect("a flag")));
    let hour = i("w") * input("omega", 1.0);
    let (routine, extra) = (12.0 * hour * i("h"), 12.0 * hour * i("x") * flag("/factors/ended"));
    let down = factor("downtime") * i("lam") * i("D") * i("c");
    let losses = |events: f64| factor("losses") * (i("f") * events).min(1.0) * i("LM");
    let (sec, sec0) = (losses(factor("events")), losses(factor("events_upgraded")));
    let comp = i("g") * i("kh") * hour * flag("/factors/audited");
    let keep = routine + extra + down + sec + comp;
    let buy = i("P")
        + hour * (i("o") / input("Y", 1.0) + i("v"))
        + routine * (1.0 - i("a"))
        + extra * (1.0 - i("ae"))
        + down * (1.0 - i("q"))
        + sec * (1.0 - i("r"))
        + comp * (1.0 - i("rc"));
    let upgrade = routine + hour * i("U") / input("T", 1.0) + down + sec0;
    let free = match (flag("/alternatives/community/admissible") > 0.0, case["alternatives"]["upgrade"].is_null()) {
        (true, true) => keep,
        (true, false) => keep.min(upgrade),
        (false, _) => upgrade,
    };
    [keep, buy, upgrade, free - buy]
}

#[test]
fn the_workbook_computes_what_the_formulas_make_of_the_report_s_own_figures() {
    let service = angularjs();
    for more in ["--env=staging", "--regime=pci", "--exposure=internet", "--downtime-cost=500"] {
        let (out, files) = written(&["report", &service.arg(), "--as-of", DAY, more], &["r.xlsx", "r.json"], "-o");
        let report: Value = serde_json::from_slice(&files[1]).expect("JSON");
        let mut book: Xlsx<_> = open_workbook(out.path().join("r.xlsx")).expect("a workbook");
        let cases = report["opportunities"].as_array().expect("cases");
        assert!(!cases.is_empty(), "{more}");
        for case in cases {
            let id = case["id"].as_str().expect("an id");
            let row = row(&mut book, "Cases", id);
            let [keep, buy, upgrade, net] = ways(case);
            let mut expected = vec![("A: leave it as it is", keep), ("B: buy", buy), ("Net value of buying (NV)", net)];
            if !case["alternatives"]["upgrade"].is_null() {
                expected.push(("C: upgrade it yourself", upgrade));
            }
            for (title, expected) in expected {
                let Some(Data::Float(found)) = row.get(title) else { panic!("{id} {title}: {:?}", row.get(title)) };
                assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{id} {title}: {found}, not {expected}");
            }
        }
    }
}

#[test]
fn a_decision_and_an_accepted_risk_stand_in_the_register_of_the_next_report() {
    let folder = debian();
    let out = tempfile::tempdir().expect("a folder");
    let at = |name: &str| out.path().join(name).to_string_lossy().into_owned();
    fs::write(
        at("underpin.toml"),
        "[[accepted]]\nid = \"EOL-nodejs-20\"\nowner = \"web team\"\nreason = \"gone by spring\"\nexpiry = \"2027-03-31\"\n\
         approved-by = \"CISO\"\napproved-on = \"2026-10-01\"\n",
    )
    .expect("a file");
    let mut command =
        underpin(["report", &folder.arg(), "--as-of", DAY, "--config", &at("underpin.toml"), "--register", &at("r.csv")]);
    stdout(&mut command);
    let text = fs::read_to_string(at("r.csv")).expect("a register");
    let row = text.lines().find(|line| line.starts_with("EOL-nodejs-20,")).unwrap_or_else(|| panic!("{text}"));
    for words in ["web team", "risk accepted", "gone by spring", "2027-03-31", "CISO", "2026-10-01", "2026-04-30", "https://"] {
        assert!(row.contains(words), "{words}: {row}");
    }
}

/// A file name and a package name that attack whoever opens a report of them.
#[test]
fn hostile_names_of_a_tree_are_inert_in_every_file() {
    let bom = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [{
        "type": "library", "name": "=cmd()|'<script>alert(1)\u001b[31m\u202egpj", "version": "+1",
        "purl": "pkg:npm/%3Dcmd%28%29%7C%27%3Cscript%3Ealert%281%29%1B%5B31m%E2%80%AEgpj@%2B1"}]}"#;
    let lock =
        r#"{"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/angular": {"version": "1.8.3"}}}"#;
    let folder = Folder::new(
        "=hostile",
        &[("-a\u{202e}b/=c/package-lock.json", lock), ("@d/bom.cdx.json", bom), ("=e/composer.lock", "{")],
    );
    let target = folder.arg();
    let reported = ["r.html", "r.md", "r.csv", "r.ics"];
    let (_a, mut texts) = written(&["report", &target, "--as-of", DAY, "--all"], &reported, "-o");
    texts.extend(written(&["scan", &target, "--all"], &["s.csv"], "-o").1);
    texts.extend(written(&["report", &target, "--as-of", DAY], &["g.csv"], "--register").1);
    for bytes in &texts {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\r')) || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(acts), "{text}");
        let is_table = text.starts_with("row,") || text.starts_with("target,") || text.starts_with("id,");
        assert!(is_table || !text.contains("<script>alert"), "{text}");
    }
    for bytes in
        texts.iter().filter(|bytes| bytes.starts_with(b"row,") || bytes.starts_with(b"target,") || bytes.starts_with(b"id,"))
    {
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        for record in reader.records() {
            for cell in &record.expect("as long as the head") {
                let acts = cell.starts_with(['=', '+', '@']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
                assert!(!acts, "{cell}");
            }
        }
    }
    let scanned = String::from_utf8(texts[4].clone()).expect("UTF-8");
    assert!(scanned.contains("'=cmd()"), "the name is there, as a text: {scanned}");
}
