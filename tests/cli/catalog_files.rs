//! `underpin catalog` as a vendor uses it: scaffold, lint, test, preview, schema; and what it does to a report.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fixtures::Folder;
use crate::program::{stdout, underpin};

/// Exit code and standard output of a run in a folder.
fn run(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = underpin(arguments).current_dir(folder.path()).output().expect("the program starts");
    (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
}

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    serde_json::from_str(&run(folder, arguments).1).expect("JSON")
}

/// A scaffold with its blanks filled, in the order in which they stand.
fn filled(text: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let lines = text.lines().map(|line| {
        if line.starts_with('#') || !line.contains("\"\"") {
            return line.to_owned();
        }
        line.replacen("\"\"", &format!("\"{}\"", values.next().expect("a value for each blank")), 1)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(values.next(), None, "a value too many");
    text
}

const PRODUCT: [&str; 10] = [
    "Acme DB",
    "database",
    "yes",
    "https://acme.example",
    "deb",
    "acme-db",
    "server",
    "pkg:deb/debian/acme-db@8.1-1",
    "server",
    "pkg:deb/debian/acme-db-doc@8.1-1",
];
const VENDOR: [&str; 9] = [
    "Acme Support",
    "https://acme.example",
    "support@acme.example",
    "standard",
    "Standard",
    "subscription",
    "help-desk",
    "https://acme.example/plans",
    "acme-db",
];

#[test]
fn a_scaffold_names_each_of_its_blanks_and_is_sound_when_they_are_filled() {
    for (what, file, values) in [("product", "products/acme-db.toml", &PRODUCT[..]), ("vendor", "vendors/acme.toml", &VENDOR[..])]
    {
        let folder = Folder::new("mine", &[]);
        let id = file.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).expect("an id");
        assert_eq!(run(&folder, &["catalog", "new", what, id]).0, Some(0));
        let text = std::fs::read_to_string(folder.at(file)).expect("the scaffold");
        let found = json(&folder, &["catalog", "lint", file, "--format", "json"]);
        let faults = found["faults"].as_array().expect("faults");
        let blanks: Vec<usize> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.starts_with('#') && line.contains("\"\""))
            .map(|(line, _)| line)
            .collect();
        let told: Vec<usize> =
            faults.iter().map(|fault| fault["line"].as_u64().and_then(|line| line.try_into().ok()).expect("a line")).collect();
        assert_eq!(told, blanks, "{what}");
        assert!(faults.iter().all(|fault| fault["code"] == "SIG021"), "{found}");
        folder.write(file, &filled(&text, values));
        folder.write("products/acme-db.toml", &filled(PRODUCT_SCAFFOLD, &PRODUCT));
        let (code, said) = run(&folder, &["catalog", "lint", file]);
        assert_eq!((code, said.as_str()), (Some(0), "no faults in 1 file\n"));
        let (code, _) = run(&folder, &["catalog", "new", what, id]);
        assert_eq!(code, Some(2), "it does not write over a file");
        assert_ne!(std::fs::read_to_string(folder.at(file)).expect("still there"), text);
    }
}

const PRODUCT_SCAFFOLD: &str = include_str!("../../src/cli/catalog/new/product.toml");
const VENDOR_SCAFFOLD: &str = include_str!("../../src/cli/catalog/new/vendor.toml");

/// The lines behind `# ` that are TOML: what a vendor gets who takes the `#` away from all of them.
fn uncommented(text: &str) -> String {
    let is_toml = |line: &str| {
        let key = line.split_once(" = ").map(|(key, _)| key);
        line.starts_with("[[") || key.is_some_and(|key| key.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    };
    let lines = text.lines().map(|line| line.strip_prefix("# ").filter(|rest| is_toml(rest)).unwrap_or(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn every_line_of_a_scaffold_is_sound_without_its_comment_sign_and_money_comes_last() {
    let replace = |text: &str, id: &str| text.replace("{id}", id).replace("{today}", "2026-11-24");
    let product = filled(&uncommented(&replace(PRODUCT_SCAFFOLD, "acme-db")), &PRODUCT).replace("versions = \">=1, <2\"\n", "");
    let vendor = filled(&uncommented(&replace(VENDOR_SCAFFOLD, "acme")), &VENDOR);
    let vendor = vendor.replace("cycles = [\"8\", \"9\"]\n", "");
    let programme = vendor.split("[[programme]]").nth(1).expect("a programme");
    assert!(programme.find("non-monetary") < programme.find("reward = {"), "rewards that are not money stand first");
    let folder = Folder::new("mine", &[("products/acme-db.toml", &product), ("vendors/acme.toml", &vendor)]);
    let (code, said) = run(&folder, &["catalog", "lint"]);
    assert_eq!(code, Some(0), "{said}");
    let found = json(&folder, &["catalog", "lint", "--format", "json"]);
    assert_eq!(found["notes"][0]["grade"], "usable", "the template is a programme that can be referred to: {found}");
}

#[test]
fn a_fault_says_code_place_cause_and_remedy_in_words_and_in_json() {
    let text = "schema = 1\nname = \"Acme\"\nurl = \"https://acme.example\"\ncountry = \"Germany\"\nslogan = \"\\u001b[2J\"\n";
    let folder = Folder::new("mine", &[("vendors/acme.toml", text)]);
    let (code, said) = run(&folder, &["catalog", "lint"]);
    assert_eq!(code, Some(3));
    let country = "vendors/acme.toml:4:11: SIG017: `Germany` is no country\n     4 | country = \"Germany\"\n       |           ^^^^^^^^^\n       next: write two letters such as DE\n";
    assert!(said.contains(country), "{said}");
    assert!(said.ends_with("4 faults in 1 file\n") && !said.contains('\u{1b}'), "{said}");
    let inside = underpin(["catalog", "lint", "acme.toml"]).current_dir(folder.at("vendors")).output().expect("it starts");
    assert!(
        String::from_utf8_lossy(&inside.stdout).ends_with("4 faults in 1 file\n"),
        "from inside the folder, by its name alone"
    );
    let found = json(&folder, &["catalog", "lint", "--format", "json"]);
    assert_eq!(found["schema"], "underpin.lint/1");
    let country = found["faults"].as_array().expect("faults").iter().find(|fault| fault["code"] == "SIG017").expect("it is told");
    let parts = ["path", "line", "column", "cause", "remedy", "meaning"].map(|key| country[key].to_string());
    let expected = [
        "\"vendors/acme.toml\"",
        "4",
        "11",
        "\"`Germany` is no country\"",
        "\"write two letters such as DE\"",
        "\"a value is not in the vocabulary\"",
    ];
    assert_eq!(parts, expected);
}

#[test]
fn examples_of_packages_bytes_paths_and_processes_are_tried_and_a_wrong_one_fails() {
    let product = r#"schema = 1
name = "Acme DB"
kind = "database"
open-source = "yes"
sources = ["https://acme.example"]
cycle-from = "major"

[[binary]]
role = "server"
files = ["acmed"]
anchor = "Acme DB server "
version = 'Acme DB server (\d+\.\d+)'

[[config]]
role = "server"
path = "etc/acme-db/*/acme.conf"
version = 'etc/acme-db/([0-9.]+)/'

[[process]]
name = ["acmed"]
role = "server"

[[example]]
path = "etc/acme-db/8.1/acme.conf"
expect = "server"
version = "8.1"
cycle = "8"

[[example]]
path = "etc/acme-db/acme.conf"
expect = "none"

[[example]]
process = "acmed"
expect = "server"

[[example]]
file = "acmed"
hex = "41636d652044422073657276657220382e3100"
expect = "server"
version = "8.1"

[[example]]
file = "acmed"
text = "Acme DB server \x00"
expect = "none"
"#;
    let wrong = "\n[[example]]\nfile = \"acmed\"\ntext = \"Acme DB server 8.1\"\nexpect = \"server\"\nversion = \"9.0\"\n";
    let folder = Folder::new("mine", &[("products/acme-db.toml", &product.replace("\\x00\"", "\\\\x00\""))]);
    let (code, said) = run(&folder, &["catalog", "test"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("5 examples, all as expected\n"), "{said}");
    folder.write("products/acme-db.toml", &(product.replace("\\x00\"", "\\\\x00\"") + wrong));
    let (code, said) = run(&folder, &["catalog", "test"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("FAIL  program `acmed` of 18 bytes gives version 8.1, the example expects 9.0"), "{said}");
    assert!(said.ends_with("6 examples, 1 not as expected\n"), "{said}");
}

/// The repository's own examples of bytes are tried here; the others in the build.
#[test]
fn every_example_of_the_catalog_holds() {
    let said = stdout(&mut underpin(["catalog", "test", &format!("{}/signatures", env!("CARGO_MANIFEST_DIR"))]));
    assert!(said.ends_with("examples, all as expected\n"), "{}", said.lines().last().unwrap_or_default());
}

/// Every file of the catalog, and none of the corpus whose fault a schema can see, satisfies its schema.
#[test]
fn the_schemas_accept_what_the_parser_accepts() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (kind, folder) in [("product", "products"), ("lifecycle", "lifecycle"), ("vendor", "vendors")] {
        let schema: Value = serde_json::from_str(&stdout(&mut underpin(["catalog", "schema", kind]))).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let parsed = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).expect("TOML")).expect("JSON");
        let mut seen = 0;
        for entry in std::fs::read_dir(root.join("signatures").join(folder)).expect("a folder").flatten() {
            let value = parsed(&std::fs::read_to_string(entry.path()).expect("readable"));
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", entry.path().display());
            seen += 1;
        }
        assert!(seen > 300, "{seen} {kind}");
        let refused: BTreeMap<&str, &str> = [
            ("product", "product.unknown_words_all_at_once"),
            ("lifecycle", "lifecycle.extension_without_kind"),
            ("vendor", "vendor.offer_unknown_words_all_at_once"),
        ]
        .into();
        let text = std::fs::read_to_string(root.join(format!("tests/catalog/invalid/{}.toml", refused[kind]))).expect("readable");
        // What depends on a second key is beyond the schema.
        assert_eq!(validator.is_valid(&parsed(&text)), kind == "lifecycle", "{kind}");
        let unknown = text + "\n[nonsense]\n";
        assert!(!validator.is_valid(&parsed(&unknown)), "{kind}: an unknown key");
    }
}

#[test]
fn every_report_says_that_a_folder_changed_the_catalog() {
    let life = "schema = 1\nreplaces = \"we <b>keep</b> it alive\"\nsource = \"https://acme.example\"\nas-of = \"2026-08-22\"\n\n[[cycle]]\nname = \"16\"\neol = \"2030-01-01\"\n";
    let catalog = Folder::new("mine", &[("lifecycle/nodejs.toml", life)]);
    let shop = Folder::new("shop", &[("Dockerfile", "FROM node:16.20.2\n")]);
    for (format, said) in [
        ("table", "takes the place of lifecycle/nodejs.toml"),
        ("md", "takes the place of lifecycle/nodejs.toml (we &lt;b&gt;keep&lt;/b&gt; it alive)"),
        ("html", "takes the place of lifecycle/nodejs.toml (we &lt;b&gt;keep&lt;/b&gt; it alive)"),
        ("json", "\"reason\": \"we <b>keep</b> it alive\""),
    ] {
        let text = stdout(&mut underpin(["report", &shop.arg(), "--catalog", &catalog.arg(), "--format", format]));
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(said), "{format}: {text}");
    }
    let text = stdout(&mut underpin(["explain", "nodejs", &shop.arg(), "--catalog", &catalog.arg()]));
    assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains("takes the place of lifecycle/nodejs.toml"), "{text}");
}

#[test]
fn what_a_catalog_says_is_text_in_every_report() {
    let hostile = r#"<script>alert(1)</script> [x](javascript:alert(1)) | `x` =cmd()"#;
    let product = format!(
        "schema = 1\nname = '{hostile}'\nkind = \"database\"\nopen-source = \"yes\"\nsources = [\"https://acme.example\"]\n\n[[package]]\ntype = [\"npm\"]\nname = [\"acme-db-server\"]\nrole = \"server\"\n\n[[example]]\npurl = \"pkg:npm/acme-db-server@8.1.0\"\nexpect = \"server\"\n\n[[example]]\npurl = \"pkg:npm/acme-db@8.1.0\"\nexpect = \"none\"\n"
    );
    let vendor = format!(
        "schema = 1\nname = '{hostile}'\nurl = \"https://acme.example\"\ncontact = \"a@acme.example\"\n\n[[offer]]\nid = \"care\"\nname = '{hostile}'\ntype = \"subscription\"\nrelation = \"fixes\"\nconfidence = \"seen\"\nsource = \"https://acme.example\"\nas-of = \"2026-08-22\"\n\n[[offer.covers]]\nproduct = \"acme-db\"\nversions = '{hostile}'\n"
    );
    let catalog = Folder::new("catalog", &[("products/acme-db.toml", &product), ("vendors/acme.toml", &vendor)]);
    let lock = r#"{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"dependencies": {"acme-db-server": "^8"}}, "node_modules/acme-db-server": {"version": "8.1.0"}}}"#;
    let shop = Folder::new("shop", &[("package-lock.json", lock)]);
    let report =
        |format: &str| stdout(&mut underpin(["report", &shop.arg(), "--catalog", &catalog.arg(), "--all", "--format", format]));
    let html = report("html");
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert(1)"), "markup is text");
    assert!(!html.contains("href=\"javascript:"), "no address but of the web");
    let md = report("md");
    assert!(md.contains("&lt;script&gt;") && !md.contains("<script>alert") && !md.contains("[x](javascript:"), "{md}");
    for (hidden, name) in [("\\u001b[2J", "U+001B"), ("\\u202e", "U+202E"), ("\\u200b", "U+200B")] {
        catalog.write("vendors/acme.toml", &vendor.replacen(&format!("'{hostile}'"), &format!("\"{hidden}\""), 1));
        let (code, said) = run(&catalog, &["catalog", "lint"]);
        assert!(code == Some(3) && said.contains(&format!("SIG022: the text holds {name}")), "{said}");
    }
}

#[test]
fn a_folder_is_used_from_the_configuration_as_from_the_command_line() {
    let product = filled(&PRODUCT_SCAFFOLD.replace("{id}", "acme-db"), &PRODUCT);
    let folder = Folder::new("work", &[("mine/products/acme-db.toml", &product), ("underpin.toml", "catalog = [\"mine\"]\n")]);
    for arguments in [&["catalog", "list", "acme"][..], &["catalog", "list", "acme", "--config", "underpin.toml"]] {
        assert_eq!(
            run(&folder, arguments),
            (Some(0), "acme-db                        database               Acme DB\n".to_owned())
        );
    }
    let elsewhere = Folder::new("elsewhere", &[]);
    assert_eq!(run(&elsewhere, &["catalog", "list", "acme"]), (Some(0), String::new()));
    assert!(run(&elsewhere, &["catalog", "list", "acme", "--catalog", &folder.at("mine")]).1.starts_with("acme-db "));
}
