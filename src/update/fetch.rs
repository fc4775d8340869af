//! One conditional GET with limits on its size and time. Nothing is sent but the request: no cookie, no fact of this machine.
//!
//! https with the system's certificates; plain http from this machine alone, or for what is pinned by its digest. Bodies are
//! taken as they are: no compression is asked for, so none can unfold.

use std::io::Read as _;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
pub(super) use reqwest::Url;
use reqwest::blocking::{Client, Response};
use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::redirect::{Attempt, Policy};

use super::error::UpdateError;
use super::store::Source;

/// Most redirects that are followed.
const REDIRECTS: usize = 5;

/// What a server answered.
#[derive(Debug)]
pub(super) enum Answer {
    /// The same as the last time.
    Same,
    /// A document.
    New(Fetched),
}

/// A document, and what to tell the server the next time.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) bytes: Vec<u8>,
    /// Where it lay after all redirects.
    pub(super) address: Url,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
}

/// What bounds a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Most bytes of the body.
    pub(super) size: u64,
    /// Most time for all of it, redirects included.
    pub(super) time: Duration,
    /// The digest of what is fetched is known, so that it may come by plain http.
    pub(super) pinned: bool,
}

/// An address that may be fetched.
pub(super) fn address(typed: &str, pinned: bool) -> Result<Url, UpdateError> {
    let url = Url::parse(typed).map_err(|error| UpdateError::BadAddress(typed.to_owned(), error.to_string()))?;
    let plain = url.scheme() == "http" && (pinned || is_loopback(&url));
    if url.scheme() == "https" || plain { Ok(url) } else { Err(UpdateError::Insecure(typed.to_owned())) }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// As [`get`]; a panic inside the network's library, as where a system has no source of random numbers, ends the update alone.
pub(super) fn get_guarded(url: &Url, known: Option<&Source>, bounds: Bounds) -> Result<Answer, UpdateError> {
    let got = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| get(url, known, bounds)));
    got.unwrap_or_else(|_| Err(UpdateError::Network(url.to_string(), "the network's library failed".to_owned())))
}

/// Fetches `url`. With what is known of an earlier answer the server may say that nothing is new.
fn get(url: &Url, known: Option<&Source>, bounds: Bounds) -> Result<Answer, UpdateError> {
    let failed = |error: &dyn std::error::Error| UpdateError::Network(url.to_string(), causes(error));
    let deadline = Instant::now() + bounds.time;
    let mut request = client(url, bounds).map_err(|error| failed(&error))?.get(url.clone());
    let known_values = known.map(|known| [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)]);
    for (name, value) in known_values.into_iter().flatten() {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let response = request.send().map_err(|error| failed(&error))?;
    match response.status() {
        StatusCode::NOT_MODIFIED if known.is_some() => Ok(Answer::Same),
        StatusCode::OK => read(url, response, bounds.size, deadline).map(Answer::New),
        status => Err(UpdateError::Status(url.to_string(), status.as_u16())),
    }
}

fn client(url: &Url, bounds: Bounds) -> reqwest::Result<Client> {
    // Fails if another provider is installed already; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let secure = url.scheme() == "https";
    let redirects = Policy::custom(move |attempt: Attempt<'_>| {
        let allowed = attempt.url().scheme() == "https" || (!secure && (bounds.pinned || is_loopback(attempt.url())));
        match (attempt.previous().len() > REDIRECTS, allowed) {
            (true, _) => attempt.error("too many redirects"),
            (false, false) => attempt.error("a redirect to an address without https"),
            (false, true) => attempt.follow(),
        }
    });
    Client::builder()
        .user_agent(concat!("underpin/", env!("CARGO_PKG_VERSION")))
        .redirect(redirects)
        .timeout(bounds.time)
        .referer(false)
        // One request, one connection: there is nothing to keep it for.
        .pool_max_idle_per_host(0)
        .build()
}

fn read(url: &Url, mut response: Response, limit: u64, deadline: Instant) -> Result<Fetched, UpdateError> {
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(UpdateError::TooLarge(url.to_string(), limit));
    }
    let (etag, modified) = (header(response.headers(), &ETAG), header(response.headers(), &LAST_MODIFIED));
    let address = response.url().clone();
    let failed = |why: String| UpdateError::Network(url.to_string(), why);
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        // The client bounds each read; a server that sends a byte now and then is bounded here.
        if Instant::now() > deadline {
            return Err(failed("timed out while the answer was read".to_owned()));
        }
        match response.read(&mut buffer).map_err(|error| failed(causes(&error)))? {
            0 => break,
            read => bytes.extend_from_slice(buffer.get(..read).unwrap_or_default()),
        }
        if bytes.len() as u64 > limit {
            return Err(UpdateError::TooLarge(url.to_string(), limit));
        }
    }
    Ok(Fetched { bytes, address, etag, modified })
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// An error with its causes, since the first says little. What a cause repeats of the one before is left out.
fn causes(error: &dyn std::error::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !texts.iter().any(|before| before.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_and_for_what_is_pinned() {
        for good in ["https://a.example/m.json", "http://127.0.0.1:8/m", "http://[::1]/m", "http://localhost/m"] {
            assert!(address(good, false).is_ok(), "{good}");
        }
        assert!(matches!(address("http://a.example/m", false), Err(UpdateError::Insecure(_))));
        assert!(matches!(address("ftp://a.example/m", true), Err(UpdateError::Insecure(_))));
        assert!(matches!(address("https://", false), Err(UpdateError::BadAddress(..))));
        assert!(address("http://a.example/m", true).is_ok());
    }
}
