//! Reads the release of a Linux kernel from its image that no package owns: from the header of a bzImage
//! (<https://docs.kernel.org/arch/x86/boot.html>, field `kernel_version`), else from the banner in the kernel itself, which
//! may be compressed whole (arm64 and others) or inside an EFI image that unpacks itself (`zboot`).
//!
//! Says nothing of the modules that belong to it, and not which of several kernels runs.

use std::io::{Read, Seek, SeekFrom};

use crate::model::{Component, Evidence, Location, ProductHint, Purl, Role};
use crate::problem::Code;
use crate::source::{ReadSeek, decompressed};

use super::{Claim, Detector, FileFacts, Findings, Opened};

/// The setup code of a bzImage is at most 64 sectors long, and the version text lies in it.
const SETUP: u64 = 64 * 512;
/// Most bytes of an uncompressed kernel that are searched.
const MAX_KERNEL: u64 = 256 << 20;
const BANNER: &[u8] = b"Linux version ";
/// Longest release: the kernel keeps 65 bytes for it.
const MAX_RELEASE: usize = 65;

/// Images of kernels.
pub(super) struct KernelImage;

impl Detector for KernelImage {
    fn id(&self) -> &'static str {
        "kernel-image"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::In("boot"), Claim::Name("vmlinuz"), Claim::Name("bzImage")]
    }

    fn skips_owned_files(&self) -> bool {
        true
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let name = facts.name();
        ["vmlinuz", "bzImage", "kernel-", "vmlinux-"].iter().any(|start| name.starts_with(start))
            && facts.path().extension().is_none_or(|ending| ending != "hmac")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((reader, len)) = out.noted(file.reader()) else { return };
        match release(reader, len) {
            Ok(Some(release)) => {
                let purl = Purl::new("generic", "linux-kernel").with_version(&release);
                let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
                component.product = Some(ProductHint { product: "linux-kernel".to_owned(), role: Role::Os });
                out.component(component);
            }
            Ok(None) => out.problem(Code::Malformed, file, "no Linux kernel: neither a boot header nor a banner tells a release"),
            Err(error) => out.problem(Code::Malformed, file, format!("cannot read the kernel: {error}")),
        }
    }
}

/// The release of the kernel in an image.
fn release(mut image: Box<dyn ReadSeek + Send>, len: u64) -> std::io::Result<Option<String>> {
    let mut start = Vec::new();
    image.by_ref().take(SETUP).read_to_end(&mut start)?;
    if let Some(release) = stated(&start) {
        return Ok(Some(release));
    }
    let (from, size) = payload(&start).unwrap_or((0, len));
    image.seek(SeekFrom::Start(from))?;
    let (_, kernel) = decompressed(image.take(size))?;
    banner(kernel.take(MAX_KERNEL))
}

/// The text that the boot header points at: `HdrS` stands at 0x202, the pointer, from the second sector on, at 0x20E.
fn stated(start: &[u8]) -> Option<String> {
    start.get(0x202..)?.strip_prefix(b"HdrS")?;
    let pointer: [u8; 2] = start.get(0x20E..0x210)?.try_into().ok()?;
    match usize::from(u16::from_le_bytes(pointer)) {
        0 => None,
        at => word(start.get(at + 0x200..)?),
    }
}

/// Where the compressed kernel lies in an EFI image that unpacks itself: `zimg` at 4, then offset and size.
fn payload(start: &[u8]) -> Option<(u64, u64)> {
    start.get(4..)?.strip_prefix(b"zimg")?;
    let number = |at: usize| Some(u64::from(u32::from_le_bytes(start.get(at..at + 4)?.try_into().ok()?)));
    Some((number(8)?, number(12)?))
}

/// The release behind `Linux version ` somewhere in a kernel. What cannot be unpacked to its end is searched so far.
fn banner(mut kernel: impl Read) -> std::io::Result<Option<String>> {
    let mut held = Vec::with_capacity(128 << 10);
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = kernel.read(&mut chunk)?;
        held.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let found = memchr::memmem::find_iter(&held, BANNER).find_map(|at| word(held.get(at + BANNER.len()..)?));
        if found.is_some() || read == 0 {
            return Ok(found);
        }
        // The banner may lie across two reads.
        held.drain(..held.len().saturating_sub(BANNER.len() + MAX_RELEASE + 1));
    }
}

/// The first word, if it is a release and ends within the bytes.
fn word(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().take(MAX_RELEASE + 1).position(|byte| matches!(byte, b' ' | 0 | b'\n'))?;
    let word = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let plain =
        word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.') && word.chars().all(|c| c.is_ascii_graphic());
    plain.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;
    use std::io::Write;

    const TEXT: &[u8] = b"6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)\0";

    fn bzimage(pointer: u16) -> Vec<u8> {
        let mut image = vec![0; 0x4000];
        image[0x202..0x206].copy_from_slice(b"HdrS");
        image[0x20E..0x210].copy_from_slice(&pointer.to_le_bytes());
        image[0x3000..0x3000 + TEXT.len()].copy_from_slice(TEXT);
        image
    }

    fn kernel() -> Vec<u8> {
        let mut kernel = vec![7; 200_000];
        kernel.extend_from_slice(b"Linux version %s\0Linux version 6.6.1-arm64 (me@host) (gcc) #1 SMP\n");
        kernel
    }

    fn check(bytes: &[u8], expected: &expect_test::Expect) {
        expected.assert_eq(&found(&KernelImage, &[("boot/vmlinuz-x", bytes)]));
    }

    #[test]
    fn the_boot_header_points_at_the_release() {
        check(&bzimage(0x2E00), &expect!["pkg:generic/linux-kernel@6.1.0-18-amd64 installed"]);
    }

    #[test]
    fn the_banner_is_found_in_plain_compressed_and_packed_kernels() {
        let expected = expect!["pkg:generic/linux-kernel@6.6.1-arm64 installed"];
        check(&kernel(), &expected);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&kernel()).expect("a write");
        let gz = gz.finish().expect("gzip");
        check(&gz, &expected);
        let mut zboot = b"MZ\0\0zimg".to_vec();
        zboot.extend_from_slice(&64_u32.to_le_bytes());
        zboot.extend_from_slice(&u32::try_from(gz.len()).expect("small").to_le_bytes());
        zboot.resize(64, 0);
        zboot.extend_from_slice(&gz);
        check(&zboot, &expected);
    }

    #[test]
    fn what_is_no_kernel_is_a_problem() {
        let expected = expect!["! boot/vmlinuz-x: UP002: no Linux kernel: neither a boot header nor a banner tells a release"];
        for bytes in [&b""[..], b"hello", &bzimage(0)[..0x2000], &bzimage(0xFFFF), b"Linux version 6.1.0"] {
            check(bytes, &expected);
        }
    }

    #[test]
    fn only_images_of_kernels_are_wanted() {
        for (path, wanted) in [
            ("boot/vmlinuz-6.1.0-18-amd64", true),
            ("lib/modules/6.5.6/vmlinuz", true),
            ("boot/config-6.1.0", false),
            ("boot/initrd.img-6.1.0", false),
            ("boot/.vmlinuz-6.1.0.hmac", false),
        ] {
            assert_eq!(KernelImage.wants(&FileFacts::new(std::path::Path::new(path))), wanted, "{path}");
        }
    }
}
