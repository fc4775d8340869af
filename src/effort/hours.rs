//! Durations and days as trackers write them. What can be read in two ways is refused with the reason.

use crate::model::Date;

/// The longest that one entry may be, in hours: more is a slip of the unit.
const LONGEST: f64 = 10_000.0;

/// Which of day and month comes first in `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// Seconds of `text`; a number without a unit counts `unit` seconds, or is refused if `unit` is `None`.
///
/// Reads `1:30:00`, `1:30` (hours and minutes), `47:06 min`, `1.5h`, `1,5 h`, `90m`, and `1d 2h 30m` with a day of eight hours and a week of
/// five days, as Jira and GitLab count them.
///
/// # Errors
/// Why it is no duration.
pub fn hours(text: &str, unit: Option<f64>) -> Result<u64, String> {
    let text = text.trim();
    let seconds = if text.contains(':') {
        clock(text)
    } else if let Some(number) = number(text) {
        let unit = unit.ok_or_else(|| format!("`{text}` has no unit: write 1.5h, 90m or 1:30:00"))?;
        Some(number * unit)
    } else {
        with_units(text)
    };
    let seconds = seconds.ok_or_else(|| format!("`{text}` is no duration such as 1:30:00, 1.5h or 90m"))?;
    if seconds > LONGEST * 3600.0 {
        return Err(format!("`{text}` is more than {LONGEST} hours"));
    }
    if seconds < 0.5 {
        return Err(format!("`{text}` is no time at all"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 36 million")]
    Ok(seconds.round() as u64)
}

/// `1.5` or `1,5`; not negative, digits alone.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    let points = text.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
    if plain && points <= 1 { text.replace(',', ".").parse().ok() } else { None }
}

/// `1:30:00`, `1:30` in hours and minutes, and `47:06 min`, which Toggl can be set to.
fn clock(text: &str) -> Option<f64> {
    let (text, in_minutes) = text.strip_suffix("min").map_or((text, false), |text| (text.trim_end(), true));
    let parts: Vec<f64> = text.split(':').map(number).collect::<Option<_>>()?;
    match parts.as_slice() {
        [minutes, seconds] if in_minutes => (*seconds < 60.0).then_some(minutes * 60.0 + seconds),
        _ if in_minutes => None,
        [hours, minutes] if *minutes < 60.0 => Some(hours * 3600.0 + minutes * 60.0),
        [hours, minutes, seconds] if *minutes < 60.0 && *seconds < 60.0 => Some(hours * 3600.0 + minutes * 60.0 + seconds),
        _ => None,
    }
}

fn with_units(text: &str) -> Option<f64> {
    let mut sum = 0.0;
    let mut digits = String::new();
    let mut unit = String::new();
    for letter in text.chars().chain([' ', '0']) {
        let numeric = letter.is_ascii_digit() || matches!(letter, '.' | ',');
        if numeric && !unit.is_empty() {
            sum += number(&digits)? * unit_seconds(&unit)?;
            (digits, unit) = (String::new(), String::new());
        }
        if numeric {
            digits.push(letter);
        } else if !letter.is_whitespace() {
            unit.push(letter.to_ascii_lowercase());
        }
    }
    // What is left is the `0` that ended the text.
    (unit.is_empty() && digits == "0").then_some(sum)
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "mo" => 4.0 * 5.0 * 8.0 * 3600.0,
        "w" | "week" | "weeks" => 5.0 * 8.0 * 3600.0,
        "d" | "day" | "days" => 8.0 * 3600.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        _ => return None,
    })
}

/// The day of `text`, whose time of day does not count.
///
/// Reads `2026-11-24`, `2026/11/24`, `24.11.2026`, `24/Nov/26`, `24 Nov 2026`, and `24/11/2026` where only one order is possible or
/// `order` says which.
///
/// # Errors
/// Why it is no day, or that it can be two.
pub fn day(text: &str, order: Option<DateOrder>) -> Result<Date, String> {
    let refused = || format!("`{text}` is no day such as 2026-11-24");
    let parts: Vec<&str> =
        text.trim().split(|c: char| c.is_whitespace() || "-/.,T".contains(c)).filter(|p| !p.is_empty()).collect();
    let [first, second, third, ..] = parts.as_slice() else { return Err(refused()) };
    let dotted = text.trim().split('.').next() == Some(first);
    if let (Some(day), Some(month)) = (small(first), month_called(second)) {
        return date(year(third), month, day).ok_or_else(refused);
    }
    if let (Some(month), Some(day)) = (month_called(first), small(second)) {
        return date(year(third), month, day).ok_or_else(refused);
    }
    if first.len() == 4 {
        let (month, day) = (small(second).ok_or_else(refused)?, small(third).ok_or_else(refused)?);
        return date(year(first), month, day).ok_or_else(refused);
    }
    let (a, b) = (small(first).ok_or_else(refused)?, small(second).ok_or_else(refused)?);
    let (dmy, mdy) = (date(year(third), b, a), date(year(third), a, b));
    match (dmy, mdy, order) {
        (Some(dmy), _, _) if dotted => Ok(dmy),
        (Some(dmy), _, Some(DateOrder::Dmy)) => Ok(dmy),
        (_, Some(mdy), Some(DateOrder::Mdy)) => Ok(mdy),
        (Some(one), None, None) | (None, Some(one), None) => Ok(one),
        (Some(dmy), Some(mdy), None) if dmy == mdy => Ok(dmy),
        (Some(dmy), Some(mdy), None) => Err(format!("`{text}` may be {dmy} or {mdy}: give --dates dmy or mdy")),
        _ => Err(refused()),
    }
}

fn small(text: &str) -> Option<i8> {
    text.parse().ok().filter(|_| text.len() <= 2)
}

/// Four digits, or two of this century.
fn year(text: &str) -> Option<i16> {
    match text.len() {
        4 => text.parse().ok(),
        2 => text.parse::<i16>().ok().map(|short| 2000 + short),
        _ => None,
    }
}

fn month_called(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let short = text.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| short.get(..3) == Some(month))?;
    i8::try_from(place + 1).ok()
}

fn date(year: Option<i16>, month: i8, day: i8) -> Option<Date> {
    Date::new(year?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_every_form_are_read() {
        for (text, seconds) in [
            ("1:30:00", 5400),
            ("01:30", 5400),
            ("1.5h", 5400),
            ("1,5 h", 5400),
            ("90m", 5400),
            ("1h 30m", 5400),
            ("1d2h", 36_000),
            ("47:06 min", 2826),
            ("0.75 h", 2700),
            ("1w", 144_000),
        ] {
            assert_eq!(hours(text, None), Ok(seconds), "{text}");
        }
        assert_eq!((hours("5400", Some(1.0)), hours("1,5", Some(3600.0))), (Ok(5400), Ok(5400)));
        for text in ["5400", "", "1:75", "h", "-1h", "1x", "0:00:00", "1h 30", "99999h", "1.2.3h"] {
            assert!(hours(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn days_of_every_form_are_read_and_a_double_meaning_is_refused() {
        let expected = Date::constant(2026, 11, 24);
        for text in [
            "2026-11-24",
            "2026-11-24T09:00:00Z",
            "2026/11/24",
            "24.11.2026",
            "24/11/2026",
            "11/24/2026",
            "24/Nov/26 9:00 AM",
            "Nov 24, 2026",
            "24.11.26",
        ] {
            assert_eq!(day(text, None), Ok(expected), "{text}");
        }
        let error = day("03/04/2026", None).expect_err("two readings");
        assert_eq!(error, "`03/04/2026` may be 2026-04-03 or 2026-03-04: give --dates dmy or mdy");
        assert_eq!(day("03/04/2026", Some(DateOrder::Mdy)), Ok(Date::constant(2026, 3, 4)));
        assert_eq!(day("03.04.2026", None), Ok(Date::constant(2026, 4, 3)));
        for text in ["", "yesterday", "2026-13-01", "32/01/2026", "2026"] {
            assert!(day(text, None).is_err(), "{text}");
        }
    }
}
