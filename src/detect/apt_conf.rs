//! Reads settings in the syntax of apt.conf(5): `A::B "value";` and `A { B "value"; };`, mixed at will.
//! Follows no `#include` and clears nothing on `#clear`; lists of nameless values are passed over.

/// The last value that `text` gives to the setting `wanted` (`APT::Periodic::Enable`); names compare without case.
pub(super) fn value(text: &str, wanted: &str) -> Option<String> {
    let mut scopes: Vec<String> = Vec::new();
    let mut words: Vec<Token> = Vec::new();
    let mut found = None;
    for token in tokens(text) {
        match token {
            Token::Open => {
                let name = words.first().map(Token::text).unwrap_or_default();
                scopes.push(name.to_owned());
                words.clear();
            }
            Token::Close | Token::End => {
                if let [Token::Word(name), .., Token::Word(value) | Token::Quoted(value)] = words.as_slice() {
                    let path = scopes.iter().map(String::as_str).chain([name.as_str()]).collect::<Vec<_>>().join("::");
                    if path.eq_ignore_ascii_case(wanted) {
                        found = Some(value.clone());
                    }
                }
                words.clear();
                if matches!(token, Token::Close) {
                    scopes.pop();
                }
            }
            word => words.push(word),
        }
    }
    found
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Open,
    Close,
    End,
}

impl Token {
    fn text(&self) -> &str {
        if let Self::Word(text) | Self::Quoted(text) = self { text } else { "" }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            ';' => tokens.push(Token::End),
            '#' => skip_line(&mut rest),
            '/' if rest.peek() == Some(&'/') => skip_line(&mut rest),
            '/' if rest.peek() == Some(&'*') => {
                let mut last = ' ';
                // The star that opens a comment does not close it.
                rest.next();
                rest.by_ref().find(|next| std::mem::replace(&mut last, *next) == '*' && *next == '/');
            }
            '"' => tokens.push(Token::Quoted(rest.by_ref().take_while(|next| *next != '"').collect())),
            blank if blank.is_whitespace() => {}
            first => {
                let mut word = String::from(first);
                while let Some(next) = rest.next_if(|next| !next.is_whitespace() && !"{};\"".contains(*next)) {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    tokens
}

fn skip_line(rest: &mut impl Iterator<Item = char>) {
    rest.find(|next| *next == '\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WANTED: &str = "APT::Periodic::Unattended-Upgrade";

    #[test]
    fn both_forms_comments_and_case_are_understood() {
        for (text, expected) in [
            ("APT::Periodic::Unattended-Upgrade \"1\";", Some("1")),
            ("apt::periodic::unattended-upgrade 0;", Some("0")),
            ("APT { Periodic { Unattended-Upgrade \"7\"; }; };", Some("7")),
            ("APT::Periodic { Enable \"1\"; Unattended-Upgrade \"always\" }", Some("always")),
            ("// APT::Periodic::Unattended-Upgrade \"1\";\n# APT::Periodic::Unattended-Upgrade \"1\";\n", None),
            ("/* APT::Periodic::Unattended-Upgrade \"1\"; */ APT::Periodic::Unattended-Upgrade \"2\";", Some("2")),
            ("APT::Periodic::Unattended-Upgrade \"1\";\nAPT::Periodic::Unattended-Upgrade \"0\";", Some("0")),
            ("Other { List { \"a\"; \"b\"; }; };\r\nAPT::Periodic::Unattended-Upgrade \"1\";\r\n", Some("1")),
            ("APT { Periodic { Other \"1\"; }; Unattended-Upgrade \"1\"; };", None),
            ("Acquire::http::Proxy \"http://proxy/\"; APT::Periodic::Unattended-Upgrade \"1\";", Some("1")),
        ] {
            assert_eq!(value(text, WANTED).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[ -~\n]{0,120}") {
            let _ = value(&text, WANTED);
        }
    }
}
