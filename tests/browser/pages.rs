//! What a reader does with the page, and that nothing of it leaves the page.

use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::{Value, json};
use underpin::report::ReportV1;
use underpin::report::view::{LifeState, VerdictWord};
use underpin::score::{Downtime, Policy, Source, Symbol, Triple};

use crate::chromium::Browser;
use crate::fixtures::{HOSTILE, fleet, full_of, host, hostile, nothing, repository};
use crate::reports::Material;
use crate::written;

/// A page in a browser, with the folder that it lies in.
struct Shown {
    browser: Browser,
    report: ReportV1,
    _folder: tempfile::TempDir,
}

/// Where pictures of the pages are kept, which git ignores.
fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn shown(report: ReportV1) -> Shown {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let browser = Browser::start();
    browser.size(1280, 800);
    browser.open(&written(&report, folder.path()));
    Shown { browser, report, _folder: folder }
}

impl Shown {
    /// Lets the verdicts of the rows come to rest.
    fn rest(&self) {
        let settled = "new Promise((done) => { const look = () => waiting === null && due.size === 0 ? requestAnimationFrame(done) : setTimeout(look, 10); look(); })";
        self.browser.value(&format!("{settled}.then(() => true)"));
    }

    fn text(&self, expression: &str) -> String {
        self.browser.value(expression).as_str().unwrap_or_default().to_owned()
    }

    /// Rows that show: the words of one column.
    fn column(&self, column: usize) -> Vec<String> {
        let cells =
            format!("[...document.querySelectorAll('#rows tr:not([hidden])')].map((row) => row.cells[{column}].textContent)");
        serde_json::from_value(self.browser.value(&cells)).expect("a list of texts")
    }

    fn picture(&self, name: &str) {
        self.browser.picture(&pictures().join(name));
    }

    fn press(&self, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let text = if key == "Enter" && kind == "keyDown" { "\r" } else { "" };
            let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.browser.call("Input.dispatchKeyEvent", &event);
        }
    }
}

#[test]
fn the_page_opens_from_a_file_asks_for_nothing_and_says_nothing() {
    let page = shown(Material::scanned().assumed());
    page.rest();
    for doing in ["document.querySelector('[data-cost=\"50000\"]').click()", "byId('theme').click()", "location.hash = '#case-0'"]
    {
        page.browser.value(doing);
        page.rest();
    }
    assert_eq!(page.browser.said(), Vec::<String>::new());
    // The policy holds against whatever would try.
    page.browser.value("document.body.append(Object.assign(new Image(), { src: 'https://example.org/x.png' }))");
    page.browser.value("document.body.append(Object.assign(document.createElement('script'), { textContent: 'ran = 1' }))");
    assert_eq!(page.browser.value("typeof ran"), "undefined");
    assert!(page.browser.said().iter().any(|said| said.contains("Content Security Policy")));
}

#[test]
fn a_page_without_anything_to_compute_is_quiet_too() {
    let page = shown(nothing());
    assert_eq!(page.browser.said(), Vec::<String>::new());
    for report in [host(), repository()] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        page.browser.open(&written(&report, folder.path()));
        page.browser.value("location.hash = '#case-0'; goTo()");
        assert_eq!(page.browser.said(), Vec::<String>::new());
        assert_eq!(page.browser.value("byId('articles').children.length"), report.opportunities.len());
    }
}

#[test]
fn moved_rows_say_what_the_program_says_of_that_cost() {
    let material = Material::scanned();
    let page = shown(material.assumed());
    page.browser.value("byId('filter').value = 'all'; byId('filter').dispatchEvent(new Event('change'))");
    let mut seen = Vec::new();
    let costs = [500_u32, 50_000, 300_000];
    let of = |cost: &u32| {
        let downtime = Downtime::Cost(Triple::constant(f64::from(*cost)).expect("finite"));
        material.report(&Policy { downtime, ..Policy::default() })
    };
    let programs: Vec<ReportV1> = costs.par_iter().map(of).collect();
    for (cost, program) in costs.into_iter().zip(programs) {
        page.browser.value(&format!("document.querySelector('[data-cost=\"{cost}\"]').click()"));
        page.rest();
        for (number, case) in page.report.opportunities.iter().enumerate() {
            let said = page.text(&format!("document.querySelector('tr[data-case=\"{number}\"] .verdict').textContent"));
            let now = program.opportunities.iter().find(|other| other.id == case.id).expect("the same cases");
            assert_eq!(said, now.summary, "{} at {cost}", case.id);
            seen.push(now.verdict);
        }
    }
    assert!(seen.contains(&VerdictWord::DoesNotPayOff) && seen.contains(&VerdictWord::PaysOff), "{seen:?}");
    page.picture("moved.png");
    page.browser.value("byId('as-assumed').click()");
    page.rest();
    for (number, case) in page.report.opportunities.iter().enumerate() {
        let said = page.text(&format!("document.querySelector('tr[data-case=\"{number}\"] .verdict').textContent"));
        assert_eq!(said, case.summary, "{} as assumed", case.id);
    }
}

#[test]
fn a_section_shows_the_figures_of_the_program_and_moves_with_its_own_sliders() {
    let page = shown(Material::scanned().assumed());
    page.browser.value("location.hash = '#case-0'; goTo()");
    page.rest();
    let figures = "[...document.querySelectorAll('#case-0 .way .figure')].map((figure) => figure.textContent)";
    let before = page.browser.value(figures);
    let case = &page.report.opportunities[0];
    let cost = |amount: Option<underpin::report::view::Amount>| amount.map_or("–".to_owned(), underpin::report::amount);
    let ways = &case.alternatives;
    let upgrade = ways.upgrade.as_ref().and_then(|way| way.p50);
    assert_eq!(before, json!([cost(ways.community.p50), cost(ways.buy.p50), cost(upgrade)]));
    let hours = "document.querySelector('#case-0 .own input[type=number][aria-label^=\"own routine\"]')";
    page.browser.value(&format!("{hours}.value = '300'; {hours}.dispatchEvent(new Event('input'))"));
    page.rest();
    assert_ne!(page.browser.value(figures), before);
    assert_eq!(page.browser.value("document.querySelectorAll('#case-0 svg.distribution rect').length"), 48);
    page.browser.value("document.querySelector('#case-0 .own button').click()");
    page.rest();
    assert_eq!(page.browser.value(figures), before);
}

#[test]
fn who_prints_or_runs_no_script_sees_every_picture() {
    let page = shown(nothing());
    page.browser.call("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    let report = Material::company().report(&Policy::default());
    let folder = tempfile::tempdir().expect("a temporary folder");
    page.browser.open(&written(&report, folder.path()));
    assert_eq!(page.browser.value("document.querySelectorAll('.own').length"), 0, "no script ran");
    let varies = report.opportunities.iter().filter(|case| case.net.p90 > case.net.p10).count();
    assert!(varies > 2);
    let seen = "[...document.querySelectorAll('article svg.distribution')].filter((picture) => picture.getBoundingClientRect().width > 200)";
    assert_eq!(page.browser.value(&format!("{seen}.length")), varies);
    page.browser.value("document.querySelector('article .distribution').scrollIntoView({block: 'center'})");
    page.picture("no-script.png");
    page.browser.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    assert_eq!(page.browser.value(&format!("{seen}.length")), varies);
    page.browser.pdf(&pictures().join("no-script.pdf"));
}

#[test]
fn the_time_line_has_every_product_the_first_in_sight() {
    let page = shown(Material::scanned().many(500));
    let rows = "[...document.querySelectorAll('.timeline .row .name')].filter((name) => name.textContent !== '')";
    let dated =
        page.report.deployments.iter().filter(|place| place.lifecycle.eol.is_some() && place.comes_with.is_none()).count();
    assert!(dated > 300);
    assert_eq!(page.browser.value(&format!("{rows}.length")), dated);
    let visible = format!("{rows}.filter((name) => name.checkVisibility({{ contentVisibilityAuto: true }})).length");
    assert_eq!(page.browser.value(&visible), 8);
    page.browser.value("document.querySelector('.timeline summary').click()");
    assert_eq!(page.browser.value(&visible), dated);
    // The marks that all bars share show in each of them.
    let today =
        "[...document.querySelectorAll('.timeline use')].filter((mark) => mark.getBoundingClientRect().height > 10).length";
    assert_eq!(page.browser.value(today), dated);
    page.browser.value("document.querySelector('.timeline').scrollIntoView()");
    page.picture("time-line.png");
}

#[test]
fn money_by_year_is_that_of_the_program() {
    let report = Material::company().report(&Policy::default());
    let paid: Vec<usize> =
        (0..report.opportunities.len()).filter(|place| !report.opportunities[*place].cash.is_empty()).collect();
    assert!(!paid.is_empty(), "some price is public");
    let page = shown(report);
    for place in paid {
        let [cells, caption] =
            ["[...document.querySelectorAll('#case-N table')].find((one) => /^Money/.test(one.caption.textContent))"; 2]
                .map(|found| found.replace('N', &place.to_string()));
        let cells =
            format!("[...({cells}).tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.textContent))");
        let told = |page: &Shown| [page.browser.value(&cells), page.browser.value(&format!("({caption}).caption.textContent"))];
        let written = told(&page);
        page.browser.value(&format!("location.hash = '#case-{place}'; goTo()"));
        page.rest();
        let cash = page.report.opportunities[place].cash.iter();
        let years: Vec<[String; 3]> =
            cash.map(|year| [year.price, year.staff, year.saved].map(underpin::report::amount)).collect();
        assert_eq!(told(&page), written);
        assert_eq!(written[0], json!(years));
    }
}

#[test]
fn without_any_price_nothing_is_said_that_stands_on_one_until_a_reader_says_it() {
    let mut report = Material::scanned().assumed();
    let case = &mut report.opportunities[0];
    for offer in case.recipe.iter_mut().flat_map(|recipe| &mut recipe.contenders) {
        offer.inputs.unset(Symbol::P);
        offer.what_ifs.clear();
    }
    let page = shown(report);
    page.browser.value("location.hash = '#case-0'; goTo()");
    page.rest();
    let seen =
        "[/pays in|pays above/.test(byId('case-0').textContent), document.querySelectorAll('#case-0 .distribution').length]";
    assert_eq!(page.browser.value(seen), json!([false, 0]));
    assert_eq!(page.text("document.querySelector('#case-0 .sentence').textContent"), "depends on a price, and none is public");
    let price = "document.querySelector('#case-0 .own input[type=number][aria-label^=\"the offer costs\"]')";
    page.browser.value(&format!("{price}.value = '1200'; {price}.dispatchEvent(new Event('input'))"));
    page.rest();
    assert_eq!(page.browser.value(seen), json!([true, 1]));
}

#[test]
fn the_table_is_searched_filtered_and_sorted() {
    let page = shown(fleet());
    let all = page.report.opportunities.len();
    page.browser.value("byId('filter').value = 'all'; byId('filter').dispatchEvent(new Event('change'))");
    assert_eq!(page.column(0).len(), all);
    page.browser.value("document.querySelector('#rows').parentElement.tHead.querySelector('button').click()");
    let names = page.column(0);
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names, sorted);
    page.browser.value("document.querySelector('#rows').parentElement.tHead.querySelector('button').click()");
    sorted.reverse();
    assert_eq!(page.column(0), sorted);
    assert_eq!(page.text("document.querySelector('[aria-sort]').getAttribute('aria-sort')"), "descending");
    let first = names[0].clone();
    page.browser.value(&format!("byId('search').value = {}; byId('search').dispatchEvent(new Event('input'))", json!(first)));
    assert_eq!(page.column(0), [first]);
    page.browser.value("byId('search').value = ''; byId('search').dispatchEvent(new Event('input')); byId('filter').value = 'pays'; byId('filter').dispatchEvent(new Event('change'))");
    let paying = page.report.opportunities.iter().filter(|case| case.verdict == VerdictWord::PaysOff).count();
    assert_eq!(page.column(0).len(), paying);
}

#[test]
fn a_keyboard_reaches_everything() {
    let page = shown(Material::scanned().assumed());
    page.rest();
    let mut reached = Vec::new();
    for _ in 0..30 {
        page.press("Tab", 9);
        reached.push(
            page.text("document.activeElement.id || document.activeElement.className || document.activeElement.textContent"),
        );
    }
    for wanted in ["skip", "print", "theme", "hour-down-exact", "hour-down", "staff", "search", "filter", "sort"] {
        assert!(reached.iter().any(|focus| focus == wanted), "{wanted}: {reached:?}");
    }
    page.browser.value("byId('hour-down').focus()");
    page.press("ArrowRight", 39);
    page.rest();
    assert_ne!(page.text("byId('cost-said').textContent"), "not said yet");
    page.browser.value("document.querySelector('#rows a').focus()");
    page.press("Enter", 13);
    page.rest();
    let focus = page.text("document.activeElement.id");
    assert!(focus.starts_with("case-"), "{focus}");
    // Where the focus is can be seen.
    page.browser.value("byId('search').focus()");
    page.press("Tab", 9);
    assert_ne!(page.text("getComputedStyle(document.activeElement).outlineStyle"), "none");
}

#[test]
fn light_dark_and_narrow_are_readable_and_print_is_a4() {
    let page = shown(Material::company().report(&Policy::default()));
    let ground = "getComputedStyle(document.body).backgroundColor";
    let light = page.text(ground);
    page.browser.call("Emulation.setEmulatedMedia", &json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]}));
    let dark = page.text(ground);
    assert_ne!(light, dark);
    page.browser.value("byId('theme').click()");
    assert_eq!(page.text(ground), light, "the button beats the system");
    page.browser.call("Emulation.setEmulatedMedia", &json!({"features": []}));
    page.browser.value("location.hash = '#case-0'; goTo()");
    page.rest();
    for theme in ["light", "dark"] {
        page.browser.value(&format!("byId('theme').textContent.toLowerCase() === '{theme}' && byId('theme').click()"));
        for width in [1280, 768, 320] {
            page.browser.size(width, 800);
            page.browser.value("goTo()");
            page.rest();
            let wide = page.browser.value("document.documentElement.scrollWidth");
            assert!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "{wide} in {width}");
            page.picture(&format!("case-{theme}-{width}.png"));
            page.browser.value("scrollTo(0, 0)");
            page.picture(&format!("first-screen-{theme}-{width}.png"));
        }
    }
    page.browser.value("delete document.documentElement.dataset.theme");
    page.browser.size(1280, 800);
    page.browser.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    for hidden in ["#controls", "#tools", ".own", "#buttons"] {
        let display = page.text(&format!("getComputedStyle(document.querySelector('{hidden}')).display"));
        assert!(display == "none" || hidden == "#buttons", "{hidden} is printed: {display}");
    }
    page.browser.call("Emulation.setEmulatedMedia", &json!({"media": ""}));
    page.browser.pdf(&pictures().join("report.pdf"));
}

#[test]
fn texts_of_others_stay_text_in_every_section() {
    let mut report = hostile();
    let recipe = Material::scanned().assumed().opportunities.into_iter().find_map(|case| case.recipe);
    let mut recipe = recipe.expect("a real case");
    for offer in &mut recipe.contenders {
        for symbol in Symbol::ALL {
            if let Some(input) = offer.inputs.get(*symbol).cloned() {
                offer.inputs.set(*symbol, input.triple, Source::Default, HOSTILE).expect("as before");
            }
        }
    }
    // More than stand in the document, so that the script makes some.
    let mut case = report.opportunities[0].clone();
    case.recipe = Some(recipe);
    case.id = HOSTILE.to_owned();
    case.product_name = HOSTILE.to_owned();
    case.lifecycle.state = LifeState::Eol;
    report.opportunities = vec![case; 25];
    let page = shown(report);
    for number in [0, 24] {
        page.browser.value(&format!("location.hash = '#case-{number}'; goTo()"));
        page.rest();
    }
    page.browser.value("document.querySelector('[data-cost=\"5000\"]').click()");
    page.rest();
    assert_eq!(page.browser.said(), Vec::<String>::new());
    let foreign = page.browser.value(
        "[document.querySelectorAll('script').length, document.querySelectorAll('b, img, iframe, object, form').length, \
         [...document.querySelectorAll('a')].filter((link) => !/^(#|https?:)/.test(link.getAttribute('href'))).length, \
         [...document.querySelectorAll('*')].filter((node) => [...node.attributes].some(({ name }) => name.startsWith('on') || name === 'style')).length]",
    );
    assert_eq!(foreign, json!([2, 0, 0, 0]));
    assert!(page.text("byId('case-24').textContent").contains("<script>alert(1)</script>"));
    let acts = page.browser.value(
        r"[...document.documentElement.textContent].filter((letter) => /[\u202a-\u202e\u2066-\u2069\u001b]/.test(letter)).length",
    );
    assert_eq!(acts, 0);
}

#[test]
fn a_text_that_would_end_a_script_or_a_line_of_it_runs_nothing() {
    let page = shown(nothing());
    for text in ["</script><script>ran = 1</script>", "\"><img src=x onerror=\"ran = 1\">", "';ran = 1;//\u{2028}ran = 1\u{2029}"]
    {
        let folder = tempfile::tempdir().expect("a temporary folder");
        page.browser.open(&written(&full_of(text), folder.path()));
        page.browser.value("location.hash = '#case-0'; goTo()");
        assert_eq!(page.browser.said(), Vec::<String>::new(), "{text}");
        let counted = page.browser.value("[typeof ran, document.scripts.length, document.images.length, data.cases.length]");
        assert_eq!(counted, json!(["undefined", 2, 0, full_of(text).opportunities.len()]), "{text}");
    }
}

#[test]
fn five_hundred_cases_are_light_and_five_thousand_usable() {
    let material = Material::scanned();
    let mut measured = Vec::new();
    for (number, most) in [(10_usize, 400_000), (500, 1_500_000), (5_000, 13_000_000)] {
        let page = shown(material.many(number));
        page.rest();
        let facts = page.browser.value(
            "(() => { const [load] = performance.getEntriesByType('navigation'); const before = performance.now(); \
             byId('search').value = 'node'; byId('search').dispatchEvent(new Event('input')); document.body.offsetHeight; \
             return [load.encodedBodySize || document.documentElement.outerHTML.length, Math.round(load.loadEventEnd), Math.round(performance.now() - before)]; })()",
        );
        let begun = std::time::Instant::now();
        let size = bytes(&page.report);
        let wrote = begun.elapsed();
        measured.push(format!(
            "{number} cases: {size} bytes, written in {wrote:?}, loaded in {} ms, searched in {} ms",
            facts[1], facts[2]
        ));
        assert!(size < most, "{number} cases: {size} bytes");
        assert!(facts[1].as_u64().is_some_and(|load| load < 15_000), "{facts}");
        page.browser.value(&format!("location.hash = '#case-{}'; goTo()", number - 1));
        page.rest();
        assert_eq!(page.browser.value(&format!("document.querySelectorAll('#case-{} .way').length", number - 1)), 3);
    }
    std::fs::write(pictures().join("sizes.txt"), measured.join("\n")).expect("a file");
}

fn bytes(report: &ReportV1) -> usize {
    let mut bytes = Vec::new();
    underpin::report::Format::render(&underpin::report::Html, report, &mut bytes).expect("a Vec takes everything");
    bytes.len()
}

/// Deque's checker of the Web Content Accessibility Guidelines, fetched once.
fn axe() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/axe-core");
    let script = folder.join("package/axe.min.js");
    if !script.exists() {
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut npm = std::process::Command::new("npm");
        let done =
            crate::fetch::fetched("npm's registry", npm.args(["pack", "--silent", "axe-core@4.10.3"]).current_dir(&folder));
        assert!(done.is_some(), "npm is not installed, hence axe-core cannot be fetched; on Debian: apt-get install npm");
        let unpacked = std::process::Command::new("tar").args(["xzf", "axe-core-4.10.3.tgz"]).current_dir(&folder).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "npm pack gave no archive");
    }
    std::fs::read_to_string(script).expect("axe-core")
}

#[test]
fn nothing_stands_in_the_way_of_a_reader_with_other_needs() {
    let axe = axe();
    for report in [Material::scanned().assumed(), fleet()] {
        let page = shown(report);
        page.browser.value("location.hash = '#case-0'; goTo()");
        page.browser.value("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
        page.rest();
        page.browser.value(&axe);
        for theme in ["light", "dark"] {
            page.browser.value(&format!("document.documentElement.dataset.theme = '{theme}'"));
            let found = page.browser.value(
                "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => \
                 [impact, id, nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + node.failureSummary)]))",
            );
            let grave = |one: &&Value| matches!(one[0].as_str(), Some("serious" | "critical"));
            let grave: Vec<&Value> = found.as_array().expect("a list").iter().filter(grave).collect();
            assert!(grave.is_empty(), "{theme}: {grave:#?}");
        }
    }
}
