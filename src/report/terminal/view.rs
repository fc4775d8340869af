//! The three ways to lay the same facts out.

/// How a page for people is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// What to do and decide, or a line a component.
    #[default]
    Table,
    /// Target, then kind or product, then version, then where.
    Tree,
    /// Everything that is known of each.
    Detail,
}
