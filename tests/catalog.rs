//! The catalog through its public door: a valid corpus that loads, an invalid one in which each file makes one point.
//!
//! A file of `catalog/invalid` is called `KIND.point.toml` and is read as `KIND/subject.toml` beside the valid corpus; a
//! first line `# path: …` names another path. Its `.expected` holds the exact problems, one unless the name ends in
//! `_all_at_once`; `UPDATE=1` rewrites it.

use std::fs;
use std::path::{Path, PathBuf};

use underpin::catalog::conduct::{Grade, assess};
use underpin::catalog::{Catalog, SourceFile, StepUnit};
use underpin::model::{Date, Followed, LifecycleState, Purl};

fn corpus(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog").join(folder)
}

fn valid() -> Catalog {
    match Catalog::from_folders(&[corpus("valid")]) {
        Ok(catalog) => catalog,
        Err(problems) => panic!("{}", lines(&problems)),
    }
}

fn lines(problems: &[underpin::problem::Problem]) -> String {
    problems.iter().flat_map(|problem| [problem.to_string(), "\n".to_owned()]).collect()
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort();
    files
}

fn valid_files() -> Vec<SourceFile> {
    let root = corpus("valid");
    let folders = ["", "products", "lifecycle", "vendors"];
    let paths = folders.iter().flat_map(|folder| toml_files(&root.join(folder)));
    paths
        .map(|path| {
            let relative = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("readable");
            SourceFile { shown: relative.clone(), relative, text }
        })
        .collect()
}

/// The path under which an invalid file is read.
fn path_of(file: &Path, text: &str) -> String {
    let named = text.lines().next().and_then(|line| line.strip_prefix("# path: "));
    let stem = file.file_name().expect("a name").to_string_lossy();
    let folder = match stem.split('.').next() {
        Some("product") => "products/subject.toml",
        Some("lifecycle") => "lifecycle/debian.toml",
        Some("vendor") => "vendors/subject.toml",
        Some("rates") => "rates.toml",
        Some("labour") => "labour.toml",
        Some("funding") => "funding.toml",
        other => panic!("{other:?} is no kind of catalog file"),
    };
    named.unwrap_or(folder).to_owned()
}

#[test]
fn every_invalid_file_gives_exactly_its_problems() {
    let mut differing = Vec::new();
    let invalid = toml_files(&corpus("invalid"));
    assert!(!invalid.is_empty());
    for path in invalid {
        let text = fs::read_to_string(&path).expect("readable");
        let relative = path_of(&path, &text);
        let mut files = valid_files();
        if !text.starts_with("# path: ") {
            files.retain(|file| file.relative != relative);
        }
        files.push(SourceFile { shown: relative.clone(), relative, text });
        let found = Catalog::from_files(&files).err().map(|problems| lines(&problems)).unwrap_or_default();
        let expected = path.with_extension("expected");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &found).expect("writable");
        }
        if found.is_empty() || fs::read_to_string(&expected).ok().as_deref() != Some(found.as_str()) {
            differing.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn every_code_of_a_catalog_file_has_a_case_of_its_own_and_every_case_one_fault() {
    let cases: Vec<(String, Vec<String>)> = toml_files(&corpus("invalid"))
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path.with_extension("expected")).expect("readable");
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), text.lines().map(str::to_owned).collect())
        })
        .collect();
    let several: Vec<_> = cases
        .iter()
        .filter(|(name, faults)| (faults.len() > 1) != name.ends_with("_all_at_once"))
        .map(|(name, _)| name)
        .collect();
    assert!(several.is_empty(), "not exactly one fault: {several:?}");
    let codes = underpin::problem::Code::ALL.iter().filter(|code| code.id().starts_with("SIG"));
    let alone =
        |code: &str| cases.iter().any(|(_, faults)| matches!(faults.as_slice(), [one] if one.contains(&format!(": {code}: "))));
    let missing: Vec<_> = codes.filter(|code| !alone(code.id())).map(|code| code.id()).collect();
    assert!(missing.is_empty(), "codes without a case: {missing:?}");
}

#[test]
fn the_embedded_catalog_is_complete_enough_to_work_with() {
    let catalog = Catalog::embedded();
    assert!(catalog.as_of().is_some() && catalog.rates().is_some());
    assert!(!catalog.labour().is_empty() && !catalog.funding().is_empty());
    let stats = catalog.stats(DAY);
    assert!(stats.products > 400 && stats.cycles > 5000 && stats.vendors > 300, "{stats:?}");
}

#[test]
fn a_folder_cannot_replace_what_is_embedded() {
    let clash = Catalog::with_folders(&[corpus("valid")]).expect_err("nginx is embedded");
    assert!(lines(&clash).contains("products/nginx.toml: SIG004"), "{}", lines(&clash));
}

#[test]
fn a_folder_that_repeats_an_id_is_refused_and_never_silent() {
    let twice = Catalog::from_folders(&[corpus("valid"), corpus("valid")]).expect_err("everything is there twice");
    let text = lines(&twice);
    for part in ["products/nginx.toml: SIG004", "lifecycle/nginx.toml: SIG004", "vendors/acme.toml: SIG004", "rates.toml: SIG004"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn a_link_and_a_missing_folder_are_problems() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("products")).expect("a folder");
    let link = folder.path().join("products/nginx.toml");
    std::os::unix::fs::symlink(corpus("valid/products/nginx.toml"), link).expect("a link");
    let codes = |folders: &[PathBuf]| {
        let problems = Catalog::from_folders(folders).expect_err("a problem");
        problems.iter().map(|problem| problem.code.id()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[folder.path().to_owned()]), ["UP009"]);
    assert_eq!(codes(&[folder.path().join("nowhere")]), ["UP001"]);
}

#[test]
fn packages_find_their_product_in_every_spelling() {
    let catalog = valid();
    for (purl, expected) in [
        ("pkg:deb/debian/nginx@1.22.1-9", "nginx server"),
        ("pkg:deb/debian/libnginx-mod-stream@1.22.1-9", "nginx plug-in"),
        ("pkg:docker/nginx@1.27", "nginx server"),
        ("pkg:docker/library/nginx@1.27", "nginx server"),
        ("pkg:docker/docker.io/library/nginx@1.27", "nginx server"),
        ("pkg:oci/nginx@sha256%3Aabc?repository_url=docker.io/library/nginx&tag=1.27", "nginx server"),
        ("pkg:oci/nginx@sha256%3Aabc", "nginx server"),
        ("pkg:ebuild/www-servers/nginx@1.26.1-r1", "nginx server"),
        ("pkg:ebuild/dev-libs/nginx@1.26.1", "none"),
        ("pkg:docker/bitnami/nginx@1.27", "nginx server"),
        ("pkg:docker/someone/nginx@1.27", "none"),
        ("pkg:oci/nginx@sha256%3Aabc?repository_url=ghcr.io/someone/nginx", "none"),
        ("pkg:deb/debian/nginx-core", "none"),
        ("pkg:deb/debian/nginx-common@1.22.1-9", "none"),
    ] {
        let purl: Purl = purl.parse().expect("a purl");
        let found = catalog.product_of(&purl);
        let found = found.map_or_else(|| "none".to_owned(), |hit| format!("{} {}", hit.product.id, hit.role));
        // Without a version the rules agree on the product, and the first of them gives the role.
        let expected = if purl.version().is_none() { "nginx server" } else { expected };
        assert_eq!(found, expected, "{purl}");
    }
    assert_eq!(catalog.product_of_process("nginx").map(|hit| hit.product.id.as_str()), Some("nginx"));
    assert_eq!(catalog.product("nginx-oss").map(|product| product.id.as_str()), Some("nginx"));
}

const DAY: Date = Date::constant(2026, 11, 24);

#[test]
fn versions_stand_where_their_cycle_stands() {
    let catalog = valid();
    for (product, version, state, eol) in [
        ("debian", "12.15", LifecycleState::SecurityOnly, Some("2028-06-30")),
        ("debian", "11", LifecycleState::Eol, Some("2026-08-31")),
        ("debian", "13", LifecycleState::Supported, Some("2030-06-30")),
        ("nodejs", "20.20.2", LifecycleState::Eol, Some("2026-04-30")),
        ("nodejs", "24.19.0", LifecycleState::SecurityOnly, Some("2028-04-30")),
        ("nginx", "1.30.4", LifecycleState::Supported, None),
        ("nginx", "1.40.0", LifecycleState::Unknown, None),
    ] {
        let found = catalog.lifecycle(product, Some(version), Followed::Upstream, DAY);
        let found_eol = found.eol.map(|date| date.to_string());
        assert_eq!((found.state, found_eol.as_deref()), (state, eol), "{product} {version}");
    }
    assert_eq!(catalog.lifecycle("debian", Some("12"), Followed::Upstream, DAY).label.as_deref(), Some("Debian LTS"));
    assert_eq!(catalog.cycle_name("nginx", "1.40.0").as_deref(), Some("1.40"));
}

#[test]
fn the_way_on_follows_steps_and_else_takes_the_nearest_supported_cycle() {
    let catalog = valid();
    for (product, version, expected) in [
        ("nodejs", "20.1.0", Some(("24", 2))),
        ("nodejs", "12.22.0", Some(("24", 3))),
        ("nodejs", "22.0.0", Some(("24", 1))),
        ("nodejs", "16.20.0", Some(("24", 3))),
        ("debian", "11", Some(("12", 1))),
        ("nginx", "1.18.0", Some(("1.30", 2))),
        ("nginx", "1.30.4", None),
        ("nginx", "1.20.0", Some(("1.30", 2))),
    ] {
        let found = catalog.next_supported(product, version, DAY);
        let found = found.as_ref().map(|next| (next.cycle.as_str(), next.majors_away));
        assert_eq!(found, expected, "{product} {version}");
    }
}

#[test]
fn a_cycle_that_ends_soon_is_a_target_only_if_nothing_lasts_longer() {
    let catalog = valid();
    let next = |day| catalog.next_supported("nodejs", "18.0.0", day).map(|next| next.cycle);
    assert_eq!(next(Date::constant(2026, 8, 22)).as_deref(), Some("22"));
    assert_eq!(next(DAY).as_deref(), Some("24"));
    assert_eq!(next(Date::constant(2028, 4, 1)).as_deref(), Some("24"));
    assert_eq!(next(Date::constant(2028, 5, 1)), None);
}

#[test]
fn a_chain_has_hours_only_if_every_link_has() {
    let catalog = valid();
    let hours = |cycle, day| catalog.upgrade("nodejs", cycle, day).expect("a way").hours();
    assert_eq!(hours("12", Date::constant(2025, 1, 1)), Some(((176, 300, 529), StepUnit::Lines50k)));
    assert_eq!(hours("12", DAY), None);
    assert_eq!(hours("20", DAY), None);
}

#[test]
fn an_offer_counts_once_per_product_and_shows_no_programme() {
    let catalog = valid();
    let keys = |product| catalog.offers(product).iter().map(|offering| offering.offer.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys("nginx"), ["acme/standard", "acme/course"]);
    assert_eq!(keys("nodejs"), ["acme/standard"]);
    assert!(!format!("{:?}", catalog.offers("nginx")).contains("referral"));
}

#[test]
fn a_stated_term_that_breaks_a_rule_refuses_the_record_and_unknown_terms_do_not() {
    let catalog = valid();
    let programme = catalog.vendors().iter().flat_map(|vendor| &vendor.programmes).next().expect("one programme");
    let assessment = assess(programme, DAY);
    assert_eq!(assessment.grade, Grade::Refused);
    assert_eq!(assessment.broken.iter().map(|rule| rule.id).collect::<Vec<_>>(), ["P01", "P24"]);
    let one_level = underpin::catalog::Programme { levels: Some(1), ..programme.clone() };
    assert_eq!(assess(&one_level, DAY).grade, Grade::Recorded);
}

#[test]
fn counts_tell_fresh_prices_from_stale_ones() {
    let catalog = valid();
    let stats = catalog.stats(DAY);
    assert_eq!((stats.products, stats.cycles, stats.vendors, stats.offers), (3, 10, 1, 2));
    assert_eq!((stats.verified_offers, stats.priced_offers, stats.fresh_prices), (1, 1, 1));
    assert_eq!(catalog.stats(Date::constant(2027, 8, 2)).fresh_prices, 0);
    assert_eq!(catalog.version().len(), 12);
}

proptest::proptest! {
    #[test]
    fn a_damaged_file_gives_problems_inside_it_and_never_a_panic(which in 0..8_usize, from in 0..2000_usize, cut in 1..40_usize, put in "[\\[\\]\"={}a1\n.]{0,6}") {
        let mut files = valid_files();
        let count = files.len();
        let file = &mut files[which % count];
        let chars: Vec<char> = file.text.chars().collect();
        let from = from % chars.len();
        let head: String = chars.iter().take(from).collect();
        let tail: String = chars.iter().skip(from + cut).collect();
        file.text = head + &put + &tail;
        let lines = files.iter().map(|file| (file.shown.clone(), file.text.lines().count())).collect::<std::collections::BTreeMap<_, _>>();
        for problem in Catalog::from_files(&files).err().unwrap_or_default() {
            let last = lines[&problem.path];
            proptest::prop_assert!(problem.line.is_none_or(|line| line as usize <= last + 1), "{problem}");
        }
    }
}
