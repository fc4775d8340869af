//! Runs tools that fetch from a registry, and says whether the registry is the reason when they fail.

use std::process::Command;

/// Words of tools that could not reach their registry.
const UNREACHABLE: [&str; 18] = [
    "enotfound",
    "econnrefused",
    "econnreset",
    "etimedout",
    "eai_again",
    "connectionrefused",
    "connectionerror",
    "connectionfailed",
    "error sending request",
    "request failed",
    "failed to fetch",
    "newconnectionerror",
    "name resolution",
    "timed out",
    "attempts to connect",
    "connecterror",
    "failedtoopensocket",
    // What a quiet pip says of an index that does not answer.
    "from versions: none",
];

/// What `command`, which fetches from `registry`, prints; `None` if this machine does not have the program.
pub(crate) fn fetched(registry: &str, command: &mut Command) -> Option<String> {
    fetch(registry, command).map(|done| done.unwrap_or_else(|why| panic!("{why}")))
}

/// The same, with the reason if it fails; says whether the registry is that reason.
pub(crate) fn fetch(registry: &str, command: &mut Command) -> Option<Result<String, String>> {
    let output = command.stdin(std::process::Stdio::null()).output().ok()?;
    let [printed, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if output.status.success() {
        return Some(Ok(printed));
    }
    let said = format!("{printed}\n{errors}");
    let lower = said.to_lowercase();
    let why = if UNREACHABLE.iter().any(|word| lower.contains(word)) {
        format!("{registry} cannot be reached, hence there is nothing to compare with")
    } else {
        format!("the tool failed and does not say that {registry} cannot be reached")
    };
    Some(Err(format!("{why}: {command:?} ended with {}:\n{said}", output.status)))
}
