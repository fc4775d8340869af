//! underpin finds the open-source software that underpins an organisation and says where paid support would pay off.

pub mod model;
pub mod problem;
