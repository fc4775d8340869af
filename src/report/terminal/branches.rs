//! A tree of texts, drawn with lines; a text that is wider than the page goes on below itself.

use super::page::Page;
use crate::report::text::{width, wrapped};

/// A text with what belongs below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Branch {
    pub(in crate::report) text: String,
    pub(in crate::report) below: Vec<Branch>,
}

impl Branch {
    pub(in crate::report) fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), below: Vec::new() }
    }

    pub(in crate::report) fn new(text: impl Into<String>, below: Vec<Branch>) -> Self {
        Self { text: text.into(), below }
    }
}

/// Leaves for texts, at most `most` of them, and how many more there are.
pub(in crate::report) fn leaves(texts: impl ExactSizeIterator<Item = String>, most: usize) -> Vec<Branch> {
    let left = texts.len().saturating_sub(most);
    let more = (left > 0).then(|| Branch::leaf(format!("{left} more: --all")));
    texts.take(most).map(Branch::leaf).chain(more).collect()
}

/// Draws the tree below its first line, which is a heading.
pub(in crate::report) fn draw(root: &Branch, page: &mut Page) {
    page.heading(&root.text);
    below(&root.below, "", page);
}

fn below(branches: &[Branch], before: &str, page: &mut Page) {
    for (index, branch) in branches.iter().enumerate() {
        let last = index + 1 == branches.len();
        let [fork, stem] = if last { ["└── ", "    "] } else { ["├── ", "│   "] };
        let inner = format!("{before}{stem}");
        // What goes on in the next line stays beside the lines of what is below it.
        let under = if branch.below.is_empty() { inner.clone() } else { format!("{inner}│   ") };
        let room = page.width.saturating_sub(width(&under)).max(10);
        for (number, line) in wrapped(&branch.text, room).iter().enumerate() {
            page.push(&if number == 0 { format!("{before}{fork}{line}") } else { format!("{under}{line}") });
        }
        below(&branch.below, &inner, page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::terminal::Style;

    #[test]
    fn lines_join_what_belongs_together_at_any_width() {
        let root = Branch::new(
            "dev1",
            vec![
                Branch::new(
                    "nginx",
                    vec![Branch::new("1.22.1 running", vec![Branch::leaf("/usr/sbin/nginx")]), Branch::leaf("1.25")],
                ),
                Branch::leaf("Debian 12"),
            ],
        );
        let mut page = Page::new(60, Style::Plain);
        draw(&root, &mut page);
        let expected = "dev1\n├── nginx\n│   ├── 1.22.1 running\n│   │   └── /usr/sbin/nginx\n│   └── 1.25\n└── Debian 12\n";
        assert_eq!(page.finish(), expected);
        let long = Branch::new("root", vec![Branch::new("word ".repeat(30), vec![Branch::leaf("leaf ".repeat(30))])]);
        let mut page = Page::new(60, Style::Plain);
        draw(&long, &mut page);
        let text = page.finish();
        assert!(text.lines().all(|line| width(line) <= 60) && text.contains("\n    │   word"), "{text}");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let texts: Vec<String> =
            leaves(["a", "b", "c"].map(str::to_owned).into_iter(), 2).into_iter().map(|leaf| leaf.text).collect();
        assert_eq!(texts, ["a", "b", "1 more: --all"]);
    }
}
