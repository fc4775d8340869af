//! `underpin catalog new`: a file to fill in.

mod write;

pub(super) use write::run;
