//! Texts: entities, aliases, depth, and bytes that are no text.

use std::fmt::Write as _;
use std::path::Path;

use super::{Case, LOCK, check, write};

pub(super) const CASES: &[Case] = &[
    Case {
        input: "XML entities that stand for a thousand million others",
        make: entities,
        problems: &["bom.xml UP015", "net/x.csproj UP015", "pom.xml UP015"],
        found: &["pkg:maven/g/a@1.0", "pkg:npm/b@1", "pkg:nuget/A@1.0"],
    },
    Case { input: "an XML entity that names a file", make: outside, problems: &["pom.xml UP015"], found: &["pkg:maven/g/a@1.0"] },
    Case { input: "YAML aliases of aliases", make: aliases, problems: &["pnpm-lock.yaml UP004"], found: &[] },
    Case { input: "many YAML aliases of one long text", make: long_alias, problems: &["compose.yaml UP004"], found: &[] },
    Case {
        input: "JSON, YAML, TOML and XML nested 100,000 deep",
        make: deep,
        problems: &["compose.yaml UP005", "package-lock.json UP005", "pom.xml UP005", "uv.lock UP005"],
        found: &[],
    },
    Case {
        input: "names that are not UTF-8",
        make: names,
        problems: &["\u{fffd}\u{fffd}broken/package-lock.json UP003"],
        found: &["pkg:npm/left-pad@1.3.0"],
    },
    Case { input: "a text that is not UTF-8", make: bytes, problems: &["Cargo.lock UP006"], found: &[] },
    Case { input: "a text of 64 MiB in one line", make: line, problems: &["package-lock.json UP002"], found: &[] },
];

#[test]
fn hostile_texts_are_bounded_and_told() {
    check(CASES, "true");
}

/// Ten levels of entities, each ten of the one below.
fn laughs() -> String {
    let mut text = "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY e0 \"ha\">".to_owned();
    for level in 1..10 {
        let below = format!("&e{};", level - 1).repeat(10);
        write!(text, "<!ENTITY e{level} \"{below}\">").expect("a string takes it");
    }
    text + "]>\n"
}

fn entities(root: &Path) {
    let dependency = "<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.0</version></dependency></dependencies>";
    write(root, "pom.xml", laughs() + "<project><name>&e9;</name>" + dependency + "</project>");
    write(
        root,
        "bom.xml",
        laughs()
            + "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components><component type='library'><name>b</name><version>1</version><description>&e9;</description><purl>pkg:npm/b@1</purl></component></components></bom>",
    );
    let items = "<ItemGroup><PackageReference Include='A' Version='1.0'/></ItemGroup>";
    write(root, "net/x.csproj", laughs() + "<Project Sdk='Microsoft.NET.Sdk'><!-- &e9; -->" + items + "&e9;</Project>");
}

fn outside(root: &Path) {
    let text = "<!DOCTYPE p [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><project><name>&f;</name><dependencies><dependency>\
        <groupId>g</groupId><artifactId>a</artifactId><version>1.0</version></dependency></dependencies></project>";
    write(root, "pom.xml", text);
}

fn aliases(root: &Path) {
    let mut text = "lockfileVersion: '9.0'\na0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        writeln!(text, "a{level}: &a{level} [*a{below}, *a{below}]", below = level - 1).expect("a string takes it");
    }
    write(root, "pnpm-lock.yaml", text);
}

fn long_alias(root: &Path) {
    let text = format!("x: &x {}\ny: [{}]\nservices: {{}}\n", "x".repeat(1 << 20), "*x, ".repeat(100_000));
    write(root, "compose.yaml", text);
}

fn deep(root: &Path) {
    let open = |text: &str| text.repeat(100_000);
    write(root, "package-lock.json", format!("{{\"packages\":{}", open("{\"a\":")));
    write(root, "compose.yaml", format!("services: {}", open("[")));
    write(root, "uv.lock", format!("package = {}", open("[")));
    write(root, "pom.xml", format!("<project>{}", open("<dependencies>")));
}

fn names(root: &Path) {
    use std::os::unix::ffi::OsStrExt as _;
    for (name, text) in [(&b"\xFF\xFEbroken"[..], "{"), (b"\xFF\xFEwhole", LOCK)] {
        let folder = root.join(std::ffi::OsStr::from_bytes(name));
        write(&folder, "package-lock.json", text);
    }
}

fn bytes(root: &Path) {
    write(root, "Cargo.lock", b"version = 4\n\xFF\xFF\n");
}

fn line(root: &Path) {
    write(root, "package-lock.json", vec![b'x'; 64 << 20]);
}
