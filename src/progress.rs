//! Counters that workers raise, and the one painter that shows them on a terminal.
//! Workers never wait for the painter: they add to atomics, and it looks ten times a second.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What a scan has done so far. Shared by every worker.
#[derive(Debug, Default)]
pub struct Counters {
    /// Folders listed.
    pub directories: AtomicU64,
    /// Regular files met, looked into or not.
    pub files: AtomicU64,
    /// Files opened.
    pub opened: AtomicU64,
    /// Bytes read from files.
    pub bytes_read: AtomicU64,
    /// Components found, before they are merged.
    pub packages: AtomicU64,
    /// Whether the work is to end: set from outside, looked at before each folder and each file.
    stop: Arc<AtomicBool>,
    /// Whether somebody looks at `place`, so that nobody else pays for it.
    watched: AtomicBool,
    place: Mutex<String>,
}

impl Counters {
    /// Counters of work that ends early once `stop` is set.
    #[must_use]
    pub fn stopped_by(stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..Self::default() }
    }

    /// Whether the work is to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// Notes the folder in hand. Costs one load unless a painter watches; never waits.
    pub fn at(&self, folder: &Path) {
        if self.watched.load(Relaxed)
            && let Ok(mut place) = self.place.try_lock()
        {
            place.clear();
            place.push_str(&folder.to_string_lossy());
        }
    }
}

/// Runs `work` while a line on standard error shows the counters; without a terminal, or when `quiet`, just runs it.
pub fn watch<T: Send>(counters: &Counters, quiet: bool, work: impl FnOnce() -> T + Send) -> T {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if quiet || bar.is_hidden() {
        return work();
    }
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
        bar.set_style(style);
    }
    counters.watched.store(true, Relaxed);
    let done = AtomicBool::new(false);
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Relaxed) {
                bar.set_message(line(counters));
                bar.tick();
                std::thread::park_timeout(Duration::from_millis(100));
            }
        });
        let _stop = StoreOnDrop(&done);
        work()
    });
    bar.finish_and_clear();
    result
}

/// Ends the painter even if the work panics.
struct StoreOnDrop<'a>(&'a AtomicBool);

impl Drop for StoreOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

fn line(counters: &Counters) -> String {
    let place = counters.place.lock().map(|place| place.clone()).unwrap_or_default();
    let (files, packages) = (counters.files.load(Relaxed), counters.packages.load(Relaxed));
    let safe: String = place.chars().map(|c| if c.is_control() || turns(c) { '?' } else { c }).collect();
    format!("{files} files   {packages} packages   {safe}")
}

/// Marks that change the order of reading (UAX 9).
fn turns(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_shows_counts_and_makes_control_characters_harmless() {
        let counters = Counters::default();
        counters.watched.store(true, Relaxed);
        counters.files.store(7, Relaxed);
        counters.at(Path::new("/srv/\u{1b}[31mred\u{202e}"));
        assert_eq!(line(&counters), "7 files   0 packages   /srv/?[31mred?");
    }

    #[test]
    fn an_unwatched_counter_keeps_no_place() {
        let counters = Counters::default();
        counters.at(Path::new("/srv"));
        assert_eq!(line(&counters), "0 files   0 packages   ");
    }
}
