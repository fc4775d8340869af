//! What knowing more would be worth before deciding: of everything (EVPI) and of one input (EVPPI).

use super::draws::level;
use super::input::Symbol;
use super::outcome::{Question, Run};

/// Bins by level of an input.
const BINS: usize = 20;

fn mean(values: &[f64]) -> f64 {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    if count == 0 { 0.0 } else { values.iter().sum::<f64>() / f64::from(count) }
}

/// The mean of what the better choice gives in each draw, less what one choice for all gives.
pub(super) fn evpi(net: &[f64]) -> f64 {
    let wins: f64 = net.iter().map(|value| value.max(0.0)).sum();
    let count = u32::try_from(net.len()).unwrap_or(u32::MAX);
    if count == 0 { 0.0 } else { (wins / f64::from(count) - mean(net).max(0.0)).max(0.0) }
}

/// What knowing each single input would be worth, dearest first, ties by name.
pub(super) fn questions(run: &Run<'_>, net: &[f64]) -> Vec<Question> {
    let uninformed = mean(net).max(0.0);
    let varies = |symbol: &Symbol| run.context.enters(*symbol) && !run.inputs.triple(*symbol).is_constant();
    let question = |symbol| Question { symbol, worth: (informed(run, symbol, net) - uninformed).max(0.0) };
    let mut questions: Vec<Question> = Symbol::ALL.iter().copied().filter(varies).map(question).collect();
    questions.sort_by(|a, b| b.worth.total_cmp(&a.worth).then_with(|| a.symbol.word().cmp(b.symbol.word())));
    questions
}

/// The mean over bins of the better choice in each, the input's bin being known.
fn informed(run: &Run<'_>, symbol: Symbol, net: &[f64]) -> f64 {
    let mut bins = [(0.0_f64, 0_u32); BINS];
    for (rank, net) in run.trials.ranks(symbol).iter().zip(net) {
        if let Some((sum, count)) = bins.get_mut(bin(*rank, run.trials.n())) {
            *sum += net;
            *count += 1;
        }
    }
    let best: Vec<f64> =
        bins.iter().filter(|(_, count)| *count > 0).map(|(sum, count)| (sum / f64::from(*count)).max(0.0)).collect();
    mean(&best)
}

/// floor(20·u)
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "u lies in 0–1, so the product is below 20")]
fn bin(rank: u32, n: u32) -> usize {
    (20.0 * level(rank, n)) as usize
}
