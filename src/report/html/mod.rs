//! x
pub struct Html;
