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
    ("389-ds-base", "usr/sbin/ns-slapd", "389-ds", Role::Server),
    ("apache2-bin", "usr/sbin/apache2", "apache-http-server", Role::Server),
    ("bacula-director", "usr/sbin/bacula-dir", "bacula", Role::Server),
    ("bacula-fd", "usr/sbin/bacula-fd", "bacula", Role::Client),
    ("bacula-sd", "usr/sbin/bacula-sd", "bacula", Role::Server),
    ("bash", "bin/bash", "bash", Role::Runtime),
    ("bind9", "usr/sbin/named", "bind", Role::Server),
    ("bird2", "usr/sbin/bird", "bird", Role::Server),
    ("busybox", "bin/busybox", "busybox", Role::Runtime),
    ("ceph-mon", "usr/bin/ceph-mon", "ceph", Role::Server),
    ("charon-systemd", "usr/sbin/charon-systemd", "strongswan", Role::Server),
    ("chrony", "usr/bin/chronyc", "chrony", Role::Client),
    ("chrony", "usr/sbin/chronyd", "chrony", Role::Server),
    ("clamav-daemon", "usr/sbin/clamd", "clamav", Role::Server),
    ("corosync", "usr/sbin/corosync", "corosync", Role::Server),
    ("coturn", "usr/bin/turnserver", "coturn", Role::Server),
    ("cpp-12", "usr/bin/*-cpp-12", "gcc", Role::Tool),
    ("crun", "usr/bin/crun", "crun", Role::Runtime),
    ("cups-daemon", "usr/sbin/cupsd", "cups", Role::Server),
    ("curl", "usr/bin/curl", "curl", Role::Tool),
    ("dnsdist", "usr/bin/dnsdist", "dnsdist", Role::Server),
    ("dnsmasq-base", "usr/sbin/dnsmasq", "dnsmasq", Role::Server),
    ("dovecot-core", "usr/sbin/dovecot", "dovecot", Role::Server),
    ("drbd-utils", "sbin/drbdadm", "drbd", Role::Tool),
    ("elixir", "usr/lib/elixir/bin/elixir", "elixir", Role::Runtime),
    ("erlang-base", "usr/lib/erlang/erts-*/bin/beam.smp", "erlang", Role::Runtime),
    ("exim4-daemon-light", "usr/sbin/exim4", "exim", Role::Server),
    ("freeradius", "usr/sbin/freeradius", "freeradius", Role::Server),
    ("frr", "usr/lib/frr/bfdd", "frrouting", Role::Server),
    ("glusterfs-common", "usr/sbin/glusterfsd", "glusterfs", Role::Server),
    ("gpg", "usr/bin/gpg", "gnupg", Role::Tool),
    ("gzip", "bin/gzip", "gzip", Role::Tool),
    ("haproxy", "usr/sbin/haproxy", "haproxy", Role::Server),
    ("icinga2-bin", "usr/lib/*/icinga2/sbin/icinga2", "icinga", Role::Server),
    ("isc-dhcp-server", "usr/sbin/dhcpd", "isc-dhcp", Role::Server),
    ("jq", "usr/bin/jq", "jq", Role::Tool),
    ("kea-dhcp4-server", "usr/sbin/kea-dhcp4", "kea", Role::Server),
    ("keepalived", "usr/sbin/keepalived", "keepalived", Role::Server),
    ("knot", "usr/sbin/knotd", "knot-dns", Role::Server),
    ("knot-resolver", "usr/sbin/kresd", "knot-resolver", Role::Server),
    ("libapache2-mod-php8.2", "usr/lib/apache2/modules/libphp8.2.so", "php", Role::Runtime),
    ("libcurl4", "usr/lib/*/libcurl.so.4.*", "curl", Role::Library),
    ("libgnutls30", "usr/lib/*/libgnutls.so.30*", "gnutls", Role::Library),
    ("liblzma5", "lib/*/liblzma.so.5*", "xz", Role::Library),
    ("libpython3.11", "usr/lib/*/libpython3.11.so.1.0", "python", Role::Runtime),
    ("libruby3.1", "usr/lib/*/libruby-3.1.so.3.1.*", "ruby", Role::Runtime),
    ("libsqlite3-0", "usr/lib/*/libsqlite3.so.0.*", "sqlite", Role::Library),
    ("libssl3", "usr/lib/*/libcrypto.so.3", "openssl", Role::Library),
    ("libstd-rust-1.63", "usr/lib/*/librustc_driver-*.so", "rust", Role::Runtime),
    ("libtcl8.6", "usr/lib/*/libtcl8.6.so", "tcl", Role::Runtime),
    ("libvirt-daemon", "usr/sbin/libvirtd", "libvirt", Role::Server),
    ("libzstd1", "usr/lib/*/libzstd.so.1*", "zstd", Role::Library),
    ("lighttpd", "usr/sbin/lighttpd", "lighttpd", Role::Server),
    ("lua5.1", "usr/bin/lua5.1", "lua", Role::Runtime),
    ("lua5.4", "usr/bin/lua5.4", "lua", Role::Runtime),
    ("mariadb-client-core", "usr/bin/mariadb", "mariadb", Role::Client),
    ("memcached", "usr/bin/memcached", "memcached", Role::Server),
    ("mono-runtime-sgen", "usr/bin/mono-sgen", "mono", Role::Runtime),
    ("mosquitto", "usr/sbin/mosquitto", "mosquitto", Role::Server),
    ("nagios4-core", "usr/sbin/nagios4", "nagios-core", Role::Server),
    ("nginx", "usr/sbin/nginx", "nginx", Role::Server),
    ("nsd", "usr/sbin/nsd", "nsd", Role::Server),
    ("ntpsec", "usr/sbin/ntpd", "ntpsec", Role::Server),
    ("ocaml-base", "usr/bin/ocamlrun", "ocaml", Role::Runtime),
    ("openssh-client", "usr/bin/ssh", "openssh", Role::Client),
    ("openssh-server", "usr/sbin/sshd", "openssh", Role::Server),
    ("openssl", "usr/bin/openssl", "openssl", Role::Tool),
    ("openvpn", "usr/sbin/openvpn", "openvpn", Role::Server),
    ("pacemaker", "usr/sbin/pacemakerd", "pacemaker", Role::Server),
    ("pdns-recursor", "usr/sbin/pdns_recursor", "powerdns-recursor", Role::Server),
    ("pdns-server", "usr/sbin/pdns_server", "powerdns-authoritative", Role::Server),
    ("perl-base", "usr/bin/perl", "perl", Role::Runtime),
    ("pgbouncer", "usr/sbin/pgbouncer", "pgbouncer", Role::Server),
    ("php8.2-cli", "usr/bin/php8.2", "php", Role::Runtime),
    ("php8.2-fpm", "usr/sbin/php-fpm8.2", "php", Role::Runtime),
    ("php8.2-mysql", "usr/lib/php/20220829/mysqli.so", "php", Role::PlugIn),
    ("php8.2-xml", "usr/lib/php/20220829/simplexml.so", "php", Role::PlugIn),
    ("postfix", "usr/lib/postfix/sbin/master", "postfix", Role::Server),
    ("postgresql-client-15", "usr/lib/postgresql/15/bin/psql", "postgresql", Role::Client),
    ("proftpd-core", "usr/sbin/proftpd", "proftpd", Role::Server),
    ("prometheus-node-exporter", "usr/bin/prometheus-node-exporter", "node-exporter", Role::Server),
    ("python3.11-minimal", "usr/bin/python3.11", "python", Role::Runtime),
    ("redis-tools", "usr/bin/redis-check-rdb", "redis", Role::Server),
    ("redis-tools", "usr/bin/redis-cli", "redis", Role::Client),
    ("rsyslog", "usr/sbin/rsyslogd", "rsyslog", Role::Server),
    ("rtpengine-daemon", "usr/bin/rtpengine", "rtpengine", Role::Server),
    ("runc", "usr/sbin/runc", "runc", Role::Runtime),
    ("samba", "usr/sbin/smbd", "samba", Role::Server),
    ("skopeo", "usr/bin/skopeo", "skopeo", Role::Tool),
    ("slapd", "usr/sbin/slapd", "openldap", Role::Server),
    ("squid", "usr/sbin/squid", "squid", Role::Server),
    ("strongswan-charon", "usr/lib/ipsec/charon", "strongswan", Role::Server),
    ("strongswan-starter", "usr/lib/ipsec/starter", "strongswan", Role::Server),
    ("swi-prolog-core", "usr/lib/*/libswipl.so.9*", "swi-prolog", Role::Runtime),
    ("tar", "bin/tar", "tar", Role::Tool),
    ("unbound", "usr/sbin/unbound", "unbound", Role::Server),
    ("varnish", "usr/sbin/varnishd", "vinyl-cache", Role::Server),
    ("vsftpd", "usr/sbin/vsftpd", "vsftpd", Role::Server),
    ("wget", "usr/bin/wget", "wget", Role::Tool),
    ("wireguard-tools", "usr/bin/wg", "wireguard-tools", Role::Tool),
    ("xz-utils", "usr/bin/xz", "xz", Role::Tool),
    ("zabbix-agent", "usr/sbin/zabbix_agentd", "zabbix", Role::Client),
    ("zstd", "usr/bin/zstd", "zstd", Role::Tool),
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
        .map(|(component, hint)| {
            // A Go module bears a `v` before its version.
            let version = component.purl.version().unwrap_or("?").trim_start_matches('v');
            format!("{} {} {version}", hint.product, hint.role)
        })
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
