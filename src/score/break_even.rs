//! The values of one input at which the net value at the medians is zero, in closed form.

use super::formula::{Burdens, downtime};
use super::input::Symbol;
use super::outcome::Run;

/// How many times the hours at hand are searched for a break-even at the end of life.
const WIDEST_SCALE: f64 = 100.0;

/// h*: hours a month.
///
/// The net value is linear in h with the slope 12·W·a on both branches, since an upgrade does not save routine
/// work. With a free way that is left alone this gives `(P + W(o/Y+v) − q·down − r·sec) / (12·W·a)`. At the end of
/// life the answer counts only within 0–100 times the hours at hand.
pub(super) fn hours(run: &Run<'_>) -> Option<f64> {
    let point = &run.point;
    let slope = 12.0 * point[Symbol::W] * point[Symbol::Omega] * point[Symbol::A];
    if slope <= 0.0 {
        return None;
    }
    let mut without = *point;
    without.0[Symbol::H.index()] = 0.0;
    let hours = -run.net_at(&without)? / slope;
    let sought = 0.0..=WIDEST_SCALE * point[Symbol::H];
    let found = !run.context.ended() || (point[Symbol::H] > 0.0 && sought.contains(&hours));
    found.then_some(hours)
}

/// c*: money for an hour down, the dearer of the two free ways' answers.
pub(super) fn downtime_cost(run: &Run<'_>) -> Option<f64> {
    let (point, factors, free) = (&run.point, run.context.factors(), run.context.free_ways());
    let slope = point[Symbol::Q] * downtime(point, &factors);
    if slope <= 0.0 {
        return None;
    }
    let burdens = Burdens::new(point, &factors);
    let paid = point[Symbol::P] + burdens.overhead - burdens.routine * point[Symbol::A];
    let saved_by_waiting = burdens.extra * point[Symbol::Ae] + burdens.sec * point[Symbol::R] + burdens.comp * point[Symbol::Rc];
    let left_after_buying = burdens.extra * (1.0 - point[Symbol::Ae])
        + burdens.sec * (1.0 - point[Symbol::R])
        + burdens.comp * (1.0 - point[Symbol::Rc]);
    let upgrade = point[Symbol::W] * point[Symbol::Omega] * point[Symbol::U] / point[Symbol::T];
    let against_keeping = free.keep().then(|| (paid - saved_by_waiting) / slope);
    let against_upgrade = free.upgrade().then(|| (paid + left_after_buying - upgrade - burdens.sec_upgraded) / slope);
    [against_keeping, against_upgrade].into_iter().flatten().reduce(f64::max)
}
