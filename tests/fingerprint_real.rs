//! The byte signatures of the catalog against programs as Debian ships them, taken out of their packages so that only
//! their bytes can tell what they are. The packages' own versions are the truth.

use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::catalog::Catalog;
use underpin::detect::{Findings, Opened, examine};
use underpin::fingerprint::Engine;
use underpin::model::{Role, upstream_version};
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

/// Debian package, file in it, product, role. `*` in a path is one folder or a part of a name.
const PROGRAMS: &[(&str, &str, &str, Role)] = &[
    ("apache2-bin", "usr/sbin/apache2", "apache-http-server", Role::Server),
    ("bind9", "usr/sbin/named", "bind", Role::Server),
    ("curl", "usr/bin/curl", "curl", Role::Tool),
    ("dovecot-core", "usr/sbin/dovecot", "dovecot", Role::Server),
    ("exim4-daemon-light", "usr/sbin/exim4", "exim", Role::Server),
    ("haproxy", "usr/sbin/haproxy", "haproxy", Role::Server),
    ("libcurl4", "usr/lib/*/libcurl.so.4.*", "curl", Role::Library),
    ("libpython3.11", "usr/lib/*/libpython3.11.so.1.0", "python", Role::Runtime),
    ("libruby3.1", "usr/lib/*/libruby-3.1.so.3.1.*", "ruby", Role::Runtime),
    ("libsqlite3-0", "usr/lib/*/libsqlite3.so.0.*", "sqlite", Role::Library),
    ("libssl3", "usr/lib/*/libcrypto.so.3", "openssl", Role::Library),
    ("lua5.4", "usr/bin/lua5.4", "lua", Role::Runtime),
    ("memcached", "usr/bin/memcached", "memcached", Role::Server),
    ("mosquitto", "usr/sbin/mosquitto", "mosquitto", Role::Server),
    ("nginx", "usr/sbin/nginx", "nginx", Role::Server),
    ("openssh-client", "usr/bin/ssh", "openssh", Role::Client),
    ("openssh-server", "usr/sbin/sshd", "openssh", Role::Server),
    ("openssl", "usr/bin/openssl", "openssl", Role::Tool),
    ("openvpn", "usr/sbin/openvpn", "openvpn", Role::Server),
    ("perl-base", "usr/bin/perl", "perl", Role::Runtime),
    ("pgbouncer", "usr/sbin/pgbouncer", "pgbouncer", Role::Server),
    ("php8.2-cli", "usr/bin/php8.2", "php", Role::Runtime),
    ("postfix", "usr/lib/postfix/sbin/master", "postfix", Role::Server),
    ("postgresql-client-15", "usr/lib/postgresql/15/bin/psql", "postgresql", Role::Client),
    ("python3.11-minimal", "usr/bin/python3.11", "python", Role::Runtime),
    ("redis-tools", "usr/bin/redis-check-rdb", "redis", Role::Server),
    ("redis-tools", "usr/bin/redis-cli", "redis", Role::Client),
    ("rsyslog", "usr/sbin/rsyslogd", "rsyslog", Role::Server),
    ("samba", "usr/sbin/smbd", "samba", Role::Server),
    ("slapd", "usr/sbin/slapd", "openldap", Role::Server),
    ("squid", "usr/sbin/squid", "squid", Role::Server),
    ("unbound", "usr/sbin/unbound", "unbound", Role::Server),
    ("varnish", "usr/sbin/varnishd", "vinyl-cache", Role::Server),
    ("vsftpd", "usr/sbin/vsftpd", "vsftpd", Role::Server),
    ("zabbix-agent", "usr/sbin/zabbix_agentd", "zabbix", Role::Client),
];

/// What `program` prints, or why there is nothing, as the message of the failure.
fn output(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("cannot run {program}, which this test needs: {error}"));
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {} failed (`apt-get update` may be due): {says}", arguments.join(" "));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A package of Debian, unpacked and never installed. Kept below the target folder.
struct Package {
    files: PathBuf,
    upstream: String,
}

impl Package {
    fn unpacked(name: &str) -> Self {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("debian").join(name);
        let files = home.join("files");
        if !files.is_dir() {
            std::fs::create_dir_all(&home).expect("a folder below the target folder");
            output("apt-get", &["download", "--quiet", name], &home);
            let unpacking = home.join("unpacking");
            output("dpkg-deb", &["--extract", &archive(&home), "unpacking"], &home);
            std::fs::rename(unpacking, &files).expect("a folder that can be renamed");
        }
        let version = output("dpkg-deb", &["--field", &archive(&home), "Version"], &home);
        Self { files, upstream: upstream_version("deb", version.trim()) }
    }

    /// The first file, in the order of names, that `pattern` means.
    fn file(&self, pattern: &str) -> PathBuf {
        let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build().expect("a pattern").compile_matcher();
        let files = walkdir::WalkDir::new(&self.files).sort_by_file_name().into_iter().filter_map(Result::ok);
        let mut inside = files.filter(|entry| entry.file_type().is_file());
        let found = inside.find(|entry| entry.path().strip_prefix(&self.files).is_ok_and(|path| glob.is_match(path)));
        found.unwrap_or_else(|| panic!("{} has no {pattern}", self.files.display())).into_path()
    }
}

/// The archive in `home`; a version's colon is written `%3a` in its name.
fn archive(home: &Path) -> String {
    let entries = std::fs::read_dir(home).expect("the package's folder").filter_map(Result::ok);
    let name = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| Path::new(name).extension().is_some_and(|kind| kind == "deb"));
    name.unwrap_or_else(|| panic!("no package in {}", home.display()))
}

/// `product role version` of everything that the bytes of the file say.
fn told(engine: &Engine<'_>, file: &Path) -> Vec<String> {
    let folder = file.parent().expect("a folder");
    let tree = DirectoryTree::new(folder, false);
    let counters = Counters::default();
    let mut out = Findings::default();
    examine(&Opened::new(&tree, &counters, Path::new(file.file_name().expect("a name"))), engine, &mut out);
    assert_eq!(out.problems, [], "{}", file.display());
    let hinted = out.components.iter().filter_map(|component| Some((component, component.product.as_ref()?)));
    hinted
        .map(|(component, hint)| format!("{} {} {}", hint.product, hint.role, component.purl.version().unwrap_or("?")))
        .collect()
}

#[test]
fn programs_of_debian_are_told_by_their_bytes_with_the_package_s_version() {
    let catalog = Catalog::embedded();
    let engine = Engine::of(&catalog);
    for (name, path, product, role) in PROGRAMS {
        let package = Package::unpacked(name);
        let expected = [format!("{product} {role} {}", package.upstream)];
        assert_eq!(told(&engine, &package.file(path)), expected, "{path} of {name}");
    }
}

#[test]
fn every_python_that_pyenv_built_is_told_with_its_version() {
    let catalog = Catalog::embedded();
    let engine = Engine::of(&catalog);
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    for version in std::fs::read_dir(home.join(".pyenv/versions")).into_iter().flatten().filter_map(Result::ok) {
        let Ok(version_name) = version.file_name().into_string() else { continue };
        let files = walkdir::WalkDir::new(version.path().join("lib")).max_depth(1).into_iter().filter_map(Result::ok);
        let libraries =
            files.filter(|entry| entry.file_type().is_file() && entry.file_name().to_string_lossy().ends_with(".so.1.0"));
        for library in libraries {
            assert_eq!(told(&engine, library.path()), [format!("python runtime {version_name}")], "{}", library.path().display());
        }
    }
}
