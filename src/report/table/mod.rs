//! The report as rows and columns: CSV, and the register of unsupported software. What Excel shows is made of the same cells.

mod cell;
mod csv;
mod lines;
pub(in crate::report) mod register;

pub(in crate::report) use cell::Cell;
pub use csv::{Csv, Register, csv_cell};
