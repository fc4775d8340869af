//! The catalog's files as they are written, before any check. Every key is optional here, so that one file's missing keys
//! are all reported together; unknown keys are errors. Each key's comment and form become the JSON Schemas for editors.

mod lifecycle;
mod product;
mod shape;
mod tables;
mod vendor;

use toml::Spanned;

pub(crate) use lifecycle::{RawCycle, RawLifecycle, RawStep};
pub(crate) use product::{RawBinary, RawConfig, RawExample, RawNeighbour, RawPackage, RawProcess, RawProduct};
pub(crate) use shape::{Form, Key, Shape};
pub(crate) use tables::{RawChannel, RawCountry, RawFunding, RawLabour, RawRates};
pub(crate) use vendor::{
    RawCoverage, RawDisclosure, RawOffer, RawPrice, RawProgramme, RawReward, RawShare, RawUpstream, RawVendor,
};

/// A text with its place.
pub(crate) type Text = Spanned<String>;
/// A whole number with its place.
pub(crate) type Number = Spanned<i64>;
/// Tables of one kind with their places.
pub(crate) type Tables<T> = Vec<Spanned<T>>;
