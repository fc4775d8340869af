//! The inventory alone for people: every component as a line of a table, as a tree, or with everything that is known of it.

mod detail;
mod table;
mod tree;

use std::io;

use super::terminal::View;
use super::terminal::page::{Page, Style};
use super::text::{count, visible};
use crate::inventory::Inventory;
use crate::model::{Component, Location};

/// How inventories are listed.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// How they are laid out.
    pub view: View,
    /// Columns of the screen; `None` in a pipe, where a component stays one line.
    pub width: Option<usize>,
    /// Whether colours are wanted.
    pub style: Style,
    /// Whether what has a page is a link to it.
    pub links: bool,
    /// Whether to list every component and every place.
    pub all: bool,
}

impl Listing {
    /// Writes what the targets hold.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, inventories: &[Inventory], out: &mut dyn io::Write) -> io::Result<()> {
        for inventory in inventories {
            let page = match self.width {
                Some(width) => Page::new(width, self.style),
                None => Page::endless(self.style),
            };
            let mut page = page.with_links(self.links);
            let shown: Vec<&Component> = inventory.components.iter().filter(|component| self.all || component.counts()).collect();
            match self.view {
                View::Table => table::part(inventory, &shown, &mut page),
                View::Tree => tree::part(inventory, &shown, self.all, &mut page),
                View::Detail => detail::part(inventory, &shown, self.all, &mut page),
            }
            out.write_all(page.finish().as_bytes())?;
        }
        Ok(())
    }
}

/// `dev1 (host): 712 components`.
fn title(inventory: &Inventory, shown: &[&Component]) -> String {
    let target = &inventory.target;
    let number = u64::try_from(shown.len()).unwrap_or(u64::MAX);
    let noun = if number == 1 { "component" } else { "components" };
    format!("{} ({}): {} {noun}", visible(&target.name), target.kind.word(), count(number))
}

/// `cargo/serde`, without its version.
fn name(component: &Component) -> String {
    visible(&format!("{}/{}", component.purl.kind(), component.purl.full_name()))
}

fn version(component: &Component) -> String {
    visible(component.purl.version().unwrap_or("unknown"))
}

/// `Cargo.lock:12`.
fn place(location: &Location) -> String {
    visible(&location.line.map_or_else(|| location.path.clone(), |line| format!("{}:{line}", location.path)))
}
