//! Folders to scan: a service with ended frameworks, a repository in many languages, and systems of a few hand-written packages.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder that lives as long as this value.
pub(crate) struct Folder {
    outer: TempDir,
    name: &'static str,
}

impl Folder {
    /// A folder called `name`, with these files: path and text.
    pub(crate) fn new(name: &'static str, files: &[(&str, &str)]) -> Self {
        let folder = Self { outer: tempfile::tempdir().expect("a temporary folder"), name };
        fs::create_dir(folder.path()).expect("a new folder");
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// Its path.
    pub(crate) fn path(&self) -> PathBuf {
        self.outer.path().join(self.name)
    }

    /// Its path as an argument.
    pub(crate) fn arg(&self) -> String {
        self.at("")
    }

    /// The path of a file in it, as an argument.
    pub(crate) fn at(&self, path: &str) -> String {
        self.path().join(path).to_str().expect("UTF-8").trim_end_matches('/').to_owned()
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("folders");
        fs::write(path, text).expect("a file");
    }
}

const POM: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<project xmlns=\"http://maven.apache.org/POM/4.0.0\">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>2.7.18</version>
  </parent>
  <groupId>org.example</groupId>
  <artifactId>billing</artifactId>
  <version>1.4.0</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-web</artifactId>
    </dependency>
  </dependencies>
</project>
";

/// `AngularJS`, which nobody fixes for free since 2021.
pub(crate) const ANGULARJS: (&str, &str) = (
    "web/package-lock.json",
    r#"{
  "name": "billing-web",
  "version": "1.4.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {"name": "billing-web", "version": "1.4.0", "dependencies": {"angular": "^1.8.3"}},
    "node_modules/angular": {
      "version": "1.8.3",
      "resolved": "https://packages.example/angular/-/angular-1.8.3.tgz",
      "license": "MIT"
    }
  }
}
"#,
);

/// A lock file that ends in the middle of a package.
pub(crate) const TRUNCATED: (&str, &str) = (
    "api/package-lock.json",
    "{\n  \"name\": \"api\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"node_modules/express\": {\n      \"version\": \"4.",
);

/// A service: Spring Boot 2.7, `AngularJS` 1.8, Node.js 16.
pub(crate) fn billing() -> Folder {
    Folder::new("billing", &[("pom.xml", POM), ANGULARJS, ("Dockerfile", "FROM node:16\nCOPY . /srv\n")])
}

/// One case: `AngularJS`.
pub(crate) fn angularjs() -> Folder {
    Folder::new("front", &[ANGULARJS])
}

/// Small libraries of many ecosystems, none of which makes a case.
pub(crate) fn polyglot() -> Folder {
    let cargo = "version = 4\n\n[[package]]\nname = \"itoa\"\nversion = \"1.0.15\"\nsource = \"registry+https://packages.example/index\"\n";
    let go = "module example.org/tool\n\ngo 1.24\n\nrequire github.com/google/uuid v1.6.0\n";
    let gems =
        "GEM\n  remote: https://packages.example/\n  specs:\n    rake (13.2.1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rake\n";
    let composer = r#"{"packages": [{"name": "psr/log", "version": "3.0.2", "license": ["MIT"]}], "packages-dev": []}"#;
    let dist_info = "Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\nLicense: MIT\n";
    let module = r#"{"name": "@example/left", "version": "1.3.0", "license": "(MIT OR Apache-2.0)"}"#;
    Folder::new(
        "polyglot",
        &[
            ("cli/Cargo.lock", cargo),
            ("tool/go.mod", go),
            ("site/Gemfile.lock", gems),
            ("shop/composer.lock", composer),
            ("jobs/requirements.txt", "tomli==2.2.1\nidna>=3\n"),
            ("jobs/lib/six-1.17.0.dist-info/METADATA", dist_info),
            ("web/node_modules/@example/left/package.json", module),
            ("compose.yaml", "services:\n  cache:\n    image: registry.example/tools/cache:2\n"),
            // Twice in two places is one component.
            ("copy/jobs/requirements.txt", "tomli==2.2.1\n"),
        ],
    )
}

/// One package of dpkg's database.
#[derive(Clone, Copy)]
pub(crate) struct Deb {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) maintainer: &'static str,
    pub(crate) status: &'static str,
}

impl Deb {
    /// Installed, from Debian.
    pub(crate) const fn debian(name: &'static str, version: &'static str) -> Self {
        Self { name, version, maintainer: "Debian Maintainers <maint@lists.debian.org>", status: "install ok installed" }
    }

    /// Installed, from Ubuntu.
    pub(crate) const fn ubuntu(name: &'static str, version: &'static str) -> Self {
        let maintainer = "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>";
        Self { name, version, maintainer, status: "install ok installed" }
    }

    /// Removed, with its configuration files left.
    pub(crate) const fn removed(name: &'static str, version: &'static str) -> Self {
        Self { status: "deinstall ok config-files", ..Self::debian(name, version) }
    }
}

/// The root of a system that does not run: its os-release and dpkg's database.
pub(crate) fn system(id: &str, release: &str, packages: &[Deb]) -> Folder {
    let folder = Folder::new("disk", &[]);
    let (name, pretty) = if id == "ubuntu" { ("Ubuntu", "Ubuntu") } else { ("Debian GNU/Linux", "Debian GNU/Linux") };
    folder.write(
        "etc/os-release",
        &format!("ID={id}\nNAME=\"{name}\"\nVERSION_ID=\"{release}\"\nPRETTY_NAME=\"{pretty} {release}\"\n"),
    );
    folder.write("var/lib/dpkg/status", &status(packages));
    folder
}

fn status(packages: &[Deb]) -> String {
    let mut text = String::new();
    for Deb { name, version, maintainer, status } in packages {
        write!(
            text,
            "Package: {name}\nStatus: {status}\nPriority: optional\nSection: misc\nInstalled-Size: 100\nMaintainer: {maintainer}\n\
             Architecture: amd64\nVersion: {version}\nDescription: {name}\n\n"
        )
        .expect("a text takes everything");
    }
    text
}

/// Debian 12 with software whose life follows the distribution, and the vendor's Node.js 20, whose life does not.
pub(crate) fn debian() -> Folder {
    let node = Deb {
        name: "nodejs",
        version: "20.20.2-1nodesource1",
        maintainer: "Ivan Iguaran <ivan@nodesource.com>",
        status: "install ok installed",
    };
    let packages = [
        Deb::debian("base-files", "12.4+deb12u12"),
        Deb::debian("openjdk-17-jre-headless", "17.0.15+6-1~deb12u1"),
        Deb::debian("postgresql-client-15", "15.13-0+deb12u1"),
        Deb::removed("redis-server", "5:7.0.15-1~deb12u3"),
        node,
    ];
    system("debian", "12", &packages)
}
