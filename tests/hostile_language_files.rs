//! Whatever stands in a file of a language's package manager: no detector panics or runs away, and what a text that ends
//! early gives is nothing that the whole text does not give.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use underpin::detect::{ClaimTable, DETECTORS, Findings, Opened};
use underpin::progress::Counters;
use underpin::source::MemoryTree;

const JSON: &str = r#"{"lockfileVersion": 3, "_meta": {}, "name": "é", "version": "1.0.0", "default": {"p": {"version": "==1.0"}},
"packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.2.3", "license": ["MIT"]},
"node_modules/@s/b": {"version": "2.0.0", "resolved": "git+ssh://git@h/b.git#c"}}, "dependencies": {"a": {"version": "npm:c@1.0.0"}}}"#;
const TOML: &str = r#"version = 1
lock-version = "1.0"
[[package]]
name = "a"
version = "1.2.3"
source = { git = "https://h/a#b", type = "git" }
dependencies = [{ name = "b" }]
[[package]]
name = "b"
groups = ["dev"]
[[packages]]
name = "c"
vcs = { url = "https://h/c" }
[metadata]
"#;
const YAML: &str = "lockfileVersion: '9.0'\n__metadata:\n  version: 8\nimporters:\n  .: {dependencies: {a: {version: 1.2.3}}}\n\
    packages:\n  '@s/a@1.2.3': {resolution: {integrity: x}}\n  b@2.0.0(c@1):\n    dev: true\n\
    \"d@npm:1\":\n  version: 1.0.0\n  resolution: \"d@npm:1.0.0\"\n";
const CLASSIC: &str = "# yarn lockfile v1\n\na@^1, \"@s/b@npm:c@1\":\n  version \"1.2.3\"\n  dependencies:\n    d \"^1\"\n";
const LINES: &str = "a==1.0 \\\n  --hash=sha256:x\nb[x]>=2 ; python_version < '3'\nc @ git+https://u:p@h/c#egg=c\n-r é.txt\n";
const HEADERS: &str = "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: é\n MIT\nProject-URL: Funding, https://f\n\nbody";
const MANIFEST: &str =
    r#"{"name": "own", "dependencies": {"é": "1", "@s/b": "npm:c@1.0.0", "d": "u/d#v1"}, "devDependencies": {"e": "1.0.0"}}"#;
const BUN: &str = r#"{"lockfileVersion": 1, // é
"workspaces": {"": {"dependencies": {"a": "1",},},}, "packages": {
"a": ["a@1.2.3", "", {"dependencies": {"b": "*"}}, "sha512-x"],
"a/b": ["b@github:u/b#c", {}],
}, }"#;
const DENO: &str = r#"{"version": "5", "specifiers": {"npm:a@1": "1.2.3", "jsr:@s/é@1": "1.0.0"}, "npm": {"a@1.2.3": {"dependencies": ["b@npm:a@1.2.3"]}},
"jsr": {"@s/é@1.0.0": {"dependencies": ["npm:a@1"]}}, "remote": {"https://deno.land/x/oak@v1.0.0/mod.ts": "x"}, "workspace": {"dependencies": ["npm:a@1"]}}"#;
const PROJECT: &str = "[project]\nname = \"own\"\ndependencies = [\"a==1.0\", \"é\"]\n[dependency-groups]\ndev = [{include-group = \"x\"}]\n\
    [tool.uv.sources]\na = {git = \"https://u:p@h/a\"}\n[tool.poetry.dependencies]\nb = [{version = \"1.0\", path = \"../b\"}]\n";
const SETUP_CFG: &str =
    "[options]\ninstall_requires =\n  a==1.0\n  b; python_version < '3'\n[options.extras_require]\né = c==1; d\n";
const SETUP_PY: &str =
    "X = ['a==1.0', \"b==\" + v, f'é==1', read('x')]\nsetup(install_requires=X, extras_require={'e': ['c[d]==1.0']})\n";
const CONDA: &str = "dependencies:\n  - c::a=1.0=b\n  - é::d>1\n  - pip:\n    - e==1.0\n";
const RECORD: &str = r#"{"name": "a", "version": "1.0", "build": "é", "channel": "https://t:s@h/c/linux-64", "subdir": "linux-64", "fn": "a.conda"}"#;

const BILL: &str = r#"{"bomFormat": "CycloneDX", "components": [{"name": "a", "version": "1.2.3", "purl": "pkg:npm/a@1.2.3",
"licenses": [{"license": {"id": "MIT"}}], "evidence": {"occurrences": [{"location": "é", "line": 3}]}},
{"type": "library", "group": "g", "name": "b", "components": [{"name": "c", "version": "2"}]}], "metadata": {"component": {"name": "x"}}}"#;
const TAGS: &str = "SPDXVersion: SPDX-2.3\nPackageName: é\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageComment: <text>x\ny</text>\n\
    ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-x\n";
const ELEMENTS: &str = "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components><component type='library'><name>é&amp;</name>\
    <version>1</version><purl>pkg:npm/a@1</purl><properties><property name='x'>y</property></properties></component></components></bom>";

const FILES: [(&str, &str); 25] = [
    ("package-lock.json", JSON),
    ("node_modules/a/package.json", JSON),
    ("Pipfile.lock", JSON),
    ("bom.json", BILL),
    ("uv.lock", TOML),
    ("poetry.lock", TOML),
    ("pdm.lock", TOML),
    ("pylock.toml", TOML),
    ("pnpm-lock.yaml", YAML),
    ("yarn.lock", YAML),
    ("yarn.lock", CLASSIC),
    ("requirements.txt", LINES),
    ("a-1.0.dist-info/METADATA", HEADERS),
    ("a.egg-info/PKG-INFO", HEADERS),
    ("a.egg-info", HEADERS),
    ("app/package.json", MANIFEST),
    ("bun.lock", BUN),
    ("deno.lock", DENO),
    ("pyproject.toml", PROJECT),
    ("setup.cfg", SETUP_CFG),
    ("setup.py", SETUP_PY),
    ("environment.yml", CONDA),
    ("conda-meta/a.json", RECORD),
    ("a.spdx", TAGS),
    ("bom.xml", ELEMENTS),
];

fn found(path: &str, text: &[u8]) -> Findings {
    let tree = MemoryTree::default().with(path, text);
    let (counters, table, path) = (Counters::default(), ClaimTable::new(DETECTORS), Path::new(path));
    let mut out = Findings::default();
    let (folder, name) = (path.parent().expect("a folder"), path.file_name().expect("a name"));
    for index in table.folder(folder).claimants(name) {
        table.detector(index).expect("a detector").detect(&Opened::new(&tree, &counters, path), &mut out);
    }
    out
}

fn purls(findings: &Findings) -> BTreeSet<String> {
    findings.components.iter().map(|component| component.purl.to_string()).collect()
}

proptest! {
    #[test]
    fn spliced_texts_do_no_harm(file in 0..FILES.len(), at in 0..600_usize, cut in 0..40_usize, junk in "[\\[\\]{}\"':=@#;, \n\\\\a-c0-9é-]{0,12}") {
        let (path, text) = FILES[file];
        let (at, mut bytes) = (at.min(text.len()), text.as_bytes().to_vec());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, junk.bytes());
        let again = purls(&found(path, &bytes));
        prop_assert_eq!(purls(&found(path, &bytes)), again);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(file in 0..FILES.len(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        found(FILES[file].0, &bytes);
    }

    #[test]
    fn a_json_file_that_ends_early_invents_nothing(file in 0..4_usize, at in 0..600_usize) {
        let (path, text) = FILES[file];
        let whole = purls(&found(path, text.as_bytes()));
        let part = purls(&found(path, text.as_bytes().get(..at.min(text.len())).unwrap_or_default()));
        prop_assert!(part.is_subset(&whole), "{part:?} is not in {whole:?}");
    }
}

#[test]
fn every_sample_gives_components() {
    for (path, text) in FILES {
        assert!(!found(path, text.as_bytes()).components.is_empty(), "{path}");
    }
}

#[test]
fn large_hostile_graphs_end() {
    let count = 40_000;
    let twins: String =
        (0..count).map(|_| "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [{ name = \"a\" }]\n").collect();
    assert_eq!(found("uv.lock", format!("version = 1\n{twins}").as_bytes()).components.len(), count);
    let nested = format!("{{\"dependencies\": {}", "{\"a\": {\"version\": \"1.0.0\", \"dependencies\": ".repeat(5_000));
    assert!(!found("package-lock.json", nested.as_bytes()).problems.is_empty());
}
