//! `[[binary]]` and `[[config]]` tables: what recognises software that no package manager knows.

use toml::Spanned;

use super::super::faults::{Faults, Place};
use super::super::pattern::literal_bytes;
use super::super::raw::{RawBinary, RawConfig, RawNeighbour, Text};
use super::super::types::{BinarySignature, ConfigSignature, Neighbour};
use super::super::words::FileClass;
use crate::problem::Code;

/// A shorter anchor would be met by chance.
const SHORTEST_ANCHOR: usize = 6;
/// A shorter anchor that is looked for in files of any name would be met in libraries' and tools' own texts.
const SHORTEST_NAMELESS: usize = 16;
/// What compilers, linkers, loaders and option parsers put into most programs, and how most scripts begin.
const COMMON: &[&str] = &[
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-musl-x86_64.so.1",
    "__libc_start_main@GLIBC_2.34",
    "GLIBC_2.2.5",
    "GLIBC_2.17",
    "libc.so.6",
    "libpthread.so.0",
    "libstdc++.so.6",
    "GCC: (Debian 12.2.0-14+deb12u1) 12.2.0",
    "GCC: (GNU) ",
    ".note.gnu.build-id",
    ".gnu_debuglink",
    ".shstrtab",
    "Usage: %s [OPTION]... [FILE]...",
    "Copyright (C) ",
    "All rights reserved.",
    "--version",
    "version %s",
    "#!/usr/bin/env ",
    "#!/bin/sh",
    "#!/bin/bash",
];
/// Every literal is part of one automaton.
const LONGEST_LITERAL: usize = 256;
/// More literals of one signature are not looked for.
const MOST_REQUIRED: usize = 63;

pub(super) fn binary(table: &Spanned<RawBinary>, faults: &mut Faults<'_>) -> Option<BinarySignature> {
    let raw = table.get_ref();
    let role = faults.required(raw.role.as_ref(), "role", Place::of(table)).and_then(|role| faults.word(role));
    let anchor = faults.required(raw.anchor.as_ref(), "anchor", Place::of(table)).and_then(|text| anchor(text, faults));
    let version = raw.version.as_ref().and_then(|text| faults.version_expression(text));
    let file_version = raw.file_version.as_ref().and_then(|text| faults.version_expression(text));
    let neighbour = raw.neighbour.as_ref().and_then(|table| neighbour(table, faults));
    if raw.version.is_none() && raw.file_version.is_none() && raw.neighbour.is_none() {
        let text = "no version can be found; add `version`, `file-version` or `neighbour`";
        faults.at(Code::MissingKey, table.span(), text);
    }
    if let (Some(bytes), Some(text)) = (&anchor, &raw.anchor)
        && raw.files.is_empty()
        && bytes.len() < SHORTEST_NAMELESS
    {
        let says = format!(
            "anchor of {} bytes is looked for in files of any name; name them in `files`, or give at least {SHORTEST_NAMELESS} bytes",
            bytes.len()
        );
        faults.at(Code::TooBroad, text.span(), says);
    }
    if let Some(beyond) = raw.require.get(MOST_REQUIRED) {
        faults.at(Code::TooBroad, beyond.span(), format!("at most {MOST_REQUIRED} literals are required; take the others out"));
    }
    for file in raw.files.iter().filter(|file| file.get_ref().contains('/')) {
        faults.at(Code::BadPattern, file.span(), format!("`{}` is a path; write base names only", file.get_ref()));
    }
    Some(BinarySignature {
        files: raw.files.iter().filter_map(|file| faults.pattern(file)).collect(),
        class: faults.maybe_word(raw.r#in.as_ref()).unwrap_or(FileClass::Elf),
        version,
        require: raw.require.iter().filter_map(|text| literal(text, faults)).collect(),
        neighbour,
        file_version,
        role: role?,
        anchor: anchor?,
    })
}

fn anchor(text: &Text, faults: &mut Faults<'_>) -> Option<Vec<u8>> {
    let bytes = literal(text, faults)?;
    if bytes.len() < SHORTEST_ANCHOR {
        let says = format!("anchor has {} bytes; at least {SHORTEST_ANCHOR} are needed, or it is met by chance", bytes.len());
        faults.at(Code::TooBroad, text.span(), says);
    } else if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        faults.at(Code::TooBroad, text.span(), "anchor is blank; every file would match");
    } else if COMMON.iter().any(|common| occurs(common.as_bytes(), &bytes)) {
        let says = "anchor stands in most programs; take a text that only this one has";
        faults.at(Code::TooBroad, text.span(), says);
    } else {
        return Some(bytes);
    }
    None
}

/// Whether `part` occurs in `whole`.
fn occurs(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

fn literal(text: &Text, faults: &mut Faults<'_>) -> Option<Vec<u8>> {
    match literal_bytes(text.get_ref()) {
        Ok(bytes) if bytes.len() > LONGEST_LITERAL => {
            let says = format!("the literal has {} bytes; {LONGEST_LITERAL} are enough for any", bytes.len());
            faults.at(Code::TooBroad, text.span(), says);
        }
        Ok(bytes) => return Some(bytes),
        Err(why) => faults.at(Code::BadPattern, text.span(), why),
    }
    None
}

fn neighbour(table: &Spanned<RawNeighbour>, faults: &mut Faults<'_>) -> Option<Neighbour> {
    let raw = table.get_ref();
    let file = faults.required(raw.file.as_ref(), "file", Place::of(table))?;
    let version = faults.required(raw.version.as_ref(), "version", Place::of(table))?;
    let path = file.get_ref().trim_start_matches("../");
    let climbs = (file.get_ref().len() - path.len()) / "../".len();
    if climbs > 3 || path.is_empty() || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        let says =
            format!("`{}` is no file beside the binary; write a relative path with at most three leading ../", file.get_ref());
        faults.at(Code::BadPattern, file.span(), says);
        return None;
    }
    Some(Neighbour { file: file.get_ref().clone(), version: faults.version_expression(version)? })
}

pub(super) fn config(table: &Spanned<RawConfig>, faults: &mut Faults<'_>) -> Option<ConfigSignature> {
    let raw = table.get_ref();
    let role = faults.required(raw.role.as_ref(), "role", Place::of(table)).and_then(|role| faults.word(role));
    let path = faults.required(raw.path.as_ref(), "path", Place::of(table));
    let version = raw.version.as_ref().and_then(|text| faults.version_expression(text));
    let path = path?;
    if path.get_ref().split('/').any(|part| matches!(part, "" | "." | "..")) {
        let says = format!("`{}` must be a plain path below the root, without a leading slash", path.get_ref());
        faults.at(Code::BadPattern, path.span(), says);
        return None;
    }
    Some(ConfigSignature { path: faults.pattern(path)?, version, role: role? })
}
