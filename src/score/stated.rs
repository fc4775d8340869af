//! What vendors' own words on hours and response times say for certain. A text that names several plans, options or exceptions
//! says nothing for certain, and whoever needs to know has to ask.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::SupportHours;

/// A response time as stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Response {
    /// Until somebody answers at the highest severity.
    pub(super) minutes: u32,
    /// Whether only hours of business count.
    pub(super) business: bool,
}

static ALWAYS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^(?:24x7(?:x365)?|24/7|around the clock)(?: with sla)?$"));
static WEEKDAYS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^24x5$"));
static BUSINESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^(?:business (?:hours|days)|mon-fri|(?:8|9|10|11|12)x5|\d{1,2}-\d{1,2} mon-fri)\b"));
/// Words by which a text says more than one thing.
static SEVERAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"24|extended|exception|option|up to|premium|standard|gold|platinum|enterprise|daily|weekend"));
static RESPONSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:(?:severity|sev|p)[- ]?1:? |critical: )?(\d{1,4}(?:\.5)?) (business )?(min|minutes|h|hour|hours)",
        r"(?: initial response| for the most critical issues)?$"
    ))
});
/// What follows a first part and speaks of lesser severities only.
static LESSER: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^(?:severity|sev|p)[- ]?[2-5]\b"));

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The text in lower case without what stands in parentheses, if that names no plan.
fn plain(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let neutral = |note: &str| note.split([',', ' ']).all(|word| matches!(word, "" | "worldwide" | "remote"));
    match lower.split_once('(').and_then(|(head, rest)| Some((head, rest.strip_suffix(')')?))) {
        Some((head, note)) if neutral(note) => head.trim().to_owned(),
        _ => lower,
    }
}

/// When support answers.
pub(super) fn hours(text: &str) -> Option<SupportHours> {
    let text = plain(text);
    if fits(&ALWAYS, &text) {
        Some(SupportHours::Always)
    } else if fits(&WEEKDAYS, &text) {
        Some(SupportHours::Weekdays)
    } else if fits(&BUSINESS, &text) && !fits(&SEVERAL, &text) {
        Some(SupportHours::Business)
    } else {
        None
    }
}

/// How soon somebody answers at the highest severity.
pub(super) fn response(text: &str) -> Option<Response> {
    let text = text.trim().to_lowercase();
    let mut parts = text.split("; ");
    let first = parts.next()?;
    if !parts.all(|part| fits(&LESSER, part)) {
        return None;
    }
    let found = RESPONSE.as_ref()?.captures(first)?;
    let number: f64 = found.get(1)?.as_str().parse().ok()?;
    let minutes = if found.get(3)?.as_str().starts_with('m') { number } else { number * 60.0 };
    // At most four digits of hours, and halves of them.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 599,970")]
    Some(Response { minutes: minutes.round() as u32, business: found.get(2).is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_where_a_text_says_one_thing() {
        for (text, expected) in [
            ("24x7", Some(SupportHours::Always)),
            ("24x7x365", Some(SupportHours::Always)),
            ("24x7 with SLA", Some(SupportHours::Always)),
            ("Around the clock (worldwide, remote)", Some(SupportHours::Always)),
            ("24x5", Some(SupportHours::Weekdays)),
            ("Business hours 09:00-18:00 CET", Some(SupportHours::Business)),
            ("Business days", Some(SupportHours::Business)),
            ("Mon-Fri 9:30-16:00 CET, e-mail and phone", Some(SupportHours::Business)),
            ("9x5", Some(SupportHours::Business)),
        ] {
            assert_eq!(hours(text), expected, "{text}");
        }
    }

    #[test]
    fn hours_of_several_plans_or_for_some_cases_have_to_be_asked_for() {
        for text in [
            "24x7 (weekday option at half price)",
            "24x7 (Ubuntu Pro 24/7 included)",
            "24x7 (Platinum, Gold); business hours (Silver)",
            "24x5 (Essential); 24x7 (Advanced, Premium)",
            "24x7 for severity 1 and 2",
            "24x7 monitoring",
            "24x7 options",
            "24x7 with Priority",
            "12x5 Standard; 24x7 Priority",
            "Business hours 09:00-17:00 US Central; 24x7 call-back on complete outage with Platinum",
            "9-18 Mon-Fri local time, exceptions per severity table",
            "9-17 CET or PT; extended hours 24x7x365",
            "Several levels up to 24x7",
            "Local opening hours",
            "E-mail and chat",
            "",
        ] {
            assert_eq!(hours(text), None, "{text}");
        }
    }

    #[test]
    fn a_response_is_that_of_the_highest_severity() {
        let read = |text| response(text).map(|found| (found.minutes, found.business));
        for (text, expected) in [
            ("Severity 1: 2 hours; severity 2: 4 hours", Some((120, false))),
            ("Severity 1: 2 business hours; severity 2: 4 business hours", Some((120, true))),
            ("Sev-1 15 min", Some((15, false))),
            ("Sev-1 1 hour; Sev-2 4 business hours; Sev-3 1 business day", Some((60, false))),
            ("4 hours", Some((240, false))),
            ("1 hour for the most critical issues", Some((60, false))),
            ("Sev-1: 15 min Premium, 30 min Production, none for Basic", None),
            ("Priority: sev1 1 h, sev2 2 h; Standard: sev1 2 business hours, sev2 4 business hours", None),
            ("Sev-1 next business day", None),
            ("Critical and high CVEs within 72 hours", None),
            ("Best effort 4 hours on the chat channel; no guaranteed resolution", None),
            ("30 min initial response; Sev-1 resolution goal 12 h (standard) or 4 h (enterprise)", None),
            ("Sev1: 1 business hour / 30 min / 15 min", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
