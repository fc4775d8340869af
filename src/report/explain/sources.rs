//! Citations, moved out of running text: a studied firm or a vendor's page is named where the sources stand, nowhere above.

use crate::report::text::visible;

/// The sources that were cited so far, in the order of their numbers.
#[derive(Default)]
pub(super) struct Sources(Vec<String>);

impl Sources {
    /// The text made visible, with `[3]` in place of every address and of every group in parentheses that holds one.
    pub(super) fn cite(&mut self, text: &str) -> String {
        let text = visible(text);
        let mut shown = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, group, after)) = next_group(rest) {
            shown.push_str(&self.addresses(before));
            if group.split_whitespace().any(names_a_site) {
                shown.push_str(&self.number(group));
            } else {
                shown.extend(["(", group, ")"]);
            }
            rest = after;
        }
        shown.push_str(&self.addresses(rest));
        shown
    }

    /// The sources, numbered.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().enumerate().map(|(index, source)| format!("[{}] {source}", index + 1))
    }

    fn addresses(&mut self, text: &str) -> String {
        let words = text.split(' ').map(|word| if word.contains("://") { self.number(word) } else { word.to_owned() });
        words.collect::<Vec<_>>().join(" ")
    }

    fn number(&mut self, source: &str) -> String {
        let known = self.0.iter().position(|other| other == source);
        let index = known.unwrap_or_else(|| {
            self.0.push(source.to_owned());
            self.0.len() - 1
        });
        format!("[{}]", index + 1)
    }
}

/// What stands before the first pair of parentheses, in it and after it.
fn next_group(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (group, after) = rest.split_once(')')?;
    Some((before, group, after))
}

/// `redhat.com,`, `bls.gov/oes/2019`: a letter on both sides of a point.
fn names_a_site(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or(word);
    let letters = |part: &str| part.chars().next().is_some_and(char::is_alphabetic);
    host.split_once('.').is_some_and(|(name, end)| name.chars().any(char::is_alphanumeric) && letters(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_become_numbers_and_figures_stay() {
        let mut sources = Sources::default();
        for (text, shown) in [
            ("1 × (4 / 12 / 40) a service, × 0.3 as it is", "1 × (4 / 12 / 40) a service, × 0.3 as it is"),
            ("one survey (redhat.com, economic impact), carried over", "one survey [1], carried over"),
            ("list price of 2026-08-01: https://a.example/p", "list price of 2026-08-01: [2]"),
            ("again (redhat.com, economic impact); (judgement)", "again [1]; (judgement)"),
            ("open ( and \u{1b}[31m", "open ( and \\u{1b}[31m"),
        ] {
            assert_eq!(sources.cite(text), shown);
        }
        assert_eq!(sources.lines().collect::<Vec<_>>(), ["[1] redhat.com, economic impact", "[2] https://a.example/p"]);
    }
}
