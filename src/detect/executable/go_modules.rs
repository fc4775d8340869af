//! The module list of a Go executable (format: <https://pkg.go.dev/runtime/debug#ParseBuildInfo>): the main module is
//! installed, the others are embedded, and so is the standard library in the compiler's version.
//! A program built without modules names the package that it is, which tells the module where the version is known, too. A module
//! replaced by a folder has no version.

use super::go_binary::GoBuild;
use crate::detect::{Findings, Opened};
use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

const ID: &str = "go-binary";
/// Names under which a program's own version is kept, in small letters.
const VERSION_VARIABLES: [&str; 5] = ["version", "appversion", "buildversion", "fullversion", "gitversion"];
/// Packages outside the main module in which programs keep their own version.
const VERSION_PACKAGES: [&str; 2] = ["github.com/prometheus/common/version", "k8s.io/component-base/version"];

/// One module.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Module {
    path: String,
    version: String,
    main: bool,
}

impl Module {
    /// The version; empty if it only says that there is none.
    fn known_version(&self) -> &str {
        if self.version == "(devel)" { "" } else { &self.version }
    }
}

/// Writes down the modules and the standard library. `product` is the version that the program's own text tells. Where the linker
/// alone told the main module's version, gives the list of modules with that version in its place.
pub(super) fn write(build: Option<GoBuild>, product: Option<&str>, file: &Opened<'_>, out: &mut Findings) -> Option<String> {
    let build = build?;
    let mut completed = None;
    let (modules, broken) = modules(&build.modules);
    if let Some(line) = broken {
        out.problem(Code::Malformed, file, format!("line {line} of the Go module list is broken"));
    }
    let mut found = |purl: Purl, evidence: Evidence, origin: Origin| {
        let mut component = Component::new(purl, evidence, ID, Location::file(file.shown()));
        component.origin = origin;
        out.component(component);
    };
    found(Purl::new("golang", "stdlib").with_version(compiler(&build.version)), Evidence::Embedded, Origin::Unknown);
    let product = || product.map(|version| format!("v{}", version.trim_start_matches('v')));
    for module in modules.iter().filter(|module| !module.main) {
        found(purl(&module.path, module.known_version()), Evidence::Embedded, Origin::Unknown);
    }
    if let Some(main) = modules.iter().find(|module| module.main) {
        let stated = main.known_version();
        let linked = linked_version(&build.modules, &main.path).filter(|_| says_little(stated));
        completed = linked.as_deref().map(|version| complete(&build.modules, main, version));
        let stated = Some(stated).filter(|version| !version.is_empty()).map(str::to_owned);
        let version = linked.or(stated).or_else(product).unwrap_or_default();
        found(purl(&main.path, &version), Evidence::Installed, Origin::Local);
    } else if let Some(path) = by_package(&build.modules)
        && let Some(version) = linked_version(&build.modules, &path).or_else(product)
    {
        found(purl(&path, &version), Evidence::Installed, Origin::Local);
    }
    completed
}

/// No version, or the time of a commit that no tag stands before.
fn says_little(version: &str) -> bool {
    version.is_empty() || version.starts_with("v0.0.0-")
}

fn complete(modules: &str, main: &Module, version: &str) -> String {
    let stated = format!("mod\t{}\t{}", main.path, main.version);
    modules.replacen(&stated, &format!("mod\t{}\t{version}", main.path), 1)
}

/// `go1.22.3 X:boringcrypto` → `1.22.3`; a development version is unknown.
fn compiler(version: &str) -> &str {
    version.strip_prefix("go").and_then(|rest| rest.split_whitespace().next()).unwrap_or_default()
}

/// The main module of a program that was built without modules, as distributions do, by the path of its package. Go's own tools
/// are part of the standard library, and single files have no module.
fn by_package(text: &str) -> Option<String> {
    let package = text.lines().find_map(|line| line.strip_prefix("path\t"))?.trim();
    let parts: Vec<&str> = package.split('/').collect();
    let host = parts.first().filter(|host| host.contains('.'))?;
    let program = parts.iter().position(|part| *part == "cmd").unwrap_or(parts.len());
    let repository = if matches!(*host, "github.com" | "gitlab.com" | "bitbucket.org") { 3 } else { program };
    let major = |part: &&str| part.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok_and(|major| major > 1));
    let length = repository + usize::from(parts.get(repository).is_some_and(major));
    parts.get(..length.min(program)).filter(|parts| parts.len() > 1).map(|parts| parts.join("/"))
}

fn purl(path: &str, version: &str) -> Purl {
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    Purl::new("golang", name).with_namespace(namespace).with_version(version)
}

/// The modules, replacements applied, and the number of the first line that cannot be read.
fn modules(text: &str) -> (Vec<Module>, Option<usize>) {
    let mut modules: Vec<Module> = Vec::new();
    let mut broken = None;
    for (number, line) in (1..).zip(text.lines()) {
        let mut fields = line.split('\t');
        let kind = fields.next();
        let path = fields.next().filter(|path| !path.is_empty());
        let version = fields.next().unwrap_or_default();
        match (kind, path, modules.last_mut()) {
            (Some(kind @ ("mod" | "dep")), Some(path), _) => {
                modules.push(Module { path: path.to_owned(), version: version.to_owned(), main: kind == "mod" });
            }
            (Some("=>"), Some(path), Some(last)) => replace(last, path, version),
            (Some("mod" | "dep" | "=>"), ..) => broken = broken.or(Some(number)),
            _ => {}
        }
    }
    (modules, broken)
}

/// A replacement that is a folder begins with `./`, `../` or a root (<https://go.dev/ref/mod#go-mod-file-replace>). The code is
/// then not what any version names.
fn replace(module: &mut Module, path: &str, version: &str) {
    let is_folder = [".", "..", ""].iter().any(|first| path.split('/').next() == Some(first));
    if is_folder {
        module.version.clear();
    } else {
        path.clone_into(&mut module.path);
        version.clone_into(&mut module.version);
    }
}

/// The version that the linker was told to write into the program: `-ldflags="-X main.version=1.2.3"`.
/// Only variables of the main module and of packages made for this count, since a build writes versions of its parts in the same way.
fn linked_version(text: &str, module: &str) -> Option<String> {
    let flags = text.lines().find_map(|line| line.strip_prefix("build\t-ldflags="))?;
    // Values with spaces are quoted as Go source is; JSON reads all of that but rare escapes.
    let flags = serde_json::from_str::<String>(flags).unwrap_or_else(|_| flags.to_owned());
    let words = flags.split(|c: char| c.is_whitespace() || c == '"' || c == '\'').filter(|word| !word.is_empty());
    let own = |variable: &str| {
        let (package, name) = variable.rsplit_once('.').unwrap_or_default();
        let inside = package.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        (package == "main" || inside || VERSION_PACKAGES.contains(&package))
            && VERSION_VARIABLES.contains(&name.to_ascii_lowercase().as_str())
    };
    let assigned = words.filter_map(|word| word.strip_prefix("-X=").unwrap_or(word).split_once('='));
    let versions = assigned.filter(|(variable, value)| own(variable) && is_version(value));
    let (_, version) = versions.min_by_key(|(variable, _)| !variable.starts_with("main."))?;
    Some(format!("v{}", version.trim_start_matches('v')))
}

fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing::found_by;
    use expect_test::{Expect, expect};

    fn check(modules: &str, expected: &Expect) {
        let build = GoBuild { version: "go1.22.3 X:boringcrypto".to_owned(), modules: modules.to_owned() };
        let found = found_by(b"", |file, out| drop(write(Some(build), None, file, out)));
        expected.assert_eq(&found);
    }

    #[test]
    fn the_main_module_is_installed_and_the_others_are_embedded() {
        check(
            "path\texample.org/app/cmd/app\nmod\texample.org/app\tv1.2.3\th1:x=\ndep\tgithub.com/spf13/cobra\tv1.8.0\th1:y=\n",
            &expect![[r"
                pkg:golang/example.org/app@v1.2.3 installed origin=Local
                pkg:golang/github.com/spf13/cobra@v1.8.0 embedded
                pkg:golang/stdlib@1.22.3 embedded"]],
        );
    }

    #[test]
    fn a_replacement_counts_and_a_folder_has_no_version() {
        check(
            "mod\tapp\t(devel)\t\ndep\ta.org/old\tv1.0.0\n=>\tb.org/new\tv2.0.0\th1:z=\ndep\tc.org/local\tv0.0.0\n=>\t../local\t(devel)\t\n",
            &expect![[r"
                pkg:golang/app installed origin=Local
                pkg:golang/b.org/new@v2.0.0 embedded
                pkg:golang/c.org/local embedded
                pkg:golang/stdlib@1.22.3 embedded"]],
        );
    }

    #[test]
    fn a_program_built_without_modules_is_known_by_its_package() {
        for (package, module) in [
            ("github.com/docker/cli/cmd/docker", "github.com/docker/cli@v1.2.3 installed origin=Local"),
            ("github.com/caddyserver/caddy/v2/cmd/caddy", "github.com/caddyserver/caddy/v2@v1.2.3 installed origin=Local"),
            ("github.com/junegunn/fzf", "github.com/junegunn/fzf@v1.2.3 installed origin=Local"),
            ("go.etcd.io/etcd", "go.etcd.io/etcd@v1.2.3 installed origin=Local"),
            ("k8s.io/kubernetes/cmd/kubelet", "k8s.io/kubernetes@v1.2.3 installed origin=Local"),
            ("cmd/gofmt", ""),
            ("command-line-arguments", ""),
        ] {
            let text = format!("path\t{package}\nbuild\t-ldflags=\"-X main.version=1.2.3\"\n");
            let build = GoBuild { version: String::new(), modules: text };
            let found = found_by(b"", |file, out| drop(write(Some(build), None, file, out)));
            let expected = if module.is_empty() { String::new() } else { format!("pkg:golang/{module}\n") };
            assert_eq!(found, format!("{expected}pkg:golang/stdlib embedded"), "{package}");
        }
        // Without a version it would be a guess that says little.
        let build = GoBuild { version: String::new(), modules: "path\tgithub.com/junegunn/fzf\n".to_owned() };
        assert_eq!(found_by(b"", |file, out| drop(write(Some(build), None, file, out))), "pkg:golang/stdlib embedded");
    }

    #[test]
    fn the_linker_tells_the_version_of_a_main_module_that_has_none() {
        for (flags, version) in [
            (r#""-s -X main.version=1.2.3""#, "@v1.2.3"),
            (r#""-X 'example.org/app/internal/build.Version=v2.0.0' -X main.commit=abc""#, "@v2.0.0"),
            (r#""\t-X \"github.com/prometheus/common/version.Version=2.42.0\"""#, "@v2.42.0"),
            (r"-Xmain.version=dev", ""),
            (r#""-X github.com/other/part.Version=9.9.9""#, ""),
            (r#""-X example.org/application.Version=9.9.9""#, ""),
            (r#""-X example.org/app/internal.goVersion=1.22.3""#, ""),
        ] {
            let text = format!("mod\texample.org/app\t(devel)\t\nbuild\t-ldflags={flags}\n");
            let build = GoBuild { version: String::new(), modules: text };
            let found = found_by(b"", |file, out| drop(write(Some(build), None, file, out)));
            let expected = format!("pkg:golang/example.org/app{version} installed origin=Local\npkg:golang/stdlib embedded");
            assert_eq!(found, expected, "{flags}");
        }
    }

    #[test]
    fn the_time_of_a_commit_yields_to_what_the_linker_was_told() {
        check(
            "mod\tapp\tv0.0.0-20261013164250-e27a6760c554+dirty\nbuild\t-ldflags=\"-X main.version=1.4.0\"\n",
            &expect![[r"
                pkg:golang/app@v1.4.0 installed origin=Local
                pkg:golang/stdlib@1.22.3 embedded"]],
        );
    }

    #[test]
    fn a_broken_line_is_told_and_the_rest_is_kept() {
        check(
            "=>\tb.org/new\tv2.0.0\ndep\na.org\ndep\tc.org/good\tv1.0.0\n",
            &expect![[r"
                pkg:golang/c.org/good@v1.0.0 embedded
                pkg:golang/stdlib@1.22.3 embedded
                ! bin/tool: UP002: line 1 of the Go module list is broken"]],
        );
    }
}
