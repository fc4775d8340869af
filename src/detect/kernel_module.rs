//! Reads Linux kernel modules that no package owns, such as DKMS builds them: the section `.modinfo` of `*.ko` below
//! `lib/modules`, plain or compressed (<https://docs.kernel.org/kbuild/modules.html>).
//!
//! A module of the kernel's own tree without a version of its own is a part of the kernel and no component.

use std::io::Read;

use object::{Object, ObjectSection};

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;
use crate::source::decompressed;

use super::{Claim, Detector, FileFacts, Findings, Opened};

/// Most bytes of a module, unpacked; those with debug information are the largest.
const MAX_MODULE: u64 = 256 << 20;
const ENDINGS: [&str; 4] = [".ko", ".ko.gz", ".ko.xz", ".ko.zst"];

/// Modules of the Linux kernel.
pub(super) struct KernelModule;

impl Detector for KernelModule {
    fn id(&self) -> &'static str {
        "kernel-module"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".ko"), Claim::Suffix(".gz"), Claim::Suffix(".xz"), Claim::Suffix(".zst")]
    }

    fn skips_owned_files(&self) -> bool {
        true
    }

    /// `.ko` alone is also the ending of Korean texts.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let is_module = ENDINGS.iter().any(|ending| facts.name().ends_with(ending));
        is_module && facts.path().iter().any(|folder| folder == "modules")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((reader, _)) = out.noted(file.reader()) else { return };
        let mut bytes = Vec::new();
        let unpacked = decompressed(reader).and_then(|(_, reader)| reader.take(MAX_MODULE).read_to_end(&mut bytes));
        if let Err(error) = unpacked {
            return out.problem(Code::Malformed, file, format!("cannot unpack the module: {error}"));
        }
        file.count(bytes.len() as u64);
        let Some(info) = modinfo(&bytes) else {
            return out.problem(Code::Malformed, file, "no kernel module: it has no section .modinfo");
        };
        let get =
            |key: &str| info.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str()).filter(|v| !v.is_empty());
        let version = get("version");
        if version.is_none() && get("intree") == Some("Y") {
            return;
        }
        let stem = file.facts().name().split(".ko").next().unwrap_or_default().replace('-', "_");
        let name = get("name").unwrap_or(&stem);
        let purl = Purl::new("generic", name).with_namespace("linux-kernel-module").with_version(version.unwrap_or_default());
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.license = get("license").map(str::to_owned);
        out.component(component);
    }
}

/// The pairs in `.modinfo`: `key=value`, each ended by a NUL.
fn modinfo(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let module = object::File::parse(bytes).ok()?;
    let data = module.section_by_name(".modinfo")?.data().ok()?;
    let pairs = data.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    Some(pairs.filter_map(|pair| pair.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;
    use std::io::Write;

    /// A relocatable ELF file with three sections: none, `.modinfo` and the names.
    fn module(info: &[u8]) -> Vec<u8> {
        let names = b"\0.modinfo\0.shstrtab\0";
        let (info_at, names_at) = (64, 64 + info.len());
        let table_at = names_at + names.len();
        let mut elf = b"\x7FELF\x02\x01\x01".to_vec();
        elf.resize(16, 0);
        for half in [1_u16, 62] {
            elf.extend_from_slice(&half.to_le_bytes());
        }
        elf.extend_from_slice(&1_u32.to_le_bytes());
        for long in [0, 0, table_at as u64] {
            elf.extend_from_slice(&long.to_le_bytes());
        }
        elf.extend_from_slice(&0_u32.to_le_bytes());
        for half in [64_u16, 0, 0, 64, 3, 2] {
            elf.extend_from_slice(&half.to_le_bytes());
        }
        elf.extend_from_slice(info);
        elf.extend_from_slice(names);
        for (name, kind, at, len) in [(0_u32, 0_u32, 0, 0), (1, 1, info_at, info.len()), (10, 3, names_at, names.len())] {
            elf.extend_from_slice(&name.to_le_bytes());
            elf.extend_from_slice(&kind.to_le_bytes());
            for long in [0, 0, at as u64, len as u64] {
                elf.extend_from_slice(&long.to_le_bytes());
            }
            elf.extend_from_slice(&[0; 8]);
            elf.extend_from_slice(&1_u64.to_le_bytes());
            elf.extend_from_slice(&0_u64.to_le_bytes());
        }
        elf
    }

    const ZFS: &[u8] = b"version=2.1.11-1\0license=CDDL\0description=ZFS\0name=zfs\0vermagic=6.1.0-18-amd64 SMP preempt mod_unload modversions \0";
    const PLACE: &str = "lib/modules/6.1.0-18-amd64/updates/dkms/zfs.ko";

    #[test]
    fn a_module_says_its_version_and_licence() {
        expect!["pkg:generic/linux-kernel-module/zfs@2.1.11-1 installed license=CDDL"]
            .assert_eq(&found(&KernelModule, &[(PLACE, &module(ZFS))]));
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(&module(b"license=GPL\0")).expect("a write");
        expect!["pkg:generic/linux-kernel-module/my_driver installed license=GPL"]
            .assert_eq(&found(&KernelModule, &[("lib/modules/6.1/extra/my-driver.ko.xz", &xz.finish().expect("xz"))]));
    }

    #[test]
    fn a_part_of_the_kernel_is_none_unless_it_has_a_version() {
        assert_eq!(found(&KernelModule, &[(PLACE, &module(b"intree=Y\0name=loop\0"))]), "");
        expect!["pkg:generic/linux-kernel-module/e1000@7.3.21 installed"]
            .assert_eq(&found(&KernelModule, &[(PLACE, &module(b"version=7.3.21\0intree=Y\0name=e1000\0"))]));
    }

    #[test]
    fn what_is_no_module_is_a_problem() {
        let whole = module(ZFS);
        for bytes in [&b""[..], b"hello", whole.get(..100).unwrap_or_default()] {
            expect!["! lib/modules/6.1.0-18-amd64/updates/dkms/zfs.ko: UP002: no kernel module: it has no section .modinfo"]
                .assert_eq(&found(&KernelModule, &[(PLACE, bytes)]));
        }
    }

    #[test]
    fn only_modules_are_wanted() {
        for (path, wanted) in [
            (PLACE, true),
            ("lib/modules/6.1/kernel/fs/xfs.ko.zst", true),
            ("usr/share/vim/vim90/tutor/tutor.ko", false),
            ("lib/modules/6.1/build.tar.gz", false),
        ] {
            assert_eq!(KernelModule.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
