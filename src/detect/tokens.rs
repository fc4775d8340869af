//! Cuts a program into tokens: the loop that the readers of several languages share. What a token is, each of them says.

/// The tokens of `text` with their lines, counted from 1, and whether the text was cut to its end. `next` gets what is left, which
/// is never empty, and gives the length of what stands first and its token, if that is one; `None` ends the reading.
pub(super) fn cut<'t, T>(
    text: &'t str,
    mut next: impl FnMut(&'t str, char) -> Option<(usize, Option<T>)>,
) -> (Vec<(usize, T)>, bool) {
    let (mut found, mut rest, mut line) = (Vec::new(), text, 1);
    while let Some(c) = rest.chars().next() {
        let Some((length, token)) = next(rest, c) else { return (found, false) };
        found.extend(token.map(|token| (line, token)));
        let (passed, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
        rest = after;
    }
    (found, true)
}

/// Length of the part of `text` in front of what a search found, or of all of it.
pub(super) fn until(text: &str, end: Option<usize>) -> usize {
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words, and a quote that ends the reading.
    fn words(text: &str) -> (Vec<(usize, &str)>, bool) {
        cut(text, |rest, c| match c {
            '"' => None,
            c if c.is_alphanumeric() => {
                let length = until(rest, rest.find(|c: char| !c.is_alphanumeric()));
                Some((length, rest.get(..length)))
            }
            c => Some((c.len_utf8(), None)),
        })
    }

    #[test]
    fn tokens_know_their_lines_and_whether_the_text_ended() {
        assert_eq!(words("a b\n\nü"), (vec![(1, "a"), (1, "b"), (3, "ü")], true));
        assert_eq!(words("a \" b"), (vec![(1, "a")], false));
        assert_eq!(words(""), (vec![], true));
    }
}
