//! Quantiles of the PERT distribution: a beta distribution whose shape follows from where its mode lies.
//!
//! The density is integrated on a fixed grid with `libm` alone, so that every build gives the same bits.
//! Only the shape is computed here, on 0–1; `Triple::between` stretches it.

use std::sync::LazyLock;

use super::draws::level;

const CELLS: usize = 4096;

/// Natural logarithms of the cells' middles. Read backwards they are those of one minus the middle.
static LOGARITHMS: LazyLock<Box<[f64]>> = LazyLock::new(|| middles().map(libm::log).collect());

fn middles() -> impl Iterator<Item = f64> {
    (0_u16..).take(CELLS).map(|cell| (f64::from(cell) + 0.5) * WIDTH)
}

/// Width of a cell, exact in binary.
const WIDTH: f64 = 1.0 / 4096.0;

/// Beta(1 + 4t, 1 + 4(1 − t)) on 0–1, where t is the place of the mode.
pub(super) struct Shape {
    /// Cumulative probability at the cells' edges, from 0 to 1.
    edges: Box<[f64]>,
    /// The quantiles of all n ranks, ascending.
    by_rank: Box<[f64]>,
}

impl Shape {
    /// The shape of the mode `t`, with the quantiles of `n` ranks.
    pub(super) fn new(t: f64, n: u32) -> Self {
        let logs = LOGARITHMS.iter().zip(LOGARITHMS.iter().rev());
        let weights = logs.map(|(below, above)| libm::exp(4.0 * t * below + 4.0 * (1.0 - t) * above));
        let mut sum = 0.0;
        let mut edges = vec![0.0];
        edges.extend(weights.map(|weight| {
            sum += weight;
            sum
        }));
        for edge in &mut edges {
            *edge /= sum;
        }
        let mut shape = Self { edges: edges.into(), by_rank: Box::default() };
        shape.by_rank = shape.quantiles(n);
        shape
    }

    /// Walks ranks and edges together, which is what makes ten thousand draws cheap.
    fn quantiles(&self, n: u32) -> Box<[f64]> {
        let mut cell = 0;
        let mut at_rank = |rank| {
            let u = level(rank, n);
            while self.edges.get(cell + 1).is_some_and(|edge| *edge < u) {
                cell += 1;
            }
            self.inside(cell, u)
        };
        (0..n).map(&mut at_rank).collect()
    }

    /// The quantile of a rank below the `n` that the shape was made for.
    pub(super) fn at_rank(&self, rank: u32) -> f64 {
        usize::try_from(rank).ok().and_then(|rank| self.by_rank.get(rank)).copied().unwrap_or(1.0)
    }

    /// The quantile at the level `u`, 0–1.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        let upper = self.edges.partition_point(|edge| *edge < u);
        self.inside(upper.saturating_sub(1), u)
    }

    /// Interpolates between the two edges of a cell.
    fn inside(&self, cell: usize, u: f64) -> f64 {
        let (Some(low), Some(high)) = (self.edges.get(cell), self.edges.get(cell + 1)) else { return 1.0 };
        let inside = if high > low { (u - low) / (high - low) } else { 0.0 };
        let cell = u16::try_from(cell).map_or(0.0, f64::from);
        (cell + inside) * WIDTH
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::Triple;
    use super::*;

    fn close(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 5e-5
    }

    #[test]
    fn the_published_check_values_hold() {
        let triple = Triple::new(1.0, 2.0, 6.0).expect("in order");
        let shape = Shape::new(triple.mode(), 10_000);
        let mean = shape.by_rank.iter().map(|share| triple.between(*share)).sum::<f64>() / 10_000.0;
        assert!(close(mean, 2.5), "mean {mean}");
        // The published percentiles are those of the draws: nearest rank, index ceil(p·n) − 1.
        for (rank, expected) in [(999, 1.4494), (4_999, 2.3832), (8_999, 3.7264)] {
            let value = triple.between(shape.at_rank(rank));
            assert!(close(value, expected), "rank {rank}: {value}");
        }
    }

    #[test]
    fn a_mode_at_either_end_mirrors_the_other() {
        let (left, right) = (Shape::new(0.0, 100), Shape::new(1.0, 100));
        for u in [0.01, 0.25, 0.5, 0.9] {
            assert!((left.quantile(u) - (1.0 - right.quantile(1.0 - u))).abs() < 1e-12);
        }
    }

    #[test]
    fn the_walk_and_the_search_agree() {
        let shape = Shape::new(0.3, 997);
        for rank in 0..997 {
            let difference = shape.at_rank(rank) - shape.quantile(level(rank, 997));
            assert!(difference.abs() < 1e-15, "rank {rank}");
        }
    }

    #[test]
    fn the_ends_of_the_scale_are_the_ends_of_the_range() {
        let shape = Shape::new(0.5, 1);
        assert!(close(shape.quantile(0.0), 0.0) && close(shape.quantile(1.0), 1.0));
    }
}
