//! A formula of a sheet together with its result: written once, so that what a sheet computes and the figure that it shows before
//! anybody recomputes it cannot drift apart.

use std::ops::{Add, Div, Mul, Sub};

/// How tightly the outermost operator of a formula binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Sum,
    Product,
    Alone,
}

/// A formula and its value.
#[derive(Clone, Debug)]
pub(super) struct Live {
    text: String,
    value: f64,
    binds: Binds,
}

impl Live {
    /// A constant.
    pub(super) fn number(value: f64) -> Self {
        Self { text: value.to_string(), value, binds: Binds::Alone }
    }

    /// What stands in a cell.
    pub(super) fn cell(reference: &str, value: f64) -> Self {
        Self { text: reference.to_owned(), value, binds: Binds::Alone }
    }

    /// The smaller of two.
    pub(super) fn least(&self, other: &Self) -> Self {
        Self { text: format!("MIN({},{})", self.text, other.text), value: self.value.min(other.value), binds: Binds::Alone }
    }

    /// The formula without its sign of equality.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its result.
    pub(super) fn value(&self) -> f64 {
        self.value
    }

    fn within(&self, least: Binds) -> String {
        if self.binds < least { format!("({})", self.text) } else { self.text.clone() }
    }
}

macro_rules! operator {
    ($operator:ident $method:ident $sign:literal $binds:ident left $left:ident right $right:ident) => {
        impl $operator for &Live {
            type Output = Live;

            fn $method(self, other: Self) -> Live {
                Live {
                    text: format!(concat!("{}", $sign, "{}"), self.within(Binds::$left), other.within(Binds::$right)),
                    value: $operator::$method(self.value, other.value),
                    binds: Binds::$binds,
                }
            }
        }

        impl $operator for Live {
            type Output = Live;

            fn $method(self, other: Self) -> Live {
                $operator::$method(&self, &other)
            }
        }
    };
}

operator!(Add add "+" Sum left Sum right Sum);
operator!(Sub sub "-" Sum left Sum right Product);
operator!(Mul mul "*" Product left Product right Product);
operator!(Div div "/" Product left Product right Alone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_stand_where_the_value_needs_them() {
        let [a, b, c] = [("A1", 2.0), ("B1", 3.0), ("C1", 4.0)].map(|(reference, value)| Live::cell(reference, value));
        for (live, text, value) in [
            (&(&a + &b) * &c, "(A1+B1)*C1", 20.0),
            (&a + &(&b * &c), "A1+B1*C1", 14.0),
            (&a - &(&b - &c), "A1-(B1-C1)", 3.0),
            (&(&a - &b) - &c, "A1-B1-C1", -5.0),
            (&a / &(&b * &c), "A1/(B1*C1)", 2.0 / 12.0),
            (&(&a / &b) * &c, "A1/B1*C1", 8.0 / 3.0),
            (&Live::number(0.5) * &a.least(&b), "0.5*MIN(A1,B1)", 1.0),
        ] {
            assert_eq!((live.text(), live.value()), (text, value));
        }
    }
}
