//! How logged hours move a default: a weighted mean that trusts the log more the longer it runs.
//!
//! Pure arithmetic; `effort` reads the log and counts hours and months.

use super::input::{BadInput, Triple};
use crate::effort::SHORTEST_LOG;

/// Months that the default counts for (judgement).
const PRIOR_MONTHS: f64 = 3.0;

/// A default after `months` of a log with `rate` hours a month; `None` if the log is too short to be used.
///
/// The most likely value becomes the mean of both by their months, and the range narrows around it, to ±10 % at most.
///
/// # Errors
/// If a number is not finite, or the rate is negative.
pub fn blend(prior: Triple, months: f64, rate: f64) -> Result<Option<Triple>, BadInput> {
    if !(months.is_finite() && rate.is_finite()) {
        return Err(BadInput::NotFinite);
    }
    if months < SHORTEST_LOG {
        return Ok(None);
    }
    let likely = (PRIOR_MONTHS * prior.likely() + months * rate) / (PRIOR_MONTHS + months);
    if prior.likely() <= 0.0 {
        return Triple::new(0.9 * likely, likely, 1.1 * likely).map(Some);
    }
    let weight = PRIOR_MONTHS / (PRIOR_MONTHS + months);
    let below = (1.0 - (1.0 - prior.lo() / prior.likely()) * weight).min(0.9);
    let above = (1.0 + (prior.hi() / prior.likely() - 1.0) * weight).max(1.1);
    Triple::new(below * likely, likely, above * likely).map(Some)
}

/// An upgrade's effort after `done` hours of it are logged, none below zero.
///
/// # Errors
/// If `done` is not finite.
pub fn remaining(upgrade: Triple, done: f64) -> Result<Triple, BadInput> {
    let left = |hours: f64| (hours - done).max(0.0);
    if !done.is_finite() {
        return Err(BadInput::NotFinite);
    }
    Triple::new(left(upgrade.lo()), left(upgrade.likely()), left(upgrade.hi()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn triple(lo: f64, likely: f64, hi: f64) -> Triple {
        Triple::new(lo, likely, hi).expect("in order")
    }

    fn close(triple: Triple, expected: [f64; 3]) -> bool {
        [triple.lo(), triple.likely(), triple.hi()].iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 5e-5)
    }

    #[test]
    fn the_published_vectors_hold() {
        for (months, rate, expected) in
            [(3.0, 80.0, [33.0865, 46.5, 93.0]), (9.0, 80.0, [54.1274, 63.25, 94.875]), (3.0, 5.0, [6.4038, 9.0, 18.0])]
        {
            let blended = blend(triple(5.5, 13.0, 39.0), months, rate).expect("finite").expect("long enough");
            assert!(close(blended, expected), "{months} months at {rate}: {blended}");
        }
    }

    #[test]
    fn a_log_without_a_default_stands_for_itself() {
        let blended = blend(triple(0.0, 0.0, 0.0), 3.0, 10.0).expect("finite").expect("long enough");
        assert!(close(blended, [4.5, 5.0, 5.5]), "{blended}");
    }

    #[test]
    fn two_weeks_are_not_used() {
        assert_eq!(blend(triple(1.0, 2.0, 3.0), 0.49, 80.0), Ok(None));
    }

    #[test]
    fn logged_upgrade_hours_are_done_and_never_negative() {
        assert_eq!(remaining(triple(8.0, 24.0, 80.0), 30.0), Ok(triple(0.0, 0.0, 50.0)));
    }

    proptest! {
        #[test]
        fn more_hours_in_the_same_window_raise_every_value(months in 0.5..24.0_f64, rate in 0.0..200.0_f64, more in 0.0..50.0_f64) {
            let prior = triple(5.5, 13.0, 39.0);
            let before = blend(prior, months, rate).expect("finite").expect("long enough");
            let after = blend(prior, months, rate + more).expect("finite").expect("long enough");
            prop_assert!(after.lo() >= before.lo() && after.likely() >= before.likely() && after.hi() >= before.hi());
        }
    }
}
