//! A line a component: what it is, its version, how it is known, and the first place.

use super::{name, place, title, version};
use crate::inventory::Inventory;
use crate::model::Component;
use crate::report::terminal::columns::{Ask, forced};
use crate::report::terminal::page::Page;

pub(super) fn part(inventory: &Inventory, shown: &[&Component], page: &mut Page) {
    page.heading(&title(inventory, shown));
    let rows: Vec<[String; 4]> = shown.iter().map(|component| row(component)).collect();
    let column = |index: usize| rows.iter().filter_map(move |row| row.get(index)).map(String::as_str);
    let asks = [Ask::of(column(0)).breaking(20), Ask::of(column(1)).breaking(12), Ask::names(column(2)), Ask::of(column(3))];
    let columns = forced(page.width, &asks);
    for row in &rows {
        page.row(&columns, row, None);
    }
}

fn row(component: &Component) -> [String; 4] {
    let first = component.locations.first().map(place).unwrap_or_default();
    let more = component.locations.len().saturating_sub(1);
    let place = if more > 0 { format!("{first} and {more} more") } else { first };
    [name(component), version(component), component.evidence.to_string(), place]
}
