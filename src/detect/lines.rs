//! From a byte offset in a text to the line that a reader looks up.

/// Where the lines of a text start.
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// The lines of `text`, ended by line feeds.
    pub(super) fn of(text: &str) -> Self {
        Self { starts: std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect() }
    }

    /// The line, counted from 1, that holds the byte at `offset`.
    pub(super) fn at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_feed_belongs_to_the_line_that_it_ends() {
        let lines = Lines::of("ab\n\nc");
        assert_eq!([0, 2, 3, 4, 99].map(|offset| lines.at(offset)), [1, 1, 2, 3, 3]);
    }
}
