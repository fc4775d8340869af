//! Reads the dependencies of Gradle's build scripts in Groovy and Kotlin
//! (<https://docs.gradle.org/current/userguide/declaring_dependencies.html>), as far as they are literal: a script is read, not run.
//! Versions may stand in variables of the same script and in `gradle.properties`; one that a constraint, Spring's dependency
//! management or the dependency's own block states counts, too. What is pinned to no single version has none.
//!
//! Where a lock file lies beside the script, it speaks. Catalogs speak for themselves. Plug-ins, projects and files are left out.

use std::collections::BTreeMap;

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};

use super::gradle_catalog::pinned;
use super::gradle_script::{Statement, Token, statements};
use super::project_file::is_in_project;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "gradle-build";
/// Locks of everything that a project asks for.
const LOCKS: [&str; 3] =
    ["gradle.lockfile", "gradle/dependency-locks/compileClasspath.lockfile", "gradle/dependency-locks/runtimeClasspath.lockfile"];
/// The lock of what the build itself needs.
const BUILD_LOCK: &str = "buildscript-gradle.lockfile";
/// What the configurations end in whose dependencies run, in small letters.
const RUNTIME: [&str; 6] = ["implementation", "api", "compile", "runtime", "runtimeonly", "providedruntime"];
/// How far above a project the root with its `gradle.properties` may lie.
const LEVELS: usize = 5;
/// Longest version that variables may make.
const MAX_VERSION: usize = 256;

/// Build scripts of Gradle.
pub(super) struct GradleBuild;

impl Detector for GradleBuild {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".gradle"), Claim::Suffix(".kts")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let name = facts.name();
        let stem = name.strip_suffix(".kts").unwrap_or(name);
        stem.ends_with(".gradle") && !matches!(stem, "settings.gradle" | "init.gradle") && is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let there = |name: &str| file.sibling(name).exists();
        let (locked, build_locked) = (LOCKS.iter().any(|name| there(name)), there(BUILD_LOCK));
        if locked && build_locked {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let statements = statements(text);
        let mut build = Build::new(&statements, file);
        for statement in &statements {
            build.dependencies(statement);
        }
        build.write(|of_build| if of_build { build_locked } else { locked }, file, out);
    }
}

/// A dependency as declared.
struct Declared {
    group: String,
    name: String,
    version: Option<String>,
    needed: Group,
    /// Whether the build itself needs it.
    of_build: bool,
    line: usize,
}

struct Build<'t, 'a> {
    /// Literals by the name of their variable; `None` if it has had several.
    variables: BTreeMap<String, Option<&'t str>>,
    properties: Vec<Opened<'a>>,
    found: Vec<Declared>,
    /// Versions that are stated elsewhere than at the dependency, by group and name.
    managed: BTreeMap<(String, String), String>,
}

impl<'t, 'a> Build<'t, 'a> {
    fn new(statements: &[Statement<'t>], file: &Opened<'a>) -> Self {
        let levels = file.path().components().count().saturating_sub(1).min(LEVELS);
        let properties = (0..=levels).map(|levels| file.sibling(&format!("{}gradle.properties", "../".repeat(levels))));
        let mut build =
            Self { variables: BTreeMap::new(), properties: properties.collect(), found: Vec::new(), managed: BTreeMap::new() };
        for statement in statements {
            build.variable(statement);
        }
        build
    }

    /// Notes what a statement gives a name to: `def v = '1'`, `ext.v = "1"`, `ext.of = [a: '1']`, `val v by extra("1")`,
    /// `extra["v"] = "1"`, `set('v', '1')`.
    fn variable(&mut self, statement: &Statement<'t>) {
        use Token::{Sign, Text, Word};
        match statement.tokens.as_slice() {
            [Word("set"), Sign('('), Text { text: name, .. }, Sign(','), Text { text, filled }, Sign(')')]
            | [Word(_), Word(name), Word("by"), Word("extra"), Sign('('), Text { text, filled }, Sign(')')]
            | [Word(_), Sign('['), Text { text: name, .. }, Sign(']'), Sign('='), Text { text, filled }] => {
                self.put(name, text, *filled);
            }
            [before @ .., Sign('='), Text { text, filled }] => {
                // Kotlin may state a type between: `val v: String = "1"`.
                let named = before.split(|token| *token == Sign(':')).next().unwrap_or(before);
                self.put(named.last().map_or("", |token| token.text()), text, *filled);
            }
            [inside @ .., Sign(']')] => {
                let Some(at) = inside.windows(2).position(|pair| pair == [Sign('='), Sign('[')]) else { return };
                let (before, entries) = inside.split_at_checked(at).unwrap_or((inside, &[]));
                let entries = entries.get(2..).unwrap_or_default();
                let name = plain_name(before.last().map_or("", |token| token.text()));
                for entry in entries.split(|token| *token == Sign(',')) {
                    if let [key, Sign(':'), Text { text, filled }] = entry {
                        self.put(&format!("{name}.{}", key.text()), text, *filled);
                    }
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, name: &str, text: &'t str, filled: bool) {
        let value = Some(text).filter(|text| !(filled && text.contains('$')));
        let held = self.variables.entry(plain_name(name).to_owned()).or_insert(value);
        if *held != value {
            *held = None;
        }
    }

    /// The value of what stands in a script in place of a literal.
    fn value(&self, expression: &str) -> Option<String> {
        let quoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
        let called = ["property(", "findProperty(", "extra[", "extra.get(", "ext[", "properties["];
        let inside = called.iter().find_map(|call| Some(quoted(expression.split_once(call)?.1.split([')', ']']).next()?)));
        let name = inside.unwrap_or_else(|| plain_name(expression.trim().trim_end_matches(".toString()")).to_owned());
        if let Some(value) = self.variables.get(&name) {
            return value.map(str::to_owned);
        }
        let texts = self.properties.iter().filter_map(Opened::text_if_there);
        { texts }.find_map(|text| property(text, &name))
    }

    /// A literal with its variables filled in; `None` where one is not known.
    fn filled(&self, text: &str, filled: bool) -> Option<String> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('$').filter(|_| filled) {
            let (expression, after) = if let Some(inside) = after.strip_prefix('{') {
                inside.split_once('}')?
            } else {
                let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
                after.split_at_checked(end)?
            };
            out.push_str(before);
            out.push_str(&self.value(expression)?);
            rest = after;
        }
        out.push_str(rest);
        (out.len() <= MAX_VERSION).then_some(out)
    }

    /// The dependencies in a statement, if it stands where they do.
    fn dependencies(&mut self, statement: &Statement<'t>) {
        let spring = statement.blocks.contains(&"dependencyManagement");
        let inner = statement.block(0);
        let stated = match (inner, statement.head()) {
            ("dependencies", "dependency") if spring => self.modules(statement),
            ("constraints", _) if statement.block(1) == "dependencies" => self.modules(statement),
            ("dependencies", "constraints" | "if" | "for" | "modules" | "components") => return,
            ("imports", "mavenBom") if spring => return self.declare(statement, Group::Main),
            ("dependencies", configuration) if !spring => return self.declare(statement, used(configuration)),
            ("version", "strictly" | "require" | "prefer") => return self.rich(statement),
            _ => return,
        };
        self.managed.extend(stated.into_iter().filter_map(|(group, name, version)| Some(((group, name), version?))));
    }

    fn declare(&mut self, statement: &Statement<'t>, needed: Group) {
        let of_build = statement.blocks.contains(&"buildscript");
        let needed = if of_build { Group::Development } else { needed };
        for (group, name, version) in self.modules(statement) {
            self.found.push(Declared { group, name, version, needed, of_build, line: statement.line });
        }
    }

    /// The version in the block of the dependency before.
    fn rich(&mut self, statement: &Statement<'t>) {
        let ([.., Token::Text { text, filled }] | [.., Token::Text { text, filled }, Token::Sign(')')]) =
            statement.tokens.as_slice()
        else {
            return;
        };
        let version = self.filled(text, *filled).and_then(|version| pinned(&version));
        let depth = statement.blocks.len();
        let of_dependency = depth >= 3 && statement.block(2) == "dependencies";
        if let Some(last) = self.found.last_mut().filter(|last| of_dependency && last.version.is_none()) {
            last.version = version;
        }
    }

    /// The modules that a statement names, with their version where it is one and known.
    fn modules(&self, statement: &Statement<'t>) -> Vec<(String, String, Option<String>)> {
        let arguments = statement.tokens.get(1..).unwrap_or_default();
        if arguments.iter().any(|token| matches!(token, Token::Word("project" | "files" | "fileTree"))) {
            return Vec::new();
        }
        if let (Some(group), Some(name)) = (named(arguments, "group"), named(arguments, "name")) {
            let version = named(arguments, "version").and_then(|version| self.word(version));
            return module(self.word(group), self.word(name), version).into_iter().collect();
        }
        let kotlin = arguments.iter().position(|token| *token == Token::Word("kotlin"));
        let called = kotlin.and_then(|at| arguments.get(at + 1..)).unwrap_or_default();
        if let [Token::Sign('('), Token::Text { text, .. }, rest @ ..] = called {
            let version = rest.iter().find_map(|token| self.text(*token));
            return module(Some("org.jetbrains.kotlin".into()), Some(format!("kotlin-{text}")), version).into_iter().collect();
        }
        let mut found = Vec::new();
        for (at, token) in arguments.iter().enumerate() {
            let Token::Text { text, filled } = token else { continue };
            let joined = (arguments.get(at + 1) == Some(&Token::Sign('+'))).then(|| arguments.get(at + 2));
            found.extend(self.notation(text, *filled, joined.flatten().copied()));
        }
        found
    }

    /// `group:name:version`, whose version may have a classifier and an ending, or go on behind a plus.
    fn notation(&self, text: &str, filled: bool, joined: Option<Token<'t>>) -> Option<(String, String, Option<String>)> {
        let mut parts = parts(text).into_iter();
        let mut next = || parts.next().map(|part| self.filled(part, filled));
        let (group, name) = (next()?, next()?.map(|name| name.split('@').next().unwrap_or_default().to_owned()));
        let version = next().flatten().map(|version| version.split('@').next().unwrap_or_default().to_owned());
        let version = match joined {
            Some(token) => version.zip(self.word(token)).map(|(before, after)| before + &after),
            None => version,
        };
        module(group, name, version)
    }

    /// The value of a literal or a variable.
    fn word(&self, token: Token<'t>) -> Option<String> {
        match token {
            Token::Word(name) => self.value(name),
            token => self.text(token),
        }
    }

    fn text(&self, token: Token<'t>) -> Option<String> {
        if let Token::Text { text, filled } = token { self.filled(text, filled) } else { None }
    }

    /// Writes down each module once, but for those that `is_locked` says are locked.
    fn write(self, is_locked: impl Fn(bool) -> bool, file: &Opened<'_>, out: &mut Findings) {
        let mut once: BTreeMap<Purl, Component> = BTreeMap::new();
        for declared in self.found.into_iter().filter(|declared| !is_locked(declared.of_build)) {
            let Declared { group, name, version, needed, line, .. } = declared;
            let version = version.or_else(|| self.managed.get(&(group.clone(), name.clone())).cloned()).unwrap_or_default();
            let purl = Purl::new("maven", &name).with_namespace(&group).with_version(&version);
            let mut component = Component::new(purl.clone(), Evidence::Declared, ID, Location::line(file.shown(), line));
            (component.origin, component.group) = (Origin::Registry, needed);
            let held = once.entry(purl).or_insert(component);
            held.group = held.group.min(needed);
        }
        out.components.extend(once.into_values());
    }
}

/// What a named argument is given: `group: 'g'`, `group = "g"`.
fn named<'t>(arguments: &[Token<'t>], name: &str) -> Option<Token<'t>> {
    let at = arguments.windows(2).position(|pair| pair[0] == Token::Word(name) && matches!(pair[1], Token::Sign(':' | '=')))?;
    arguments.get(at + 2).copied()
}

/// A variable's name without the objects that it may be asked from.
fn plain_name(name: &str) -> &str {
    ["rootProject.", "project.", "ext.", "extra."].iter().fold(name, |name, before| name.strip_prefix(before).unwrap_or(name))
}

/// A notation's parts; a colon inside `${…}` parts nothing.
fn parts(text: &str) -> Vec<&str> {
    let (mut found, mut from, mut braces) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            ':' if braces == 0 => {
                found.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(text.get(from..).unwrap_or_default());
    found
}

fn module(group: Option<String>, name: Option<String>, version: Option<String>) -> Option<(String, String, Option<String>)> {
    let is_name = |part: &String| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    let (group, name) = (group.filter(is_name)?, name.filter(is_name)?);
    let plain = |version: &String| version.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    Some((group, name, version.and_then(|version| pinned(&version)).filter(plain)))
}

/// A property of `gradle.properties`.
fn property(text: &str, name: &str) -> Option<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!']));
    let mut found = lines.filter_map(|line| line.split_once(['=', ':'])).filter(|(key, _)| key.trim() == name);
    found.next_back().map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty() && !value.contains(['\\', '$']))
}

/// What a configuration is for.
fn used(configuration: &str) -> Group {
    let name = configuration.to_ascii_lowercase();
    let runs = !name.contains("test") && RUNTIME.iter().any(|end| name.ends_with(end));
    if runs { Group::Main } else { Group::Development }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const GROOVY: &[u8] = b"buildscript {\r\n  dependencies { classpath 'g:build:1.0' }\r\n}\r\nplugins { id 'a.b' version '1' }\r\ndef junit = '4.13.2'\r\next {\r\n  set('cloud', \"2023.0.0\")\r\n  versions = [guava: '31.1-jre', 'x': \"2\"]\r\n}\r\next.twice = '1'\r\next.twice = '2'\r\n\
        dependencies {\r\n  implementation 'g:plain:1.0', \"g:second:2.0\"\r\n  api(group: 'g', name: 'map', version: versions.x)\r\n  implementation \"g:guava:${rootProject.ext.versions.guava}\"\r\n  testImplementation(\"junit:junit:$junit\") { exclude group: 'h', module: 'i' }\r\n\
        \x20 // implementation 'g:comment:1'\r\n  runtimeOnly 'g:classified:1.0:linux@so'\r\n  implementation 'g:joined:' + junit\r\n  implementation 'g:managed'\r\n  implementation project(':core')\r\n  implementation files('libs/x.jar'), libs.guava\r\n\
        \x20 implementation \"g:twice:$twice\"\r\n  compileOnly 'g:open:1.+'\r\n  implementation platform(\"g:bom:${cloud}\")\r\n  implementation 'g:property:' + fromFile\r\n  implementation('g:strict') {\r\n    version { strictly '3.0' }\r\n  }\r\n  implementation(\"g:lost:${lost}\")\r\n  implementation \"${lost}:x:1\"\r\n\
        \x20 constraints {\r\n    implementation 'g:managed:5.0'\r\n    implementation 'g:unasked:6.0'\r\n  }\r\n}\r\ndependencyManagement {\r\n  imports { mavenBom \"g:cloud:${cloud}\" }\r\n  dependencies { dependency 'g:other:1' }\r\n}\r\n";

    #[test]
    fn what_is_literal_in_a_script_of_groovy_is_found() {
        expect![[r"
            pkg:maven/g/bom@2023.0.0 declared :25
            pkg:maven/g/build@1.0 declared Development :2
            pkg:maven/g/classified@1.0 declared :18
            pkg:maven/g/cloud@2023.0.0 declared :38
            pkg:maven/g/guava@31.1-jre declared :15
            pkg:maven/g/joined@4.13.2 declared :19
            pkg:maven/g/lost declared :30
            pkg:maven/g/managed@5.0 declared :20
            pkg:maven/g/map@2 declared :14
            pkg:maven/g/open declared Development :24
            pkg:maven/g/plain@1.0 declared :13
            pkg:maven/g/property@7.1 declared :26
            pkg:maven/g/second@2.0 declared :13
            pkg:maven/g/strict@3.0 declared :27
            pkg:maven/g/twice declared :23
            pkg:maven/junit/junit@4.13.2 declared Development :16"]]
        .assert_eq(&found(&GradleBuild, &[("a/b/build.gradle", GROOVY), ("a/gradle.properties", b"# x\nfromFile = 7.1\n")]));
    }

    #[test]
    fn what_is_literal_in_a_script_of_kotlin_is_found() {
        let text = b"val ktor: String = \"2.3.7\"\nval logback by extra(\"1.4.14\")\nextra[\"k\"] = \"9\"\nkotlin {\n  sourceSets {\n    commonMain { dependencies { implementation(\"g:multi:1\") } }\n  }\n}\ndependencies {\n  implementation(\"io.ktor:ktor-core:$ktor\")\n  implementation(\"ch.qos.logback:logback-classic:${property(\"logback\")}\")\n\
            \x20 implementation(group = \"g\", name = \"named\", version = \"1.2\")\n  testImplementation(kotlin(\"test\"))\n  implementation(kotlin(\"reflect\", \"1.9.22\"))\n  \"kapt\"(\"g:processor:${extra[\"k\"]}\")\n  implementation(libs.bundles.all)\n  api(enforcedPlatform(\"g:bom:1\"))\n  implementation(project(\":x\", \"y\"))\n  implementation(\"g:snapshot:1.0-SNAPSHOT\")\n}\n";
        expect![[r"
            pkg:maven/ch.qos.logback/logback-classic@1.4.14 declared :11
            pkg:maven/g/bom@1 declared :17
            pkg:maven/g/multi@1 declared :6
            pkg:maven/g/named@1.2 declared :12
            pkg:maven/g/processor@9 declared Development :15
            pkg:maven/g/snapshot@1.0-SNAPSHOT declared :19
            pkg:maven/io.ktor/ktor-core@2.3.7 declared :10
            pkg:maven/org.jetbrains.kotlin/kotlin-reflect@1.9.22 declared :14
            pkg:maven/org.jetbrains.kotlin/kotlin-test declared Development :13"]]
        .assert_eq(&found(&GradleBuild, &[("build.gradle.kts", text)]));
    }

    #[test]
    fn a_lock_file_speaks_for_the_script() {
        expect!["pkg:maven/g/build@1.0 declared Development :2"]
            .assert_eq(&found(&GradleBuild, &[("build.gradle", GROOVY), ("gradle.lockfile", b"")]));
        assert_eq!(
            found(&GradleBuild, &[("build.gradle", GROOVY), ("gradle.lockfile", b""), ("buildscript-gradle.lockfile", b"")]),
            ""
        );
    }

    #[test]
    fn what_breaks_off_or_is_something_else_gives_nothing_that_is_not_there() {
        expect!["pkg:maven/g/a@1 declared :2"]
            .assert_eq(&found(&GradleBuild, &[("build.gradle", b"dependencies {\n  api 'g:a:1'\n  api 'g:b:")]));
        for text in ["", "<html>", "task x { implementation 'g:a:1' }", "dependencies { if (x) { api 'g:a:1' } }"] {
            assert_eq!(found(&GradleBuild, &[("build.gradle", text.as_bytes())]), "", "{text}");
        }
        for (path, wanted) in [
            ("app/build.gradle", true),
            ("gradle/deps.gradle.kts", true),
            ("settings.gradle.kts", false),
            ("build.main.kts", false),
            ("node_modules/a/android/build.gradle", false),
        ] {
            assert_eq!(GradleBuild.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
