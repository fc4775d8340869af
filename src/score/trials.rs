//! The draws of one product and cycle, shared by all offers and what-if runs that are scored on it.
//!
//! Caches what only depends on names and distributions. Not `Sync`: make one for each case, on the thread that scores it.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::Context;
use super::draws::ranks;
use super::formula::{LANES, Lanes, Number, Values, costs};
use super::input::{Inputs, SYMBOLS, Symbol, Triple};
use super::outcome::{Outline, Standing};
use super::pert::Shape;

/// The number of draws of every published figure.
pub const DRAWS: u32 = 10_000;

/// The draws of one component key, made when first asked for.
pub struct Trials {
    key: String,
    n: u32,
    ranks: [OnceCell<Arc<[u32]>>; SYMBOLS],
    shapes: RefCell<BTreeMap<u64, Arc<Shape>>>,
    columns: RefCell<BTreeMap<Identity, Arc<[f64]>>>,
    pub(super) standings: RefCell<BTreeMap<Outline, Option<Standing>>>,
}

/// An input and the bits of its distribution.
type Identity = (Symbol, [u64; 3]);

/// One input over all draws.
#[derive(Clone)]
pub(super) enum Column {
    /// The same in every draw.
    Constant(f64),
    /// One value a draw.
    Drawn(Arc<[f64]>),
}

impl Column {
    #[inline]
    fn lanes(&self, first: usize) -> Lanes {
        match self {
            Self::Constant(value) => Lanes::of(*value),
            Self::Drawn(values) => {
                let rest = values.get(first..).unwrap_or_default();
                Lanes(rest.first_chunk().copied().unwrap_or_else(|| {
                    let mut last = [0.0; LANES];
                    last.iter_mut().zip(rest).for_each(|(lane, value)| *lane = *value);
                    last
                }))
            }
        }
    }

    /// The value of one draw.
    pub(super) fn at(&self, draw: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Drawn(values) => values.get(draw).copied().unwrap_or_default(),
        }
    }
}

impl Trials {
    /// The draws of `key`, which is `product id|role|cycle` (the cycle empty if unknown), `n` of them.
    ///
    /// `n` is at least 1; published figures use [`DRAWS`].
    #[must_use]
    pub fn new(key: impl Into<String>, n: u32) -> Self {
        Self {
            key: key.into(),
            n: n.max(1),
            ranks: std::array::from_fn(|_| OnceCell::new()),
            shapes: RefCell::default(),
            columns: RefCell::default(),
            standings: RefCell::default(),
        }
    }

    /// The number of draws.
    #[must_use]
    pub fn n(&self) -> u32 {
        self.n
    }

    /// The indices of the draws.
    pub(super) fn draws(&self) -> std::ops::Range<usize> {
        0..usize::try_from(self.n).unwrap_or(usize::MAX)
    }

    /// The ranks that an input's draws take.
    pub(super) fn ranks(&self, symbol: Symbol) -> Arc<[u32]> {
        let make = || ranks(&self.key, symbol.word(), self.n).into();
        self.ranks.get(symbol.index()).map_or_else(make, |place| place.get_or_init(make).clone())
    }

    fn shape(&self, t: f64) -> Arc<Shape> {
        let mut shapes = self.shapes.borrow_mut();
        Arc::clone(shapes.entry(t.to_bits()).or_insert_with(|| Arc::new(Shape::new(t, self.n))))
    }

    /// The value of a distribution at the level `u`.
    pub(super) fn quantile(&self, triple: Triple, u: f64) -> f64 {
        if triple.is_constant() { triple.likely() } else { triple.between(self.shape(triple.mode()).quantile(u)) }
    }

    /// An input over all draws.
    pub(super) fn column(&self, symbol: Symbol, triple: Triple) -> Column {
        if triple.is_constant() {
            return Column::Constant(triple.likely());
        }
        let identity = [triple.lo(), triple.likely(), triple.hi()].map(f64::to_bits);
        if let Some(column) = self.columns.borrow().get(&(symbol, identity)) {
            return Column::Drawn(Arc::clone(column));
        }
        let shape = self.shape(triple.mode());
        let column: Arc<[f64]> = self.ranks(symbol).iter().map(|rank| triple.between(shape.at_rank(*rank))).collect();
        self.columns.borrow_mut().insert((symbol, identity), Arc::clone(&column));
        Column::Drawn(column)
    }

    /// All inputs over all draws.
    pub(super) fn columns(&self, inputs: &Inputs) -> Values<Column> {
        Values(std::array::from_fn(|index| {
            Symbol::ALL.get(index).map_or(Column::Constant(0.0), |symbol| self.column(*symbol, inputs.triple(*symbol)))
        }))
    }

    /// All inputs at one level.
    pub(super) fn point(&self, inputs: &Inputs, u: f64) -> Values<f64> {
        Values(std::array::from_fn(|index| Symbol::ALL.get(index).map_or(0.0, |symbol| self.quantile(inputs.triple(*symbol), u))))
    }

    /// The net value of every draw; `None` if there is no free way.
    pub(super) fn net(&self, context: &Context, columns: &Values<Column>) -> Option<Vec<f64>> {
        let (factors, free) = (context.factors(), context.free_ways());
        let mut net = Vec::with_capacity(self.draws().len() + LANES);
        for first in self.draws().step_by(LANES) {
            // Lanes beyond the last draw are computed on zeros and cut off below.
            let values = Values(std::array::from_fn(|index| columns.0[index].lanes(first)));
            net.extend(costs::<Lanes>(&values, &factors).net(free)?.0);
        }
        net.truncate(self.draws().len());
        Some(net)
    }
}
