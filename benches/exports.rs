//! How large each format becomes, and how long it takes: `cargo bench --bench exports`. Nothing here is timed in continuous integration.

use std::fmt::Write as _;
use std::io;
use std::time::Instant;

#[path = "../tests/report/fixtures/mod.rs"]
#[expect(unused, clippy::wildcard_imports, reason = "the fixtures of the tests, of which one is used")]
mod fixtures;

use underpin::report::view::{Contender, Recipe};
use underpin::report::{Csv, Format, Html, Ics, Json, Markdown, Register, RegisterXlsx, ReportV1, Terminal, Xlsx};
use underpin::score::{Case, Situation};

/// What a page computes a case from, with inputs that vary as a real one's do.
fn recipe() -> Recipe {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../src/score/vectors.json")).expect("JSON");
    let Situation { context, inputs } = Case::parse("S1", &vectors["S1"].to_string()).expect("a case").situation;
    Recipe { key: "S1".to_owned(), context, contenders: vec![Contender { sold: true, inputs, what_ifs: Vec::new() }] }
}

/// A report with so many cases, each with as many inputs as a scored one, five offers and a place.
fn report(cases: usize) -> ReportV1 {
    let (small, recipe) = (fixtures::fleet(), recipe());
    let mut large = ReportV1 { opportunities: Vec::new(), deployments: Vec::new(), ..small.clone() };
    for number in 0..cases {
        let mut case = small.opportunities[number % small.opportunities.len()].clone();
        case.id = format!("{}-{number}", case.id);
        case.recipe = Some(Recipe { key: case.id.clone(), ..recipe.clone() });
        let more: Vec<_> = case.inputs.iter().cycle().take(22).cloned().collect();
        case.inputs = more;
        let offer = case.offers[0].clone();
        case.offers = vec![offer; 5];
        let mut place = small.deployments[number % small.deployments.len()].clone();
        place.id = format!("{}-{number}", place.id);
        place.version = Some(format!("1.{number}"));
        place.cycle.clone_from(&place.version);
        case.deployments = vec![place.id.clone()];
        large.opportunities.push(case);
        large.deployments.push(place);
    }
    large
}

fn main() -> io::Result<()> {
    let formats: [(&str, &dyn Format); 9] = [
        (".txt", &Terminal::default()),
        (".html", &Html),
        (".md", &Markdown),
        (".json", &Json),
        (".csv", &Csv),
        (".xlsx", &Xlsx),
        (".ics", &Ics),
        ("register.csv", &Register),
        ("register.xlsx", &RegisterXlsx),
    ];
    let mut table = "cases  format          bytes        ms\n".to_owned();
    for cases in [10, 500, 5_000] {
        let report = report(cases);
        for (name, format) in formats {
            let mut bytes = Vec::new();
            let start = Instant::now();
            format.render(&report, &mut bytes)?;
            let took = start.elapsed().as_secs_f64() * 1000.0;
            writeln!(table, "{cases:>5}  {name:<13}  {:>10}  {took:>8.1}", bytes.len()).map_err(io::Error::other)?;
        }
    }
    io::Write::write_all(&mut io::stdout(), table.as_bytes())
}
