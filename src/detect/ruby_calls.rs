//! The calls in a manifest that is a program of Ruby, such as a Gemfile or a Podfile: `gem "name", "requirement", key: value`, with the
//! blocks around them. Runs nothing; a call under a condition counts.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::Lines;
use super::script_text::without_comments;

/// A call of one line, which commas may carry on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) line: usize,
    /// The first argument.
    pub(super) name: String,
    /// The literals behind it.
    pub(super) requirements: Vec<String>,
    /// What stands behind those.
    pub(super) options: String,
    /// The opening lines of the blocks around it, outermost first.
    pub(super) blocks: Vec<String>,
}

impl Call {
    /// The value of an option that is a literal: `git: "…"`, `:git => "…"`.
    pub(super) fn option(&self, key: &str) -> Option<&str> {
        let pattern = OPTION.as_ref()?;
        let found = pattern.captures_iter(&self.options).find(|found| found.get(1).is_some_and(|name| name.as_str() == key))?;
        found.get(2).or(found.get(3)).map(|value| value.as_str())
    }

    /// Whether the option is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        let mut keys = KEY.iter().flat_map(|pattern| pattern.captures_iter(&self.options));
        keys.any(|found| found.get(1).or(found.get(2)).is_some_and(|name| name.as_str() == key))
    }
}

static OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"\b(\w+)(?::|\s*=>)\s*(?:"([^"\n]*)"|'([^'\n]*)')"#).ok());
static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b(\w+):(?:\s|$)|:(\w+)\s*=>").ok());
static LITERAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"^[\s,\[(]*(?:"([^"\n]*)"|'([^'\n]*)')\s*\]?"#).ok());
/// What opens a block that `end` closes, at the start or at the end of a line.
static OPENS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:if|unless|case|def|begin|while|until|class|module|for)\b|\bdo\s*(?:\|[^|]*\|)?$").ok());

/// Longest call that is read, in lines.
const MAX_LINES: usize = 32;

/// The calls of `word` in `text`.
pub(super) fn calls(text: &str, word: &str) -> Vec<Call> {
    let plain = without_comments(text, "#");
    let (Some(opens), Some(literal)) = (OPENS.as_ref(), LITERAL.as_ref()) else { return Vec::new() };
    // The last line may lack its end, but nothing that it opens.
    let cut = plain.rfind('\n').map_or(0, |end| end + 1);
    let is_whole = |line: &str| !line.trim_end().ends_with(',') && ['"', '\''].iter().all(|c| line.matches(*c).count() % 2 == 0);
    let whole = if plain.get(cut..).is_some_and(is_whole) { plain.as_str() } else { plain.get(..cut).unwrap_or_default() };
    let lines = Lines::of(&plain);
    let (mut found, mut blocks) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(rest) = whole.get(at..).filter(|rest| !rest.is_empty()) {
        let mut statement = String::new();
        let start = at;
        for line in rest.split_inclusive('\n').take(MAX_LINES) {
            at += line.len();
            statement.push_str(line.trim());
            if !statement.ends_with([',', '\\']) || statement.is_empty() {
                break;
            }
            statement.push(' ');
        }
        // Documentation between `=begin` and `=end`, and data, are no program.
        if statement == "__END__" || statement.starts_with("=begin") {
            break;
        }
        let arguments = statement.strip_prefix(word).filter(|rest| rest.starts_with([' ', '(', '\t']));
        if let Some(found_call) = arguments.and_then(|arguments| call(arguments, lines.at(start), &blocks, literal)) {
            found.push(found_call);
        }
        if opens.is_match(&statement) {
            blocks.push(statement);
        } else if statement == "end" || statement.starts_with("end ") {
            blocks.pop();
        }
    }
    found
}

fn call(arguments: &str, line: usize, blocks: &[String], literal: &Regex) -> Option<Call> {
    let mut literals = Vec::new();
    let mut rest = arguments;
    while let Some(found) = literal.captures(rest) {
        let text = found.get(1).or(found.get(2)).map_or("", |text| text.as_str());
        let behind = rest.get(found.get(0)?.end()..)?;
        // `"key" => value` is an option.
        if behind.trim_start().starts_with("=>") {
            break;
        }
        literals.push(text.to_owned());
        rest = behind;
    }
    let name = (!literals.is_empty()).then(|| literals.remove(0))?;
    Some(Call { line, name, requirements: literals, options: rest.to_owned(), blocks: blocks.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_arguments_options_and_blocks() {
        let text = "gem 'a'\ngroup :test do # x\n  if x\n    gem(\"b\", \"~> 1\",\n      [\">= 1.2\"], git: 'h#1', :c => true)\n  end\n  gems 'no'\nend\ngem name\ngem 'd', require: false\ngem 'cut', '1";
        let found = calls(text, "gem");
        let names: Vec<(usize, &str, usize, usize)> =
            found.iter().map(|call| (call.line, call.name.as_str(), call.requirements.len(), call.blocks.len())).collect();
        assert_eq!(names, [(1, "a", 0, 0), (4, "b", 2, 2), (10, "d", 0, 0)]);
        let b = &found[1];
        assert_eq!(
            (b.option("git"), b.option("c"), b.has("c"), b.has("git"), b.has("d")),
            (Some("h#1"), None, true, true, false)
        );
    }
}
