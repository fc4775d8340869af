//! The text of a program without its comments, for manifests that are programs of which literals alone are read.

/// `text` with nothing in place of what stands between `comment` and the end of its line, unless in quotes. Lines stay where they are.
pub(super) fn without_comments(text: &str, comment: &str) -> String {
    text.split_inclusive('\n').map(|line| strip(line, comment)).collect()
}

fn strip(line: &str, comment: &str) -> String {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in line.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '"' | '\'') {
            quote = Some(c);
        } else if quote.is_none() && line.get(at..).is_some_and(|rest| rest.starts_with(comment)) {
            let end = if line.ends_with('\n') { "\n" } else { "" };
            return format!("{}{end}", line.get(..at).unwrap_or_default());
        }
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_quotes_begins_no_comment() {
        assert_eq!(without_comments("a \"b#{c}\" # d\n# e\nf '\\'#'", "#"), "a \"b#{c}\" \n\nf '\\'#'");
        assert_eq!(without_comments("x(url: \"https://h\") // y", "//"), "x(url: \"https://h\") ");
    }
}
