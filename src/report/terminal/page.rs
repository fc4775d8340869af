//! Lines of a page: headings, hanging paragraphs and tables whose cells wrap, measured in columns of a screen.

use anstyle::{AnsiColor, Effects};
use serde::Serialize;

use crate::report::markdown::{code, escaped};
use crate::report::text::{left, linked, right, web_link, width, wrapped};

/// Whether the page may hold colours. No fact is told by colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Characters only.
    #[default]
    Plain,
    /// Bold headings, and red where something must be done.
    Colour,
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    Heading,
    Urgent,
    Quiet,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(in crate::report) struct Column {
    /// Columns of the screen.
    pub(in crate::report) width: usize,
    /// Whether its cells are figures.
    pub(in crate::report) figures: bool,
}

impl Column {
    pub(in crate::report) fn text(width: usize) -> Self {
        Self { width, figures: false }
    }

    pub(in crate::report) fn figures(width: usize) -> Self {
        Self { width, figures: true }
    }

    /// As wide as its widest cell, within the limits.
    pub(in crate::report) fn fit<'a>(cells: impl Iterator<Item = &'a str>, least: usize, most: usize) -> Self {
        Self::text(cells.map(width).max().unwrap_or(0).clamp(least, most))
    }
}

/// The page under construction.
pub(in crate::report) struct Page {
    pub(in crate::report) width: usize,
    style: Style,
    /// Whether the screen shows links.
    links: bool,
    lines: Vec<String>,
    /// For Markdown: what the last line belongs to.
    markdown: Option<Block>,
    /// For programs: what stands on it, in place of lines.
    steps: Option<Vec<Step>>,
}

/// A heading with what stands below it, for programs.
#[derive(Debug, Default, Serialize)]
pub(in crate::report) struct Step {
    heading: String,
    /// A sentence is a line of one cell, a row of a table one of several.
    lines: Vec<Vec<String>>,
}

/// What a line of Markdown belongs to; lines of one list or table follow each other without a gap.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Text,
    Item,
    Row,
}

/// Deeper than that, a paragraph belongs to the row above it.
const BELOW: usize = 4 * GAP;

/// Columns that every page has; a narrower screen wraps by itself.
pub(in crate::report) const NARROWEST: usize = 60;

/// Longer lines are not read.
pub(in crate::report) const WIDEST: usize = 200;

/// Blanks between two columns.
pub(in crate::report) const GAP: usize = 2;

impl Page {
    pub(in crate::report) fn new(width: usize, style: Style) -> Self {
        Self { width: width.clamp(NARROWEST, WIDEST), style, links: false, lines: Vec::new(), markdown: None, steps: None }
    }

    /// The same page with links, or without.
    pub(in crate::report) fn with_links(self, links: bool) -> Self {
        Self { links, ..self }
    }

    /// A page whose lines never wrap, for a pipe.
    pub(in crate::report) fn endless(style: Style) -> Self {
        Self { width: usize::MAX / 2, ..Self::new(WIDEST, style) }
    }

    /// The text as a link to the page, where the screen shows links and the address is harmless.
    pub(in crate::report) fn link(&self, text: &str, address: Option<&str>) -> String {
        match address.and_then(web_link).filter(|_| self.links && !text.is_empty()) {
            Some(address) => linked(text, address),
            None => text.to_owned(),
        }
    }

    /// The text, in which the first mention of each name is a link.
    pub(in crate::report) fn linked(&self, text: &str, links: &[(String, String)]) -> String {
        let mut places: Vec<(usize, &str, &str)> = links
            .iter()
            .filter_map(|(name, address)| Some((text.find(name.as_str())?, name.as_str(), address.as_str())))
            .collect();
        // Of two names that begin alike the longer one is meant.
        places.sort_by_key(|(start, name, _)| (*start, std::cmp::Reverse(name.len())));
        let (mut told, mut end) = (String::new(), 0);
        for (start, name, address) in places.into_iter().filter(|(_, name, _)| !name.is_empty()) {
            if let Some(between) = text.get(end..start).filter(|_| start >= end) {
                told.push_str(between);
                told.push_str(&self.link(name, Some(address)));
                end = start + name.len();
            }
        }
        told + text.get(end..).unwrap_or_default()
    }

    /// A page of Markdown: headings, lists and tables in place of columns.
    pub(in crate::report) fn markdown() -> Self {
        Self { width: 100, style: Style::Plain, links: false, lines: Vec::new(), markdown: Some(Block::Text), steps: None }
    }

    /// A page for programs: headings and cells, nothing wrapped.
    pub(in crate::report) fn steps() -> Self {
        Self { width: 100, style: Style::Plain, links: false, lines: Vec::new(), markdown: None, steps: Some(Vec::new()) }
    }

    /// What stands on a page for programs.
    pub(in crate::report) fn into_steps(self) -> Vec<Step> {
        self.steps.unwrap_or_default()
    }

    /// Adds to the last step of a page for programs; whether it is one.
    fn step(&mut self, heading: Option<&str>, cells: &[String]) -> bool {
        let Some(steps) = &mut self.steps else { return false };
        if heading.is_some() || steps.is_empty() {
            steps.push(Step { heading: heading.unwrap_or_default().to_owned(), lines: Vec::new() });
        }
        let told: Vec<String> = cells.iter().filter(|cell| !cell.is_empty()).cloned().collect();
        if let Some(step) = steps.last_mut().filter(|_| !told.is_empty()) {
            step.lines.push(told);
        }
        true
    }

    /// A line of Markdown whose texts are escaped.
    fn block(&mut self, block: Block, line: String) {
        if !self.lines.is_empty() && (block == Block::Text || self.markdown != Some(block)) {
            self.lines.push(String::new());
        }
        self.lines.push(line);
        self.markdown = Some(block);
    }

    /// The heading of a whole page of Markdown.
    pub(in crate::report) fn title(&mut self, text: &str) {
        self.block(Block::Text, format!("# {}", escaped(text)));
    }

    /// A command to copy, in Markdown.
    pub(in crate::report) fn command(&mut self, before: &str, command: &str) {
        self.block(Block::Text, format!("{before} {}", code(command)));
    }

    /// A row as an item of a list; one with figures as a row of a table, whose first row is its head.
    fn markdown_row(&mut self, columns: &[Column], cells: &[String]) {
        if columns.iter().any(|column| column.figures) {
            let head = self.markdown != Some(Block::Row);
            let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
            self.block(Block::Row, format!("| {} |", cells.join(" | ")));
            if head {
                self.lines.push(format!("|{}", " --- |".repeat(cells.len())));
            }
            return;
        }
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).filter(|cell| !cell.is_empty()).collect();
        if let Some((first, rest)) = cells.split_first() {
            let rest = if rest.is_empty() { String::new() } else { format!(": {}", rest.join("; ")) };
            self.block(Block::Item, format!("- **{first}**{rest}"));
        }
    }

    pub(in crate::report) fn blank(&mut self) {
        if self.markdown.is_none() {
            self.lines.push(String::new());
        }
    }

    /// Wrapped, continued below the indent.
    pub(in crate::report) fn paragraph(&mut self, indent: usize, text: &str) {
        if self.step(None, &[text.to_owned()]) {
            return;
        }
        match self.markdown {
            Some(Block::Item) if indent >= BELOW => return self.block(Block::Item, format!("  {}", escaped(text))),
            Some(_) => return self.block(Block::Text, escaped(text)),
            None => {}
        }
        for line in wrapped(text, self.width - indent) {
            self.push(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    /// Parts with three blanks between them, on as many lines as they need.
    pub(in crate::report) fn parts(&mut self, parts: &[String]) {
        let mut line = String::new();
        for part in parts {
            if line.is_empty() {
                line.clone_from(part);
            } else if width(&line) + 3 + width(part) <= self.width {
                line = format!("{line}   {part}");
            } else {
                self.whole(&std::mem::replace(&mut line, part.clone()));
            }
        }
        self.whole(&line);
    }

    /// A line with its blanks where it fits, else wrapped.
    fn whole(&mut self, line: &str) {
        let indent = line.len() - line.trim_start().len();
        if width(line) > self.width { self.paragraph(indent, line) } else { self.push(line) }
    }

    /// A heading with its text behind it, continued below `indent`.
    pub(in crate::report) fn section(&mut self, heading: &str, at: usize, indent: usize, text: &str) {
        if self.step(Some(heading), &[text.to_owned()]) {
            return;
        }
        if self.markdown.is_some() {
            self.block(Block::Text, format!("## {}", escaped(heading)));
            if !text.is_empty() {
                self.block(Block::Text, escaped(text));
            }
            return;
        }
        let first = width(heading).max(at.saturating_sub(GAP)) + GAP;
        let head = self.toned(Tone::Heading, heading);
        // Behind a heading as wide as the page there is no room: the text begins below it.
        let room = self.width.saturating_sub(first);
        let lines = if room < 20 {
            [vec![String::new()], wrapped(text, self.width - indent)].concat()
        } else {
            first_shorter(text, room, self.width - indent)
        };
        let mut lines = lines.into_iter();
        let opening = lines.next().unwrap_or_default();
        self.push(&format!("{head}{}{opening}", " ".repeat(first - width(heading))));
        for line in lines {
            self.push(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    /// A heading that stands alone, wrapped.
    pub(in crate::report) fn heading(&mut self, text: &str) {
        for line in wrapped(text, self.width) {
            let line = self.toned(Tone::Heading, &line);
            self.push(&line);
        }
    }

    /// The titles of a table below a heading, which is the first of them and stands at the edge of the page.
    pub(in crate::report) fn heading_row(&mut self, columns: &[Column], titles: &[String]) {
        let (Some((first, rest)), Some((heading, titles))) = (columns.split_first(), titles.split_first()) else { return };
        let start = self.lines.len();
        self.row(&[&[Column::text(first.width)], rest].concat(), &[&[String::new()], titles].concat(), None);
        let head = self.toned(Tone::Heading, heading);
        if let Some(line) = self.lines.get_mut(start) {
            // Only blanks stand before the second column.
            let rest: String = line.chars().skip(width(heading)).collect();
            *line = format!("{head}{rest}");
        }
    }

    /// What is left of the page beside `columns` and the gaps before them and before it.
    pub(in crate::report) fn beside(&self, columns: &[Column]) -> Column {
        let used: usize = columns.iter().map(|column| column.width + GAP).sum();
        Column::text(self.width.saturating_sub(used + GAP).max(1))
    }

    /// So many columns of a page of 100, and fewer of a narrow one.
    pub(in crate::report) fn scaled(&self, columns: usize) -> usize {
        if self.width < 80 { columns * self.width / 100 } else { columns }
    }

    /// A row of cells; each wraps in its own column.
    pub(in crate::report) fn row(&mut self, columns: &[Column], cells: &[String], tone: Option<Tone>) {
        if self.step(None, cells) {
            return;
        }
        if self.markdown.is_some() {
            return self.markdown_row(columns, cells);
        }
        let lines: Vec<Vec<String>> =
            columns.iter().zip(cells).map(|(column, cell)| wrapped(cell, column.width.max(1))).collect();
        let height = lines.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let mut line = String::new();
            for (number, (column, cell)) in columns.iter().zip(&lines).enumerate() {
                let text = cell.get(index).map_or("", String::as_str);
                // Nothing is filled up behind the last text, whose column can be endless.
                let filled = match column.figures {
                    true => right(text, column.width),
                    false if number + 1 == lines.len() => text.to_owned(),
                    false => left(text, column.width),
                };
                let urgent = tone.filter(|_| number == 0 && !text.is_empty());
                line.push_str(&" ".repeat(GAP));
                line.push_str(&urgent.map_or_else(|| filled.clone(), |tone| self.toned(tone, &filled)));
            }
            self.push(&line);
        }
    }

    pub(in crate::report) fn toned(&self, tone: Tone, text: &str) -> String {
        let style = match (self.style, tone) {
            (Style::Plain, _) => return text.to_owned(),
            (Style::Colour, Tone::Heading) => anstyle::Style::new().effects(Effects::BOLD),
            (Style::Colour, Tone::Urgent) => AnsiColor::Red.on_default().effects(Effects::BOLD),
            (Style::Colour, Tone::Quiet) => anstyle::Style::new().effects(Effects::DIMMED),
        };
        format!("{style}{text}{style:#}")
    }

    pub(in crate::report) fn push(&mut self, line: &str) {
        self.lines.push(line.trim_end().to_owned());
    }

    /// The finished page, a newline at the end of every line.
    pub(in crate::report) fn finish(self) -> String {
        self.lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect()
    }
}

/// The words in lines: the first of `first` columns, the others of `rest`.
fn first_shorter(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = wrapped(text, first);
    if lines.len() < 2 {
        return lines;
    }
    let remainder = lines.split_off(1).join(" ");
    lines.extend(wrapped(&remainder, rest));
    lines
}
