//! `products/<id>.toml` as written.

use toml::Spanned;

use super::shape::{raw, words};
use super::{Number, Tables, Text};
use crate::catalog::words::{CycleFrom, FileClass, OpenSource};
use crate::model::{Kind, Role};

raw! {
    /// A product and how it is recognised: `products/<id>.toml`.
    RawProduct {
        /// Version of the format: 1.
        schema: Option<Number> = required,
        /// Name for people.
        name: Option<Text> = required,
        /// What it is; decides the defaults of the score.
        kind: Option<Text> = required words(words!(Kind)),
        /// Whether it is open source; `open-core` if the same id also covers editions that are not.
        open_source: Option<Text> = required words(words!(OpenSource)),
        /// SPDX expression of the current version.
        license: Option<Text>,
        /// Its own site.
        homepage: Option<Text> = url,
        /// The page that states how long versions are supported.
        policy: Option<Text> = url,
        /// Pages that the file rests on; at least one.
        sources: Vec<Text> = required url,
        /// Other names, for look-up; never ids.
        aliases: Vec<Text>,
        /// Links under which its authors can be paid.
        funding: Vec<Text> = url,
        /// Ids of the vendors whose own people make it.
        made_by: Vec<Text> = id,
        /// How the cycle of a version is named that no life cycle lists.
        cycle_from: Option<Text> = words(words!(CycleFrom)),
        /// In a folder of your own: why this file takes the place of the catalog's; every report says so.
        replaces: Option<Text>,
        /// How package managers call it.
        package: Tables<RawPackage>,
        /// Bytes that tell what an executable, a library or a script is where no package owns it.
        binary: Tables<RawBinary>,
        /// Files that show that it is set up although it is not running.
        config: Tables<RawConfig>,
        /// What its process is called, where that is not the package's name.
        process: Tables<RawProcess>,
        /// Cases that prove the rules above, and look-alikes that must not match.
        example: Tables<RawExample>,
    }
    /// Package names of the product in one role.
    RawPackage {
        /// Types of package URL: `deb`, `rpm`, `npm`, `docker` and so on.
        r#type: Vec<Text> = required,
        /// Names, exact or with `*` and `[0-9]`; `namespace/name` where the namespace is part of the identity.
        name: Vec<Text> = required,
        /// What having the package means.
        role: Option<Text> = required words(words!(Role)),
        /// Only these versions: `>=1, <2`.
        versions: Option<Text>,
        /// Only packages of these distributions.
        distros: Vec<Text>,
        /// Why, in words for the reader of the file.
        rule: Option<Text>,
    }
    /// Bytes that give away an executable, a library or a script.
    RawBinary {
        /// The part that the file plays.
        role: Option<Text> = required words(words!(Role)),
        /// Base names that it can have, exact or with `*` and `[0-9]`.
        files: Vec<Text>,
        /// What sort of file is searched; `elf` if absent.
        r#in: Option<Text> = words(words!(FileClass)),
        /// Literal text of at least 6 bytes that must occur; `\xNN` for a byte.
        anchor: Option<Text> = required,
        /// Regular expression with one group, the version; matched from 256 bytes before the anchor to 512 after it.
        version: Option<Text>,
        /// Further literals that must occur somewhere in the file.
        require: Vec<Text>,
        /// A file beside it that holds the version.
        neighbour: Option<Spanned<RawNeighbour>>,
        /// Regular expression with one group over the base name.
        file_version: Option<Text>,
    }
    /// A file beside a binary that holds its version.
    RawNeighbour {
        /// Path relative to the binary's folder.
        file: Option<Text> = required,
        /// Regular expression with one group over that file's text.
        version: Option<Text> = required,
    }
    /// A file whose presence shows that a server is set up.
    RawConfig {
        /// The part that is set up.
        role: Option<Text> = required words(words!(Role)),
        /// Path below the root of a system, without a leading slash; `*` stays between slashes.
        path: Option<Text> = required,
        /// Regular expression with one group over the path.
        version: Option<Text>,
    }
    /// Names of a live process.
    RawProcess {
        /// Base names of the executable or script.
        name: Vec<Text> = required,
        /// The part that the process plays.
        role: Option<Text> = required words(words!(Role)),
    }
    /// A case: one of `purl`, `file`, `path` and `process`, and what it must give.
    RawExample {
        /// A package URL.
        purl: Option<Text>,
        /// Base name of an executable or script; `text` or `hex` says what it holds.
        file: Option<Text>,
        /// What the file holds, with the escapes of an anchor: `\x00` for a byte.
        text: Option<Text>,
        /// What the file holds, as pairs of hexadecimal digits.
        hex: Option<Text>,
        /// What sort of file it is; `elf` if absent.
        r#in: Option<Text> = words(vec!["elf", "script"]),
        /// Path of a configuration below the root of a system.
        path: Option<Text>,
        /// Base name of a live process.
        process: Option<Text>,
        /// The role that it must give, or `none`.
        expect: Option<Text> = required words(expectations()),
        /// The version that must be read from it.
        version: Option<Text>,
        /// The release cycle that the version must belong to.
        cycle: Option<Text>,
    }
}

fn expectations() -> Vec<&'static str> {
    Role::ALL.iter().map(|role| role.word()).chain(["none"]).collect()
}
