//! Writes small ELF files for the tests of everything that reads them.

/// What an ELF file is made of. Sections are loaded at `BASE` plus their place in the file, by one writable segment.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) wide: bool,
    pub(crate) big_endian: bool,
    /// 2: program, 3: library or position-independent program, 1: object, 4: core dump.
    pub(crate) kind: u16,
    pub(crate) section_table: bool,
}

/// Where the file's first byte is loaded.
pub(crate) const BASE: u64 = 0x1000;

impl Default for Shape {
    fn default() -> Self {
        Self { wide: true, big_endian: false, kind: 3, section_table: true }
    }
}

impl Shape {
    /// `value` in `bytes` bytes.
    fn number(self, value: u64, bytes: usize) -> Vec<u8> {
        let mut number = value.to_le_bytes().get(..bytes).expect("at most eight").to_vec();
        if self.big_endian {
            number.reverse();
        }
        number
    }

    /// An address or offset.
    pub(crate) fn word(self, value: u64) -> Vec<u8> {
        self.number(value, if self.wide { 8 } else { 4 })
    }

    fn header_sizes(self) -> (u64, u64, u64) {
        if self.wide { (64, 56, 64) } else { (52, 32, 40) }
    }

    /// Where the first section's bytes begin.
    pub(crate) fn first_section(self) -> u64 {
        let (header, segment, _) = self.header_sizes();
        (header + segment).next_multiple_of(16)
    }

    /// The file with these sections, one behind the other, each at a multiple of 16.
    pub(crate) fn elf(self, sections: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = vec![0; usize::try_from(self.first_section()).expect("small")];
        let mut names = vec![0];
        let mut table = vec![0; usize::try_from(self.header_sizes().2).expect("small")];
        for (name, bytes) in sections {
            body.resize(body.len().next_multiple_of(16), 0);
            table.extend(self.section(names.len(), 1, body.len(), bytes.len()));
            body.extend_from_slice(bytes);
            names.extend(name.bytes().chain([0]));
        }
        let name = names.len();
        names.extend(b".shstrtab\0");
        table.extend(self.section(name, 3, body.len(), names.len()));
        body.extend(&names);
        let loaded = body.len();
        let place = if self.section_table { body.len() } else { 0 };
        if self.section_table {
            body.extend(table);
        }
        let head = self.head(place, sections.len() + 2, loaded);
        body.splice(..head.len(), head);
        body
    }

    fn head(self, table: usize, sections: usize, loaded: usize) -> Vec<u8> {
        let (header, segment, section) = self.header_sizes();
        let sections = if self.section_table { sections as u64 } else { 0 };
        let mut out = vec![0x7f, b'E', b'L', b'F', 1 + u8::from(self.wide), 1 + u8::from(self.big_endian), 1];
        out.resize(16, 0);
        out.extend(self.number(u64::from(self.kind), 2));
        out.extend(self.number(62, 2));
        out.extend(self.number(1, 4));
        for word in [0, header, table as u64] {
            out.extend(self.word(word));
        }
        out.extend(self.number(0, 4));
        for half in [header, segment, 1, section, sections, sections.saturating_sub(1)] {
            out.extend(self.number(half, 2));
        }
        let loaded = loaded as u64;
        out.extend(self.number(1, 4));
        if self.wide {
            out.extend(self.number(6, 4));
        }
        for word in [0, BASE, BASE, loaded, loaded] {
            out.extend(self.word(word));
        }
        if !self.wide {
            out.extend(self.number(6, 4));
        }
        out.extend(self.word(16));
        out
    }

    fn section(self, name: usize, kind: u64, start: usize, len: usize) -> Vec<u8> {
        let mut out = self.number(name as u64, 4);
        out.extend(self.number(kind, 4));
        for word in [0, 0, start as u64, len as u64] {
            out.extend(self.word(word));
        }
        out.extend(self.number(0, 8));
        out.extend(self.word(1));
        out.extend(self.word(0));
        out
    }
}
