//! Names of a scanned tree, texts of a catalog and declared interests are anybody's: they stay inert in every format.

use underpin::report::{Format, Html, Json, Markdown, Terminal, View};

use crate::fixtures::{HOSTILE, hostile};
use crate::page::without_code;
use crate::rendered;

#[test]
fn no_format_for_people_passes_a_character_that_acts() {
    let view = |view| Terminal { view, all: true, width: 60, ..Terminal::default() };
    let [table, tree, detail] = [View::Table, View::Tree, View::Detail].map(view);
    let formats: [&dyn Format; 6] = [&Terminal::default(), &table, &tree, &detail, &Markdown, &Html];
    for format in formats {
        let text = rendered(format, &hostile());
        for character in text.chars() {
            let acts = (character.is_control() && character != '\n') || ('\u{202a}'..='\u{202e}').contains(&character);
            assert!(!acts, "{character:?}");
        }
        assert!(text.contains("\\u{202e}") && text.contains("\\u{1b}"), "shown, not dropped");
    }
}

#[test]
fn html_keeps_markup_and_scripts_as_text() {
    let page = rendered(&Html, &hostile());
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    let body = without_code(&page);
    for inert in ["<script", "href=\"javascript", " onclick=", "\"q\"", "<b>"] {
        assert!(!body.contains(inert), "{inert}");
    }
    // Attributes end where we end them: a quote of a name never stands raw inside a tag.
    for tag in body.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag) {
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        assert!(!tag.contains("alert(1)") || tag.contains("&lt;script&gt;"), "{tag}");
    }
}

#[test]
fn markdown_keeps_markup_links_and_formulas_as_text() {
    let text = rendered(&Markdown, &hostile());
    for line in text.lines() {
        let bare = line.replace("\\`", "").replace("\\|", "").replace("\\[", "").replace("\\]", "");
        assert!(!bare.contains("<script"), "{line}");
        assert!(!bare.contains("](javascript"), "{line}");
        if line.starts_with('|') {
            for cell in bare.split('|').map(str::trim) {
                assert!(!cell.starts_with('='), "{line}");
            }
        }
        assert!(!bare.contains('`') || bare.matches('`').count() % 2 == 0, "{line}");
    }
    // A row has as many cells as its head, whatever its texts hold.
    let mut cells = None;
    for line in text.lines() {
        let count = line.replace("\\|", "").matches('|').count();
        if !line.starts_with('|') {
            cells = None;
        } else if *cells.get_or_insert(count) != count {
            panic!("{line}");
        }
    }
}

#[test]
fn json_keeps_every_text_as_it_is() {
    let document: serde_json::Value = serde_json::from_str(&rendered(&Json, &hostile())).expect("valid JSON");
    let name = document.pointer("/targets/0/name").and_then(serde_json::Value::as_str);
    assert_eq!(name, Some(HOSTILE));
}
