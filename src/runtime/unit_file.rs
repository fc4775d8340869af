//! Splits a systemd unit file into its assignments (systemd.syntax(7)). Gives no meaning to them.

/// One `Key=value` of a unit file, in the file's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// `Unit`, `Service`, `Timer` …
    pub(super) section: String,
    /// Key.
    pub(super) key: String,
    /// Value; empty where the file takes back earlier ones.
    pub(super) value: String,
}

/// Every assignment of a unit file or drop-in; a line that is none is passed over, as systemd does.
pub(super) fn assignments(text: &str) -> Vec<Assignment> {
    let mut found = Vec::new();
    let mut section = String::new();
    for line in logical_lines(text) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, value)) = line.split_once('=') {
            found.push(Assignment { section: section.clone(), key: key.trim().to_owned(), value: value.trim().to_owned() });
        }
    }
    found
}

/// Lines with their continuations joined by a blank; comments are gone, also those between continuations.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(head) = line.strip_suffix('\\') {
            open.push_str(head);
            open.push(' ');
        } else {
            open.push_str(line);
            lines.push(std::mem::take(&mut open));
        }
    }
    lines.push(open);
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuations_comments_and_sections() {
        let text = "[Unit]\nWants=a.service\n# ExecStart=/no\n[Service]\nExecStart=/usr/bin/a \\\n# between\n  --b\n;no\nstray\nExecStart=\n";
        let found: Vec<String> =
            assignments(text).into_iter().map(|it| format!("{} {}={}", it.section, it.key, it.value)).collect();
        assert_eq!(found, ["Unit Wants=a.service", "Service ExecStart=/usr/bin/a  --b", "Service ExecStart="]);
    }

    #[test]
    fn a_file_that_ends_in_a_continuation_keeps_its_last_line() {
        assert_eq!(assignments("[Service]\nExecStart=/usr/bin/a \\")[0].value, "/usr/bin/a");
    }
}
