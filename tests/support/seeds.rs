//! Files of the formats that detectors read, to be damaged.

use std::io::Write as _;

use underpin::detect::Claim;

pub(crate) const JSON: &str = r#"{"lockfileVersion": 3, "_meta": {}, "name": "a", "author": "é", "version": "1.0.0", "default": {"p": {"version": "==1.0"}},
"packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.2.3", "license": ["MIT"]},
"node_modules/@s/b": {"version": "2.0.0", "resolved": "git+ssh://git@h/b.git#c"}}, "dependencies": {"a": {"version": "npm:c@1.0.0"}}}"#;
pub(crate) const TOML: &str = r#"version = 1
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
pub(crate) const YAML: &str = "lockfileVersion: '9.0'\n__metadata:\n  version: 8\nimporters:\n  .: {dependencies: {a: {version: 1.2.3}}}\n\
    packages:\n  '@s/a@1.2.3': {resolution: {integrity: x}}\n  b@2.0.0(c@1):\n    dev: true\n\
    \"d@npm:1\":\n  version: 1.0.0\n  resolution: \"d@npm:1.0.0\"\n";
pub(crate) const CLASSIC: &str =
    "# yarn lockfile v1\n\na@^1, \"@s/b@npm:c@1\":\n  version \"1.2.3\"\n  dependencies:\n    d \"^1\"\n";
pub(crate) const LINES: &str =
    "a==1.0 \\\n  --hash=sha256:x\nb[x]>=2 ; python_version < '3'\nc @ git+https://u:p@h/c#egg=c\n-r é.txt\n";
pub(crate) const HEADERS: &str =
    "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: é\n MIT\nProject-URL: Funding, https://f\n\nbody";
pub(crate) const MANIFEST: &str =
    r#"{"name": "own", "dependencies": {"é": "1", "@s/b": "npm:c@1.0.0", "d": "u/d#v1"}, "devDependencies": {"e": "1.0.0"}}"#;
pub(crate) const BUN: &str = r#"{"lockfileVersion": 1, // é
"workspaces": {"": {"dependencies": {"a": "1",},},}, "packages": {
"a": ["a@1.2.3", "", {"dependencies": {"b": "*"}}, "sha512-x"],
"a/b": ["b@github:u/b#c", {}],
}, }"#;
pub(crate) const DENO: &str = r#"{"version": "5", "specifiers": {"npm:a@1": "1.2.3", "jsr:@s/é@1": "1.0.0"}, "npm": {"a@1.2.3": {"dependencies": ["b@npm:a@1.2.3"]}},
"jsr": {"@s/é@1.0.0": {"dependencies": ["npm:a@1"]}}, "remote": {"https://deno.land/x/oak@v1.0.0/mod.ts": "x"}, "workspace": {"dependencies": ["npm:a@1"]}}"#;
pub(crate) const PROJECT: &str = "[project]\nname = \"own\"\ndependencies = [\"a==1.0\", \"é\"]\n[dependency-groups]\ndev = [{include-group = \"x\"}]\n\
    [tool.uv.sources]\na = {git = \"https://u:p@h/a\"}\n[tool.poetry.dependencies]\nb = [{version = \"1.0\", path = \"../b\"}]\n";
pub(crate) const SETUP_CFG: &str =
    "[options]\ninstall_requires =\n  a==1.0\n  b; python_version < '3'\n[options.extras_require]\né = c==1; d\n";
pub(crate) const SETUP_PY: &str =
    "X = ['a==1.0', \"b==\" + v, f'é==1', read('x')]\nsetup(install_requires=X, extras_require={'e': ['c[d]==1.0']})\n";
pub(crate) const CONDA: &str = "dependencies:\n  - c::a=1.0=b\n  - é::d>1\n  - pip:\n    - e==1.0\n";
pub(crate) const RECORD: &str = r#"{"name": "a", "version": "1.0", "build": "é", "channel": "https://t:s@h/c/linux-64", "subdir": "linux-64", "fn": "a.conda"}"#;

pub(crate) const BILL: &str = r#"{"bomFormat": "CycloneDX", "components": [{"name": "a", "version": "1.2.3", "purl": "pkg:npm/a@1.2.3",
"licenses": [{"license": {"id": "MIT"}}], "evidence": {"occurrences": [{"location": "é", "line": 3}]}},
{"type": "library", "group": "g", "name": "b", "components": [{"name": "c", "version": "2"}]}], "metadata": {"component": {"name": "x"}}}"#;
pub(crate) const TAGS: &str = "SPDXVersion: SPDX-2.3\nPackageName: é\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageComment: <text>x\ny</text>\n\
    ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-x\n";
pub(crate) const ELEMENTS: &str = "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components><component type='library'><name>é&amp;</name>\
    <version>1</version><purl>pkg:npm/a@1</purl><properties><property name='x'>y</property></properties></component></components></bom>";

pub(crate) const NUGET: &str = r#"{"version": 1, "runtimeTarget": {"name": "t"}, "targets": {"t": {"P/1.0": {"dependencies": {"A": "1.2.3"}}}},
"libraries": {"A/1.2.3": {"type": "package"}, "P/1.0": {"type": "project"}, "runtimepack.B/2.0": {"type": "runtimepack"}},
"dependencies": {"net8.0": {"C": {"type": "Direct", "resolved": "3.0.0"}, "P": {"type": "Project"}}}}"#;
pub(crate) const MSBUILD: &str = "<Project><PropertyGroup><V>1.0</V></PropertyGroup><Import Project=\"$(V).props\"/><ItemGroup>\
    <PackageReference Include=\"A;B\" Version=\"$(V)\"/><PackageReference Include=\"C\"><Version>é</Version></PackageReference></ItemGroup></Project>";
pub(crate) const CARGO: &str = "[dependencies]\na = \"=1.2.3\"\nb = { package = \"c\", version = \"1\", git = \"https://u:p@h/c\" }\n[target.'x'.dev-dependencies]\nd = \"=2.0.0\"\n";
pub(crate) const COMPOSER: &str = r#"{"require": {"php": "8", "a/b": "1.2.3", "a/c": "dev-é"}, "require-dev": {"d/e": "^1"}}"#;
pub(crate) const PAKET: &str =
    "NUGET\n  remote: x\n    A (1.0)\n      B (>= 1)\n    B (2.0) - restriction: x\nGITHUB\n  remote: o/r\n    f.fs (abc)\n";
pub(crate) const GEMSPEC: &str = "Gem::Specification.new do |s|\n  s.name = 'own'\n  s.add_dependency 'rack', '>= 2'\n  s.add_dependency(%q<thor>.freeze, [\"= 1.0\"])\nend\n";
pub(crate) const SUMS: &str =
    "a.org/b v1.2.3 h1:x=\na.org/b v1.2.3/go.mod h1:y=\nc.org/d v0.0.0-20200101000000-abcdef012345 h1:z=\n";
pub(crate) const VENDORED: &str = "# a.org/b v1.2.3\n## explicit\na.org/b/c\n# d.org/e v1.0.0 => f.org/g v2.0.0\nd.org/e\n";
pub(crate) const SERIALISED: &str = "a:2:{s:4:\"name\";s:1:\"a\";s:7:\"version\";a:1:{s:7:\"release\";s:5:\"1.2.3\";}}";

pub(crate) const FILES: [(&str, &str); 38] = [
    ("package-lock.json", JSON),
    ("node_modules/a/package.json", JSON),
    ("Pipfile.lock", JSON),
    ("bom.json", BILL),
    ("composer.json", COMPOSER),
    ("packages.lock.json", NUGET),
    ("a.deps.json", NUGET),
    ("obj/project.assets.json", NUGET),
    ("libman.json", r#"{"libraries": [{"library": "a@1.0", "provider": "unpkg"}, {"library": "@s/b@2.0"}]}"#),
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
    ("a.csproj", MSBUILD),
    ("packages.config", "<packages><package id=\"A\" version=\"1.0\"/><package id=\"é\" version=\"2\"/></packages>"),
    ("paket.lock", PAKET),
    ("Cargo.toml", CARGO),
    ("own.gemspec", GEMSPEC),
    ("go.sum", SUMS),
    ("vendor/modules.txt", VENDORED),
    ("php/.registry/a.reg", SERIALISED),
    ("a.spdx", TAGS),
    ("bom.xml", ELEMENTS),
];

/// Texts of the formats that detectors read, for every claim whatever its format.
pub(crate) const GENERAL: [&str; 9] = [JSON, TOML, YAML, CLASSIC, LINES, HEADERS, XML, TERMS, FIELDS];
pub(crate) const XML: &str = "<?xml version=\"1.0\"?><!DOCTYPE p [<!ENTITY e \"&e;&e;\">]><project><groupId>g</groupId><artifactId>a</artifactId>\
    <version>${v}&e;</version><properties><v>1</v></properties><dependencies><dependency><groupId>g</groupId>\
    <artifactId>b</artifactId><version>2</version></dependency></dependencies></project>";
pub(crate) const TERMS: &str = "{\"1.2.0\",[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0\">>},0}]}.\n{application,a,[{vsn,\"1.0\"}]}.\n";
pub(crate) const FIELDS: &str = "Package: a\nStatus: install ok installed\nVersion: 1:1.0-1\nArchitecture: amd64\nMaintainer: \u{e9} <a@b>\n\
    Description: x\n more\n\nP:b\nV:1.0-r0\nF:usr\nR:x\n\nID=debian\nVERSION_ID=\"12\"\nFROM a:1 AS b\n";

/// Files that suit one detector, by its id; the first is attacked, the others lie beside it.
pub(crate) const SEEDS: &[(&str, &[(&str, &str)])] = &[
    (
        "bazel-module",
        &[
            (
                "MODULE.bazel",
                "bazel_dep(name = \"a\", version = '1.0') # x\ngit_override(module_name = \"a\", remote = \"https://h/a\", commit = \"c\")\n",
            ),
            (
                "MODULE.bazel.lock",
                "{\"registryFileHashes\": {\"https://h/modules/a/1.0/source.json\": \"x\"}, \"moduleDepGraph\": {\"b@1\": {\"name\": \"b\", \"version\": \"1\"}}}",
            ),
        ],
    ),
    (
        "bower",
        &[(
            "bower_components/a/.bower.json",
            "{\"name\": \"a\", \"version\": \"1.0.0\", \"_release\": \"1.0.0\", \"license\": [\"MIT\"]}",
        )],
    ),
    ("cabal-freeze", &[("cabal.project.freeze", "constraints: any.a ==1.0 || ==1.1,\n  a +f -g,\n  any.b installed\n")]),
    (
        "cargo-lock",
        &[(
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://h/a?rev=b#c\"\ndependencies = [\"b 1.0.0\"]\n",
        )],
    ),
    (
        "ci-images",
        &[(
            ".gitlab-ci.yml",
            "variables: {V: '1'}\nimage: a:$V\nservices: ['b:2', {name: c}]\nj: {image: {name: 'd:<< x >>${y:-z}'}}\n",
        )],
    ),
    (
        "clojure",
        &[(
            "deps.edn",
            "{:deps {a/b {:mvn/version \"1.0\"} #_x io.github.c/d {:git/tag \"é\" :git/sha \"0\"}} :aliases {:e {:extra-deps {f {:mvn/version \"2\"}}}}}",
        )],
    ),
    (
        "compose",
        &[
            (
                "compose.yml",
                "include: [other.yml]\nx: &x {image: a}\nservices:\n  a: {<<: *x}\n  b: {extends: {file: other.yml, service: a}}\n",
            ),
            ("other.yml", "include: [other.yml, compose.yml]\nservices: {a: {image: 'b:${V:-1}'}}\n"),
        ],
    ),
    (
        "composer-lock",
        &[(
            "composer.lock",
            "{\"packages\": [{\"name\": \"a/b\", \"version\": \"v1.0\", \"license\": [\"MIT\"], \"funding\": [{\"url\": \"https://f\"}]}], \"packages-dev\": []}",
        )],
    ),
    (
        "conan-lock",
        &[(
            "conan.lock",
            "{\"graph_lock\": {\"nodes\": {\"0\": {\"requires\": [\"1\"], \"path\": \"x\"}, \"1\": {\"ref\": \"a/1.0@u/c#0\", \"requires\": [\"1\"]}}}, \"requires\": [\"b/[>1]#0%1\"]}",
        )],
    ),
    (
        "conanfile",
        &[(
            "data/a/1/_/_/package/0/conaninfo.txt",
            "[requires]\na/1.Y.Z\n[full_requires]\na/1.0:00\n[tool_requires]\nb/[>1]@u/c # x\n",
        )],
    ),
    (
        "cpanfile",
        &[(
            "cpanfile",
            "requires 'A::B', '== 1.0'; # é\non test => sub { requires 'C' };\n=pod\n=cut\nfeature 'f' => sub { suggests \"D\" };\n",
        )],
    ),
    ("devcontainer", &[("devcontainer.json", "// x\n{\"image\": \"a:${localEnv:V:1}\", /* y */ \"f\": [1,],}")]),
    (
        "dockerfile",
        &[(
            "Dockerfile",
            "# escape=`\nARG V=1\nFROM --platform=x a:${V:-2} AS b\nCOPY --from=c:1 x y\nRUN <<E <<-F\nx\nE\nF\nFROM b\nONBUILD RUN --mount=from=d:1 x `\n y\n",
        )],
    ),
    ("dotnet-tools", &[("global.json", "{\"sdk\": {\"version\": \"8.0.100\"}, /* é */ \"msbuild-sdks\": {\"A\": \"1.0\",}}")]),
    (
        "dpkg-status",
        &[
            ("var/lib/dpkg/status", FIELDS),
            ("var/lib/dpkg/info/a.list", "/.\n/usr\n/usr/bin/a\n"),
            ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
        ],
    ),
    (
        "gemfile",
        &[(
            "Gemfile",
            "gem 'a', '1.0', group: [:test]\ngroup :test do\n  gem \"b\", git: 'https://u:p@h/b', tag: 'é'\nend\npath 'x' do\nend\n",
        )],
    ),
    (
        "gemfile-lock",
        &[(
            "Gemfile.lock",
            "GIT\n  remote: https://h/a\n  revision: b\n  specs:\n    a (1.0)\nGEM\n  specs:\n    c (1.0-x86)\n      a (>= 1)\nDEPENDENCIES\n  c!\nRUBY VERSION\n   ruby 3.2.2p53\n",
        )],
    ),
    (
        "gleam",
        &[
            (
                "manifest.toml",
                "# generated by Gleam\npackages = [{ name = \"a\", version = \"1.0\", requirements = [\"a\"], source = \"git\", repo = \"https://u:p@h/a\", commit = \"c\" }]\n",
            ),
            ("gleam.toml", "[dependencies]\na = \"== 1.0.0\"\n"),
        ],
    ),
    (
        "go-mod",
        &[(
            "go.mod",
            "module a // x\ngo 1.21\ntoolchain go1.21.1\nrequire (\n\tb/c v1.0.0 // indirect\n)\nreplace b/c => d v1.0.0\nrequire \"e\" v2.0.0\n",
        )],
    ),
    (
        "gradle-build",
        &[(
            "build.gradle",
            "def v = '1.0'\next { w = [x: \"2\"] }\ndependencies {\n  api \"g:a:${v}\", 'g:b:' + v\n  implementation(group: 'g', name: 'é', version: w.x) { version { strictly '3' } }\n  constraints { api 'g:c:1' }\n}\n",
        )],
    ),
    (
        "ivy",
        &[(
            "ivy.xml",
            "<ivy-module><info organisation='o'/><dependencies><dependency org='g' name='a' rev='1' conf='test->x'/><dependency name='é' rev='[1,2['/></dependencies></ivy-module>",
        )],
    ),
    (
        "kustomize",
        &[
            ("o/kustomization.yaml", "resources: [../b, p.yaml]\nimages: [{name: a, newName: b, newTag: '1'}]\n"),
            ("b/kustomization.yml", "resources: [../o]\nimages: [{name: c, digest: 'sha256:0'}]\n"),
            ("o/p.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'a:2'}]}\n"),
        ],
    ),
    ("maven-pom", &[("pom.xml", XML)]),
    (
        "mix-exs",
        &[(
            "mix.exs",
            "  defp deps do\n    [{:a, \"1.0.0\", only: [:dev]}, {:b, git: \"https://u:p@h/é\", tag: \"t\"}]\n  end\n",
        )],
    ),
    (
        "mix-lock",
        &[(
            "mix.lock",
            "%{\n\"a\": {:hex, :a, \"1.0\", \"x\", [:mix], [{:b, \"~> 1\", [hex: :b]}], \"hexpm:o\"},\n\"c\" => {:git, \"git@h:c\", \"s\", []}}\n",
        )],
    ),
    ("os-release", &[("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME='x y'\n")]),
    (
        "otp-app",
        &[(
            "lib/a/ebin/a.app",
            "%% x\n{application,'a b',[{vsn,\"1.0\"},{licenses,[\"MIT\"]},{env,[{k,<<\"v\">>},{n,-1.5e3},{c,$x}]}]}.\n",
        )],
    ),
    (
        "packrat-lock",
        &[(
            "packrat.lock",
            "PackratFormat: 1.4\n\nPackage: a\nSource: github\nVersion: 1.0\nGithubRepo: é\nGithubUsername: u\nGithubSha1: 0\n",
        )],
    ),
    ("podfile", &[("Podfile", "target 'é' do\n  pod 'A/B', '1.0', :git => 'https://u:p@h/a',\n    :tag => '1'\nend\n")]),
    (
        "podfile-lock",
        &[(
            "Podfile.lock",
            "PODS:\n  - A/B (1.0):\n    - C\n  - \"D (2.0)\"\nDEPENDENCIES:\n  - A/B\nEXTERNAL SOURCES:\n  D:\n    :git: https://h/d\nSPEC REPOS:\n  https://h/r:\n    - A\n",
        )],
    ),
    (
        "pubspec",
        &[(
            "pubspec.yaml",
            "dependencies:\n  a: ^1.0\n  b: 1.0.0\n  c: {git: {url: 'https://h/c', ref: r}}\n  d: {hosted: {url: 'https://h', name: e}, version: 1.0.0}\n",
        )],
    ),
    (
        "pubspec-lock",
        &[(
            "pubspec.lock",
            "packages:\n  a: {dependency: direct dev, description: {name: a, url: 'https://h'}, source: hosted, version: \"1.0\"}\n",
        )],
    ),
    (
        "rebar-lock",
        &[(
            "rebar.lock",
            "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"a\"/utf8>>,<<\"1.0\">>},0},\n {<<\"b\">>,{git,\"git@h:b\",{ref,\"c\"}},1}]}.\n",
        )],
    ),
    (
        "stack",
        &[(
            "stack.yaml",
            "extra-deps:\n- a-1.0@sha256:0\n- git: https://h/b\n  commit: c\n  subdirs: [x, y-1.0]\n- archive: https://h/c-1.0.zip\n",
        )],
    ),
    (
        "swift-manifest",
        &[(
            "Package.swift",
            "x = [.package(url: \"https://u:p@h/a/b.git\", exact: \"1.0\"), .package(id: \"é.c\", .exact(\"2\"))] // y\n",
        )],
    ),
    (
        "swift-resolved",
        &[(
            "Package.resolved",
            "{\"object\": {\"pins\": [{\"repositoryURL\": \"git@h:a/b.git\", \"state\": {\"version\": \"1.0\"}}, {\"kind\": \"registry\", \"identity\": \"a.b\", \"state\": {\"revision\": \"0\"}}]}}",
        )],
    ),
    (
        "terraform",
        &[(
            "main.tf",
            "terraform {\n  required_providers {\n    a = { source = \"b/a\", version = \"1.0\" }\n  }\n}\nmodule \"m\" {\n  source = \"git::https://u:p@github.com/o/é//x?ref=1\"\n  d = <<E\n  \"\n  E\n}\n",
        )],
    ),
    (
        "vcpkg-installed",
        &[
            (
                "v/vcpkg/status",
                "Package: a\nVersion: 1.0\nPort-Version: 2\nArchitecture: x\nStatus: install ok installed\n\nPackage: a\nFeature: f\n",
            ),
            ("v/vcpkg/updates/0000000000", "Package: b\nVersion: 1.0#3\nStatus: install ok installed\n"),
        ],
    ),
    (
        "vcpkg-manifest",
        &[(
            "vcpkg.json",
            "{\"dependencies\": [\"a\", {\"name\": \"b\", \"host\": true}], \"features\": {\"f\": {\"dependencies\": [\"c\"]}}, \"overrides\": [{\"name\": \"a\", \"version\": \"1.0#1\", \"port-version\": 2}]}",
        )],
    ),
];

/// The seeds of a detector; those of binary formats are made here.
pub(crate) fn seeds(id: &str) -> Vec<(&'static str, Vec<u8>)> {
    match id {
        "java-archive" => vec![("app.jar", jar())],
        "rpm-sqlite" => vec![("var/lib/rpm/rpmdb.sqlite", rpm_database())],
        _ => {
            let own = SEEDS.iter().filter(|(of, _)| *of == id).flat_map(|(_, files)| files.iter());
            own.map(|(path, text)| (*path, text.as_bytes().to_vec())).collect()
        }
    }
}

/// A jar with a manifest, the properties of Maven and a jar inside.
pub(crate) fn jar() -> Vec<u8> {
    let pack = |files: &[(&str, &[u8])]| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            archive.write_all(content).expect("its content");
        }
        archive.finish().expect("an archive").into_inner()
    };
    let inner = pack(&[("META-INF/maven/g/b/pom.properties", b"groupId=g\nartifactId=b\nversion=2.0\n")]);
    let manifest = b"Manifest-Version: 1.0\nImplementation-Title: a\nImplementation-Version: 1.0\n";
    pack(&[
        ("META-INF/MANIFEST.MF", manifest),
        ("META-INF/maven/g/a/pom.properties", b"groupId=g\nartifactId=a\nversion=1.0\n"),
        ("lib/b.jar", &inner),
    ])
}

/// A database of rpm whose one header has an index and a store that do not fit.
pub(crate) fn rpm_database() -> Vec<u8> {
    let mut connection = rusqlite::Connection::open_in_memory().expect("a database");
    connection.execute_batch("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)").expect("a table");
    let header = [
        &[0, 0, 0, 2, 0, 0, 0, 8][..],
        &[0, 0, 3, 232, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1][..],
        &[0, 0, 3, 233, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 1][..],
        b"a\x001.0\0\0\0",
    ]
    .concat();
    connection.execute("INSERT INTO Packages VALUES (1, ?1)", [header]).expect("a row");
    connection.serialize("main").expect("its bytes").to_vec()
}

/// The path of a file that `claim` claims.
pub(crate) fn claimed(claim: Claim) -> String {
    match claim {
        Claim::Name(name) => format!("srv/{name}"),
        Claim::Suffix(suffix) => format!("srv/a-1.0{suffix}"),
        Claim::Stem(stem) => format!("srv/{stem}.a"),
        Claim::Path(path) => path.to_owned(),
        Claim::In(folder) => format!("{folder}/a"),
        Claim::FoldersIn(folder) => format!("{folder}/a-1.0"),
    }
}
