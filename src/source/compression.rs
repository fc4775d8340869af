//! Compressed streams, told apart by their first bytes: gzip (RFC 1952), xz and lzma (liblzma), Zstandard (RFC 8878),
//! bzip2 and LZ4 frames. Bounds the memory that a stream can ask for; bounding its output is the caller's work.

use std::io::{self, BufRead, BufReader, Read};

/// Most memory that one decoder may use, in bytes.
const MEMORY: u64 = 256 << 20;

/// Largest window of a Zstandard stream, as a power of two: 128 MiB, what `zstd -d` itself accepts.
const ZSTD_WINDOW_LOG: u32 = 27;

/// How a stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all, or in a way that nobody here knows.
    None,
    /// RFC 1952, one or several members.
    Gzip,
    /// The .xz container.
    Xz,
    /// The older .lzma container.
    Lzma,
    /// RFC 8878.
    Zstd,
    /// bzip2.
    Bzip2,
    /// LZ4 frames.
    Lz4,
}

impl Compression {
    /// What the first bytes say; six are enough.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        match start {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0x04, 0x22, 0x4D, 0x18, ..] => Self::Lz4,
            // .lzma has no magic: the default properties and a dictionary that is a multiple of 64 KiB.
            [0x5D, 0, 0, ..] => Self::Lzma,
            _ => Self::None,
        }
    }
}

/// `reader` without the compression that its first bytes tell of, and which that is. One layer only.
///
/// # Errors
/// If the start cannot be read, or a decoder cannot be made.
pub fn decompressed<'r>(reader: impl Read + Send + 'r) -> io::Result<(Compression, Box<dyn Read + Send + 'r>)> {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let found = Compression::of(reader.fill_buf()?);
    let reader: Box<dyn Read + Send + 'r> = match found {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
        Compression::Xz | Compression::Lzma => {
            let stream = liblzma::stream::Stream::new_auto_decoder(MEMORY, liblzma::stream::CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(reader, stream))
        }
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(reader)),
        Compression::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(reader)),
    };
    Ok((found, reader))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> (Compression, io::Result<Vec<u8>>) {
        let (found, mut reader) = decompressed(bytes).expect("a decoder");
        let mut out = Vec::new();
        (found, reader.read_to_end(&mut out).map(|_| out))
    }

    #[test]
    fn each_compression_is_told_by_its_bytes_and_undone() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(b"text").expect("a write");
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(b"text").expect("a write");
        let options = liblzma::stream::LzmaOptions::new_preset(1).expect("options");
        let lzma = liblzma::stream::Stream::new_lzma_encoder(&options).expect("an encoder");
        let mut lzma = liblzma::write::XzEncoder::new_stream(Vec::new(), lzma);
        lzma.write_all(b"text").expect("a write");
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(b"text").expect("a write");
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(b"text").expect("a write");
        for (expected, bytes) in [
            (Compression::Gzip, gz.finish().expect("gzip")),
            (Compression::Xz, xz.finish().expect("xz")),
            (Compression::Lzma, lzma.finish().expect("lzma")),
            (Compression::Bzip2, bz.finish().expect("bzip2")),
            (Compression::Lz4, lz4.finish().expect("lz4")),
            (Compression::Zstd, zstd::stream::encode_all(&b"text"[..], 1).expect("zstd")),
            (Compression::None, b"text".to_vec()),
        ] {
            let (found, text) = read(&bytes);
            assert_eq!(found, expected);
            assert_eq!(text.expect("readable"), b"text", "{expected:?}");
        }
    }

    #[test]
    fn a_stream_that_ends_early_is_an_error_and_no_short_text() {
        let whole = zstd::stream::encode_all(vec![7; 100_000].as_slice(), 1).expect("zstd");
        assert!(read(whole.get(..whole.len() / 2).expect("a half")).1.is_err());
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&vec![7; 100_000]).expect("a write");
        let whole = gz.finish().expect("gzip");
        assert!(read(whole.get(..whole.len() / 2).expect("a half")).1.is_err());
    }

    #[test]
    fn two_members_are_one_stream() {
        let member = |text: &[u8]| {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(text).expect("a write");
            gz.finish().expect("gzip")
        };
        assert_eq!(read(&[member(b"one"), member(b"two")].concat()).1.expect("readable"), b"onetwo");
    }
}
