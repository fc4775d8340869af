//! Writes a new file from its template; never over another.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::catalog::Catalog;
use crate::model::Date;

use super::super::super::catalog_args::NewKind;
use super::super::super::{Exit, Fatal, output};
use super::super::lint::counted;

const PRODUCT: &str = include_str!("product.toml");
const VENDOR: &str = include_str!("vendor.toml");

/// Makes the file and says what to do with it.
pub(in super::super) fn run(what: NewKind, id: &str, dir: &Path, today: Date) -> Result<Exit, Fatal> {
    let catalog = Catalog::embedded();
    let (folder, template, taken) = match what {
        NewKind::Product => ("products", PRODUCT, catalog.product(id).map(|product| product.id.as_str())),
        NewKind::Vendor => ("vendors", VENDOR, catalog.vendor(id).map(|vendor| vendor.id.as_str())),
    };
    if !crate::catalog::is_id(id) {
        let hint = "use lower-case letters, digits, `.` and `-`, beginning with a letter or digit";
        return Err(Fatal::usage(format!("`{id}` is no id")).hint(hint));
    }
    if let Some(owner) = taken {
        let hint = format!("see it with `underpin catalog show {owner}`");
        return Err(Fatal::usage(format!("the catalog has `{id}` already")).hint(hint));
    }
    let text = template.replace("{id}", id).replace("{today}", &today.to_string());
    let place = if dir == Path::new(".") { Path::new(folder).to_owned() } else { dir.join(folder) };
    let path = place.join(format!("{id}.toml"));
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Fatal::usage(format!("{} is there already and stays as it is", path.display())).hint("choose another id, or edit it")
        }
        _ => Fatal::unusable(format!("cannot write {}: {error}", path.display())),
    };
    std::fs::create_dir_all(&place).map_err(failed)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    output::to_stdout(|out| {
        writeln!(out, "{} is new, with {} to fill in, marked \"\"", path.display(), counted(blanks(&text), "blank"))?;
        writeln!(out, "next: fill them in, then  underpin catalog lint {}", path.display())
    })?;
    Ok(Exit::Done)
}

/// Blanks outside comments.
fn blanks(text: &str) -> usize {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.map(|line| line.matches("\"\"").count()).sum()
}
