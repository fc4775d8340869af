//! What a case is computed from, for a page that computes it again with other figures.

use crate::score::{Context, Inputs, WhatIf};

/// Everything that the verdict on a case follows from. No part of the document: a reader finds its numbers there with their
/// sources, and a page carries it in a form of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recipe {
    /// What the draws are seeded with.
    pub key: String,
    /// The categories.
    pub context: Context,
    /// The offers that were compared, in the order that breaks ties.
    pub contenders: Vec<Contender>,
}

/// One of the offers, without its name: nothing of it can matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contender {
    /// Whether somebody sells it; where nobody does, a verdict is an indication at most.
    pub sold: bool,
    /// Every input.
    pub inputs: Inputs,
    /// How open questions could be answered otherwise.
    pub what_ifs: Vec<WhatIf>,
}
