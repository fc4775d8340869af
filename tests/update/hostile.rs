//! Servers that cut off, stall, lie and flood. Each ends with its own message, and the store is as it was.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Site;
use crate::server::{Script, ok, raw};

/// A machine with a good catalog, and the error of an update from a server that answers every path like this.
fn refused(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> String {
    let site = Site::new("2026-11-20");
    site.done(&["update", &site.path("www/manifest.json")]);
    let server = Script::start(answer);
    site.refused(&["update", &format!("{}/manifest.json", server.address), "--timeout", "2"])
}

/// The publisher's two files, the archive changed.
fn with_archive(change: impl Fn(&[u8], &mut TcpStream) + Send + Sync + 'static) -> String {
    let site = Site::new("2026-11-22");
    let (manifest, archive) = (std::fs::read(site.at("www/manifest.json")), std::fs::read(site.archive()));
    let (manifest, archive) = (manifest.expect("a manifest"), archive.expect("an archive"));
    refused(
        move |path, connection| if path == "/manifest.json" { ok(connection, &manifest) } else { change(&archive, connection) },
    )
}

fn assert_says(error: &str, says: &str) {
    assert!(error.contains(says), "{error}");
}

#[test]
fn what_is_cut_off_is_not_taken() {
    let error = refused(|_, connection| raw(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"schema\": \"under"));
    assert_says(&error, "end of file before message length reached");
    let error = refused(|_, connection| raw(connection, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sch\r\n"));
    assert_says(&error, "cannot fetch http://127.0.0.1");
    // Without a length nothing says that it is cut, but the digest.
    let error = with_archive(|archive, connection| {
        raw(connection, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        raw(connection, &archive[..archive.len() / 2]);
    });
    assert_says(&error, "it is cut off, or not what its publisher released");
    let error = refused(|_, _| {});
    assert_says(&error, "cannot fetch");
}

#[test]
fn another_archive_than_the_pinned_one_is_not_taken() {
    let error = with_archive(|archive, connection| {
        let mut other = archive.to_vec();
        other[30] ^= 1;
        ok(connection, &other);
    });
    assert_says(&error, "has the SHA-256 digest");
    let error = with_archive(|archive, connection| ok(connection, &[archive, b"more"].concat()));
    assert_says(&error, "has more than");
}

#[test]
fn a_server_that_stalls_is_left_after_the_time_limit() {
    let start = Instant::now();
    let error = refused(|_, connection| {
        raw(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
        // A byte now and then keeps a connection alive, and must not keep the program.
        for _ in 0..100 {
            if connection.write_all(b" ").is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    assert_says(&error, "timed out");
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn a_flood_ends_at_the_limit() {
    let error = refused(|_, connection| raw(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"));
    assert_says(&error, "has more than 67108864 bytes");
    let error = with_archive(|_, connection| {
        raw(connection, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        let much = vec![0; 1 << 20];
        while connection.write_all(&much).is_ok() {}
    });
    assert_says(&error, "has more than");
}

#[test]
fn what_is_no_answer_is_no_update() {
    for (answer, says) in [
        ("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "the server answered 500"),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "the server answered 404"),
        ("HTTP/1.1 304 Not Modified\r\n\r\n", "the server answered 304"),
        ("HTTP/1.1 204 No Content\r\n\r\n", "the server answered 204"),
        ("SSH-2.0-OpenSSH_9.2p1\r\n", "cannot fetch"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>", "is a page for people"),
        ("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "too many redirects"),
        ("HTTP/1.1 302 Found\r\nLocation: http://example.invalid/m\r\nContent-Length: 0\r\n\r\n", "without https"),
        ("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "cannot fetch"),
    ] {
        assert_says(&refused(|_, connection| raw(connection, answer.as_bytes())), says);
    }
}

#[test]
fn a_manifest_leads_nowhere_else() {
    let manifest = |archive: &str| {
        let digest = "ab".repeat(32);
        format!(
            r#"{{"schema": "underpin.catalog-manifest/1", "date": "2026-11-22", "archive": "{archive}", "size": 3, "sha256": "{digest}"}}"#
        )
    };
    for archive in ["http://example.invalid/x", "//example.invalid/x", "../x", "/etc/passwd", ""] {
        let body = manifest(archive);
        assert_says(&refused(move |_, connection| ok(connection, body.as_bytes())), "is no plain file name");
    }
    let large = manifest("x").replace("\"size\": 3", "\"size\": 99999999999");
    assert_says(&refused(move |_, connection| ok(connection, large.as_bytes())), "has more than 33554432 bytes");
}

#[test]
fn an_archive_by_itself_needs_its_digest() {
    let site = Site::new("2026-11-20");
    let archive = std::fs::read(site.archive()).expect("an archive");
    let digest = std::process::Command::new("sha256sum").arg(site.archive()).output().expect("sha256sum").stdout;
    let digest = String::from_utf8_lossy(&digest).split(' ').next().unwrap_or_default().to_owned();
    let server = Script::start(move |_, connection| ok(connection, &archive));
    let address = format!("{}/catalog.tar.zst", server.address);
    assert_says(&site.refused(&["update", &address]), "an archive without its manifest");
    site.done(&["update", &address, "--sha256", &digest]);
    assert!(site.knows_acme());
}

#[test]
fn plain_http_from_elsewhere_is_refused_before_anything_is_sent() {
    let site = Site::new("2026-11-20");
    assert_says(&site.refused(&["update", "http://example.invalid/manifest.json"]), "only https is fetched");
}

#[test]
fn one_address_that_fails_does_not_keep_the_others_from_it() {
    let site = Site::new("2026-11-20");
    let output = site.catalog(&["update", "nowhere.json", &site.path("www/manifest.json")]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(5));
    assert!(site.knows_acme());
}
