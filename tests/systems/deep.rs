//! Files nested a hundred thousand levels deep: each costs a problem, and the program goes on. Through the program, since its
//! threads have smaller stacks than a test.

use tempfile::TempDir;

use crate::program::underpin;
use crate::write;

const DEPTH: usize = 100_000;

#[test]
fn nesting_without_end_is_a_problem_and_no_crash() {
    let json = |open: &str| open.repeat(DEPTH);
    let files = [
        ("json/package-lock.json", format!("{{\"packages\":{}", json("{\"a\":"))),
        ("list/package-lock.json", format!("{{\"packages\":{}{}}}", json("["), json("]"))),
        ("composer/composer.lock", format!("{{\"packages\":{}{}}}", json("["), json("]"))),
        ("nuget/packages.lock.json", json("{\"a\":")),
        (
            "bill/x.cdx.json",
            format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":{}", json("[{\"components\":")),
        ),
        ("yaml/pnpm-lock.yaml", format!("lockfileVersion: '9.0'\npackages: {}\n", json("["))),
        ("maps/pnpm-lock.yaml", format!("lockfileVersion: '9.0'\npackages: {}\n", json("{a: "))),
        ("dashes/pubspec.lock", format!("packages:\n  {}a\n", json("- "))),
        ("compose/compose.yaml", format!("services: {}\n", json("{a: "))),
        ("toml/Cargo.lock", format!("version = 4\npackage = {}{}\n", json("["), json("]"))),
        ("tables/uv.lock", format!("package = {}\n", json("{a = "))),
        ("keys/poetry.lock", format!("{}a = 1\n", json("a."))),
        ("header/pyproject.toml", format!("[project{}]\n", json(".a"))),
        ("pom/pom.xml", format!("<project>{}{}</project>", json("<dependencies>"), json("</dependencies>"))),
        ("xml/pom.xml", format!("<project>{}", json("<a>"))),
        ("net/x.csproj", format!("<Project Sdk=\"Microsoft.NET.Sdk\">{}", json("<ItemGroup>"))),
        ("hcl/.terraform.lock.hcl", format!("provider \"a\" {{ hashes = {}", json("["))),
    ];
    let mut faults = Vec::new();
    for (name, text) in files {
        let folder = TempDir::new().expect("a folder");
        write(&folder.path().join(name), &text);
        write(&folder.path().join("ok/requirements.txt"), "six==1.17.0\n");
        let scan =
            underpin(["scan", "--format", "purls", "--threads", "2", "-v"]).arg(folder.path()).output().expect("it starts");
        let (rest, errors) = (String::from_utf8_lossy(&scan.stdout), String::from_utf8_lossy(&scan.stderr));
        let problems: Vec<&str> = errors.lines().filter(|line| line.contains(": UP")).collect();
        // What stood before the fault is kept, and what follows from it may be told.
        let others = rest.lines().any(|line| line == "pkg:pypi/six@1.17.0") && rest.lines().count() <= 2;
        let told = (1..=2).contains(&problems.len()) && !errors.contains("failed on this file");
        if scan.status.code() != Some(0) || !others || !told {
            let errors: Vec<String> = problems.iter().take(3).map(|line| line.chars().take(200).collect()).collect();
            faults.push(format!("{name}: {}, {} problems {errors:#?}, {rest}", scan.status, problems.len()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
