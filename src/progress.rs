//! Counters that workers raise, how long each stage took, and the one painter that shows the counters on a terminal.
//! Workers never wait for the painter: they add to atomics, and it looks ten times a second.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

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
    /// How long each stage took.
    pub stages: Stages,
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

/// A part of the way from the target to the page, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Listing folders.
    Walk,
    /// Reading files.
    Detect,
    /// Merging what was found.
    Assemble,
    /// Tying components to products of the catalog.
    Match,
    /// Tying vulnerabilities to what was found.
    Vulnerabilities,
    /// Making verdicts.
    Score,
    /// Putting the report together.
    Report,
    /// Writing it.
    Render,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Detect => "detect",
            Self::Assemble => "assemble",
            Self::Match => "match",
            Self::Vulnerabilities => "vulnerabilities",
            Self::Score => "score",
            Self::Report => "report",
            Self::Render => "render",
        }
    }
}

/// How long each stage took, with what it dealt with. No result depends on it.
#[derive(Debug, Default)]
pub struct Stages(Mutex<BTreeMap<Stage, (Duration, u64, &'static str)>>);

impl Stages {
    /// Does `work` and adds its time to the stage; `count` says how many of what came out.
    pub fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T, count: impl FnOnce(&T) -> (usize, &'static str)) -> T {
        let start = Instant::now();
        let result = work();
        let (number, what) = count(&result);
        self.add(stage, start.elapsed(), number as u64, what);
        result
    }

    fn add(&self, stage: Stage, time: Duration, number: u64, what: &'static str) {
        if let Ok(mut stages) = self.0.lock() {
            let entry = stages.entry(stage).or_insert((Duration::ZERO, 0, what));
            *entry = (entry.0 + time, entry.1 + number, what);
        }
    }

    /// Adds what another one holds.
    pub fn absorb(&self, other: &Self) {
        let taken = other.0.lock().map(|stages| stages.clone()).unwrap_or_default();
        for (stage, (time, number, what)) in taken {
            self.add(stage, time, number, what);
        }
    }

    /// A line a stage: its name, milliseconds, and how many of what.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let stages = self.0.lock().map(|stages| stages.clone()).unwrap_or_default();
        let line = |(stage, (time, number, what)): (Stage, (Duration, u64, &str))| {
            format!("{:<15} {:>9.1} ms  {number:>9} {what}", stage.word(), time.as_secs_f64() * 1_000.0)
        };
        stages.into_iter().map(line).collect()
    }
}

/// A run that is over sooner shows no line: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(300);

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
            let start = Instant::now();
            while !done.load(Relaxed) && start.elapsed() < PATIENCE {
                std::thread::park_timeout(Duration::from_millis(10));
            }
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
    fn times_of_a_stage_add_up_and_the_stages_keep_their_order() {
        let (all, one) = (Stages::default(), Stages::default());
        assert_eq!(all.time(Stage::Score, || 5, |cases| (*cases, "cases")), 5);
        for _ in 0..2 {
            one.time(Stage::Walk, || (), |()| (3, "files"));
        }
        all.absorb(&one);
        let lines: Vec<String> = all.lines().iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(
            matches!(lines.as_slice(), [walk, score]
            if walk.starts_with("walk ") && walk.ends_with(" ms 6 files") && score.ends_with(" ms 5 cases")),
            "{lines:?}"
        );
    }

    #[test]
    fn an_unwatched_counter_keeps_no_place() {
        let counters = Counters::default();
        counters.at(Path::new("/srv"));
        assert_eq!(line(&counters), "0 files   0 packages   ");
    }
}
