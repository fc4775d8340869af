//! Servers on loopback: nginx for what a publisher does, and a script of raw answers for what nobody should.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// nginx in the foreground; stopped when this value goes.
pub(crate) struct Nginx {
    child: Child,
    pub(crate) address: String,
}

impl Nginx {
    /// Serves `root`; its own files lie in `work`.
    pub(crate) fn start(root: &Path, work: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        let at = |name: &str| work.join(name).display().to_string();
        let temporary =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {};", at(name))).concat();
        let text = format!(
            "user root; daemon off; worker_processes 1; pid {}; error_log stderr; events {{}}\n\
             http {{ access_log {}; {temporary} server {{ listen 127.0.0.1:{port}; root {}; }} }}\n",
            at("nginx.pid"),
            at("access.log"),
            root.display()
        );
        let config = at("nginx.conf");
        std::fs::write(&config, text).expect("a configuration");
        let mut command = Command::new("/usr/sbin/nginx");
        command.args(["-e", "stderr", "-c", &config, "-p", &at("")]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("this test needs `apt-get install nginx`");
        let mut server = Self { child, address: format!("http://127.0.0.1:{port}") };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.child.try_wait().expect("own process");
            assert!(ended.is_none() && start.elapsed() < Duration::from_secs(20), "nginx does not start: {ended:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // TERM, since nginx must stop its workers itself.
        let stopped = Command::new("kill").arg(self.child.id().to_string()).status();
        if stopped.is_ok_and(|status| status.success()) {
            self.child.wait().expect("it ends");
        }
    }
}

/// Gives every request that `answer` knows the path of to it, until the value goes.
pub(crate) struct Script {
    pub(crate) address: String,
    stop: Arc<std::sync::atomic::AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Script {
    /// `answer` gets the path and the connection, and may write whatever it likes.
    pub(crate) fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (stopped, answer) = (Arc::clone(&stop), Arc::new(answer));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if stopped.load(std::sync::atomic::Ordering::Relaxed) {
                    return;
                }
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || serve(connection, answer.as_ref()));
            }
        });
        Self { address: format!("http://127.0.0.1:{port}"), stop, thread: Some(thread) }
    }
}

fn serve(mut connection: TcpStream, answer: &(impl Fn(&str, &mut TcpStream) + ?Sized)) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match connection.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    answer(text.split(' ').nth(1).unwrap_or_default(), &mut connection);
}

impl Drop for Script {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let port = self.address.rsplit(':').next().and_then(|port| port.parse::<u16>().ok()).expect("a port");
        // Wakes the listener, which then sees that it is over.
        drop(TcpStream::connect(("127.0.0.1", port)));
        self.thread.take().map(JoinHandle::join).expect("a thread").expect("it ends");
    }
}

/// A whole answer with a body. A client that has gone away is no concern of the server.
pub(crate) fn ok(connection: &mut TcpStream, body: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(body));
}

/// Raw bytes as an answer.
pub(crate) fn raw(connection: &mut TcpStream, bytes: &[u8]) {
    let _ = connection.write_all(bytes);
}
