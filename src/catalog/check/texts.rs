//! What no text of a catalog file may be, whatever its key: blank, or not what a reader sees.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::faults::Faults;
use crate::problem::Code;

/// Reports such texts and takes blank ones out, so that they are not told a second time by the check of their key.
pub(crate) fn check(table: &mut DeTable<'_>, faults: &mut Faults<'_>) {
    let mut blank = Vec::new();
    for (key, value) in table.iter_mut() {
        if is_blank(value) {
            let says = format!("`{}` is blank; fill it in, or take the line out if it is not known", key.get_ref());
            faults.at(Code::Blank, value.span(), says);
            blank.push(key.clone());
        } else {
            within(key.get_ref(), value, faults);
        }
    }
    for key in blank {
        table.remove(&key);
        faults.mistyped(key.into_inner().into_owned());
    }
}

fn within(key: &str, value: &mut Spanned<DeValue<'_>>, faults: &mut Faults<'_>) {
    let span = value.span();
    match value.get_mut() {
        DeValue::String(text) => {
            if let Some(hidden) = text.chars().find(|character| is_hidden(*character)) {
                let code = u32::from(hidden);
                let says = format!("the text holds U+{code:04X}, which a reader cannot see; take it out");
                faults.at(Code::Misleading, span, says);
            }
        }
        DeValue::Table(table) => check(table, faults),
        DeValue::Array(items) => {
            for item in items.iter_mut().filter(|item| !is_blank(item)) {
                within(key, item, faults);
            }
            let blanks = items.iter().filter(|item| is_blank(item)).map(Spanned::span).collect::<Vec<_>>();
            for span in &blanks {
                let says = format!("`{key}` has a blank entry; fill it in, or take it out");
                faults.at(Code::Blank, span.clone(), says);
            }
            if !blanks.is_empty() {
                *items = items.iter().filter(|item| !is_blank(item)).cloned().collect();
                if items.iter().next().is_none() {
                    faults.mistyped(key.to_owned());
                }
            }
        }
        _ => {}
    }
}

fn is_blank(value: &Spanned<DeValue<'_>>) -> bool {
    matches!(value.get_ref(), DeValue::String(text) if text.trim().is_empty())
}

/// Control characters, marks that change the reading order (UAX 9), and characters without a width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
