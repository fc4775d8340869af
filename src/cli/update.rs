//! `underpin catalog update` and `underpin catalog pack`.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::model::Date;
use crate::update::{self, Brought, Options, Origin, Packed, Store};

use super::catalog_args::UpdateArgs;
use super::{Exit, Fatal, output, plan};

/// How much of a long list is shown without `--verbose`.
const SHOWN: usize = 12;

/// Brings the catalog up to date from each origin in turn. One that fails does not keep the others from it.
pub(super) fn run(args: &UpdateArgs, today: Date) -> Result<Exit, Fatal> {
    let store = plan::store();
    if args.reset {
        return reset(&store);
    }
    let origins = origins(args, &store)?;
    if args.sha256.is_some() && origins.len() != 1 {
        return Err(Fatal::usage("--sha256 is the digest of one document").hint("update from one address or file at a time"));
    }
    let options = Options {
        today,
        time: Duration::from_secs(args.timeout),
        sha256: args.sha256.clone(),
        allow_older: args.allow_older,
        dry_run: args.dry_run,
    };
    let mut failed = Vec::new();
    for origin in &origins {
        match update::update(origin, &store, &options) {
            Ok(brought) => output::to_stdout(|out| tell(origin, brought.as_ref(), args, out))?,
            Err(error) => failed.push(error.to_string()),
        }
    }
    if failed.is_empty() {
        return Ok(Exit::Done);
    }
    Err(Fatal::unusable(failed.join("\nerror: ")).hint("the catalog in use is unchanged by what failed"))
}

fn origins(args: &UpdateArgs, store: &Store) -> Result<Vec<Origin>, Fatal> {
    if !args.origins.is_empty() {
        return Ok(args.origins.iter().map(|typed| Origin::of(typed)).collect());
    }
    let known: Vec<Origin> = store.held().sources.into_iter().map(|source| Origin::Address(source.address)).collect();
    if known.is_empty() {
        return Err(Fatal::usage("nothing to update from: no address was given before")
            .hint("give one: underpin catalog update endoflife, or the address of a publisher's manifest.json"));
    }
    Ok(known)
}

fn reset(store: &Store) -> Result<Exit, Fatal> {
    let gone = store.reset().map_err(|error| Fatal::unusable(error.to_string()))?;
    output::to_stdout(|out| match gone {
        Some(path) => writeln!(out, "{} is removed; the built-in catalog is used", path.display()),
        None => writeln!(out, "there was no update; the built-in catalog is used"),
    })?;
    Ok(Exit::Done)
}

fn tell(origin: &Origin, brought: Option<&Brought>, args: &UpdateArgs, out: &mut dyn Write) -> io::Result<()> {
    let Some(Brought { what, changes, path, problems }) = brought else {
        return writeln!(out, "{origin}: nothing new");
    };
    writeln!(out, "{origin}: {what}")?;
    if changes.is_empty() {
        writeln!(out, "  no product, cycle, vendor or offer changed")?;
    }
    changes.write(out, if args.noise.verbose { usize::MAX } else { SHOWN })?;
    problems.iter().try_for_each(|problem| writeln!(out, "  kept as it was: {problem}"))?;
    match path {
        Some(path) => writeln!(out, "  kept in {}", path.display()),
        None => writeln!(out, "  dry run: nothing was written"),
    }
}

/// Packs a folder into an archive and its manifest.
pub(super) fn pack(folder: &Path, into: &Path) -> Result<Exit, Fatal> {
    let Packed { name, archive, manifest } = match update::pack(folder) {
        Ok(packed) => packed,
        Err(faults) => {
            output::to_stdout(|out| faults.iter().try_for_each(|fault| writeln!(out, "{fault}")))?;
            return Ok(Exit::Catalog);
        }
    };
    // The archive first: a manifest never names what is not there.
    output::to_public_file(&into.join(&name), |out| out.write_all(&archive))?;
    output::to_public_file(&into.join("manifest.json"), |out| out.write_all(manifest.as_bytes()))?;
    output::to_stdout(|out| writeln!(out, "{}\n{}", into.join(&name).display(), into.join("manifest.json").display()))?;
    Ok(Exit::Done)
}
