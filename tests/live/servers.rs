//! nginx and redis-server of Debian: role, use and sockets while they run, for root and for another user, and afterwards.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::on_this_host;
use crate::program::stdout;

/// A server in the foreground, stopped when this value goes.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // TERM, since nginx must stop its workers itself.
        let stopped = Command::new("kill").arg(self.0.id().to_string()).status();
        if stopped.is_ok_and(|status| status.success()) {
            self.0.wait().expect("it ends");
        }
    }
}

/// Starts a server and waits until it takes connections.
fn start(package: &str, port: u16, command: &mut Command) -> Server {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().unwrap_or_else(|error| panic!("this test needs `apt-get install {package}`: {error}"));
    let mut server = Server(child);
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = server.0.try_wait().expect("own process");
        assert!(ended.is_none() && start.elapsed() < Duration::from_secs(20), "{package} does not start: {ended:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

fn nginx(folder: &Path, address: &str, port: u16) -> Server {
    let at = |name: &str| folder.join(name).display().to_string();
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {};", at(name))).concat();
    let text = format!(
        "daemon off; worker_processes 1; pid {}; error_log stderr; events {{}}\n\
         http {{ access_log off; {temporary} server {{ listen {address}:{port}; }} }}\n",
        at("nginx.pid")
    );
    let config = at("nginx.conf");
    fs::write(&config, text).expect("a configuration");
    start("nginx", port, Command::new("/usr/sbin/nginx").args(["-e", "stderr", "-c", &config, "-p", &at("")]))
}

fn redis(folder: &Path, address: &str, port: u16) -> Server {
    let port_text = port.to_string();
    let arguments = ["--port", &port_text, "--bind", address, "--save", "", "--daemonize", "no", "--protected-mode", "no"];
    start("redis-server", port, Command::new("/usr/bin/redis-server").args(arguments).arg("--dir").arg(folder))
}

const AS_JSON: [&str; 4] = ["--format", "json", "--only", "dpkg-status,os-release"];

fn report(command: &mut Command) -> Value {
    serde_json::from_str(&stdout(command)).expect("JSON")
}

/// Role, use and sockets of the server of a product; the versions beside it are clients and libraries.
fn server<'r>(report: &'r Value, product: &str) -> &'r Value {
    let found = report["deployments"].as_array().expect("a list").iter();
    let mut servers = found.filter(|one| one["product"] == product && one["role"] == "server");
    servers.next().unwrap_or_else(|| panic!("no server of {product}: {}", report["deployments"]))
}

fn holds(found: &Value, address: &str, port: u16) -> bool {
    found["listening"].as_array().expect("a list").contains(&json!(format!("{address}:{port}")))
}

#[test]
fn servers_are_told_with_role_use_and_sockets_while_they_run_and_without_afterwards() {
    let folder = TempDir::new().expect("a folder");
    let (web, store) = (free_port(), free_port());
    for (web_address, store_address) in [("127.0.0.1", "0.0.0.0"), ("0.0.0.0", "127.0.0.1")] {
        let running = (nginx(folder.path(), web_address, web), redis(folder.path(), store_address, store));
        let report = report(&mut on_this_host("report", &AS_JSON));
        for (product, address, port) in [("nginx", web_address, web), ("redis", store_address, store)] {
            let found = server(&report, product);
            assert_eq!((&found["use"], holds(found, address, port)), (&json!("running"), true), "{found}");
            assert_eq!(found["lifecycle"]["followed"], "distribution", "{found}");
        }
        let exposure = |product: &str| {
            let case = report["opportunities"].as_array().into_iter().flatten().find(|case| case["product"] == product);
            case.map(|case| case["scope"]["exposure"].clone())
        };
        let local = if web_address == "127.0.0.1" { "nginx" } else { "redis" };
        assert_eq!(exposure(local), Some(json!("local")), "what listens on loopback only");
        drop(running);
    }
    let report = report(&mut on_this_host("report", &AS_JSON));
    for (product, port) in [("nginx", web), ("redis", store)] {
        let found = server(&report, product);
        assert!(["enabled", "installed"].iter().any(|word| found["use"] == *word), "{found}");
        assert!(!holds(found, "127.0.0.1", port) && !holds(found, "0.0.0.0", port), "{found}");
    }
}

/// A copy of the program that everybody may run, as somebody who owns nothing.
fn as_nobody(folder: &TempDir) -> Command {
    let everybody = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("own file");
    let program = folder.path().join("underpin");
    fs::copy(env!("CARGO_BIN_EXE_underpin"), &program).expect("a copy");
    everybody(folder.path());
    everybody(&program);
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(program)
        .env_clear()
        .env("UNDERPIN_NO_CACHE", "1");
    command
}

#[test]
fn another_user_gets_a_report_that_names_what_root_could_change() {
    let (folder, store) = (TempDir::new().expect("a folder"), free_port());
    let _running = redis(folder.path(), "127.0.0.1", store);
    let copy = TempDir::new().expect("a folder");
    let own = on_this_host("report", &["--as-of", crate::program::DAY]);
    let report = report(as_nobody(&copy).args(own.get_args()).args(AS_JSON));
    let problems = report["problems"].as_array().expect("a list");
    let closed: Vec<&str> = problems.iter().filter(|one| one["code"] == "UP013").filter_map(|one| one["text"].as_str()).collect();
    let [text] = closed.as_slice() else { panic!("{problems:#?}") };
    assert!(text.starts_with("closed to this user: ") && text.ends_with(": run as root to see it"), "{text}");
    assert!(text.contains("listening socket") && text.contains(&store.to_string()), "the port {store} is not named: {text}");
    // The packages are readable to everybody.
    assert_eq!(server(&report, "redis")["lifecycle"]["followed"], "distribution");
}
