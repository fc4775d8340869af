//! What a live Linux host says, and what its files say of what it starts: processes, sockets, units, crontabs, replaced
//! code. Reads /proc and small text files only; runs nothing, asks no service manager, keeps no argument and no
//! environment of any process.

mod command;
mod crontabs;
mod interpreter;
mod sysv;
mod tree;
mod unit_file;
mod unit_set;
mod units;

pub use units::units;
