//! Chromium over the pipe of its `DevTools` protocol: one browser a test, one page at a time, and everything that the page said
//! or asked for on the way.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The protocol stands on the descriptors 3 and 4, so a shell puts the pipes there.
const START: &str = "exec chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-extensions \
    --disable-background-networking --hide-scrollbars --force-color-profile=srgb --user-data-dir=\"$1\" \
    --remote-debugging-pipe 3<&0 4>&1 </dev/null >/dev/null 2>&1";

/// A running browser with one page.
pub(crate) struct Browser {
    child: Child,
    requests: RefCell<ChildStdin>,
    answers: RefCell<BufReader<ChildStdout>>,
    number: Cell<u64>,
    session: RefCell<String>,
    /// Events of the page since it was opened.
    events: RefCell<Vec<Value>>,
    _profile: TempDir,
}

impl Browser {
    /// Starts it with an empty page.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut shell = Command::new("sh");
        shell.args(["-c", START, "sh"]).arg(profile.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = shell.spawn().expect("a shell");
        let (requests, answers) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let browser = Self {
            child,
            requests: RefCell::new(requests),
            answers: RefCell::new(BufReader::new(answers)),
            number: Cell::new(0),
            session: RefCell::default(),
            events: RefCell::default(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", &attach)["sessionId"].as_str().expect("a session").to_owned();
        browser.session.replace(session);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Sends a command and waits for its answer; events that come first are kept.
    pub(crate) fn call(&self, method: &str, parameters: &Value) -> Value {
        let number = self.number.get() + 1;
        self.number.set(number);
        let mut message = json!({"id": number, "method": method, "params": parameters});
        let session = self.session.borrow();
        if !session.is_empty() {
            message["sessionId"] = session.as_str().into();
        }
        let mut requests = self.requests.borrow_mut();
        requests.write_all(message.to_string().as_bytes()).and_then(|()| requests.write_all(b"\0")).expect("chromium listens");
        loop {
            let answer = self.message();
            if answer["id"] == number {
                assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.borrow_mut().push(answer);
        }
    }

    fn message(&self) -> Value {
        let mut bytes = Vec::new();
        self.answers.borrow_mut().read_until(0, &mut bytes).expect("chromium answers");
        assert!(!bytes.is_empty(), "chromium is not installed or ended; on Debian: apt-get install chromium");
        bytes.pop();
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&self, page: &Path) {
        self.events.borrow_mut().clear();
        self.call("Page.navigate", &json!({"url": format!("file://{}", page.display())}));
        while !self.events.borrow().iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.message();
            self.events.borrow_mut().push(event);
        }
    }

    /// What an expression of the page gives; a promise is waited for.
    pub(crate) fn value(&self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", &asked);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Messages, faults and requests of the page since it was opened, its own file aside.
    pub(crate) fn said(&self) -> Vec<String> {
        // Whatever is on its way arrives before the answer to this.
        self.value("new Promise((done) => setTimeout(done, 50))");
        let events = self.events.borrow();
        let told = |event: &&Value| {
            let method = event["method"].as_str().unwrap_or_default();
            matches!(method, "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded")
                || method == "Network.requestWillBeSent" && event["params"]["type"] != "Document"
        };
        events.iter().filter(told).map(|event| format!("{}: {}", event["method"], event["params"])).collect()
    }

    /// Sets the size of the window and lets the page lay itself out.
    pub(crate) fn size(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }
}

impl Browser {
    /// What the window shows, as a picture.
    pub(crate) fn picture(&self, path: &Path) {
        let shot = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        std::fs::write(path, decoded(&shot["data"])).expect("a picture");
    }

    /// The page on A4.
    pub(crate) fn pdf(&self, path: &Path) {
        let paper = json!({"preferCSSPageSize": true, "printBackground": true});
        let bytes = decoded(&self.call("Page.printToPDF", &paper)["data"]);
        assert!(bytes.starts_with(b"%PDF-"), "no PDF");
        // The page box of A4 in points.
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("/MediaBox [0 0 594.95996 841.91998]") || text.contains("/MediaBox [0 0 595"), "not A4");
        std::fs::write(path, bytes).expect("a document");
    }
}

/// Bytes out of base64.
fn decoded(text: &Value) -> Vec<u8> {
    let six = |letter: u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let values: Vec<u8> = text.as_str().expect("a text").bytes().filter_map(six).collect();
    let bytes = |chunk: &[u8]| {
        let block = chunk.iter().fold(0_u32, |block, value| block << 6 | u32::from(*value)) << (6 * (4 - chunk.len()));
        block.to_be_bytes().into_iter().skip(1).take(chunk.len() - 1).collect::<Vec<u8>>()
    };
    values.chunks(4).flat_map(bytes).collect()
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that is gone already is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
