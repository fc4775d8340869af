//! A picture of the net value of buying, for whoever prints the page or runs no script: where eight of ten runs lie, the middle one,
//! and how often it pays. The script puts the distribution of its own draws in its place.

use maud::{Markup, html};

use crate::report::text::amount;
use crate::report::view::Opportunity;
use crate::report::words;

/// Share of the picture, in percent, that stays free at either end for figures.
const MARGIN: f64 = 6.0;

/// Share that two figures side by side need; nearer to each other only the middle one is shown.
const ROOM: f64 = 20.0;

/// Amounts from one end of the picture to the other; nothing gained and nothing lost is always in it.
struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    fn over(low: f64, high: f64) -> Self {
        Self { from: low.min(0.0), to: high.max(0.0) }
    }

    /// Where an amount stands, in percent.
    fn at(&self, amount: f64) -> f64 {
        MARGIN + (100.0 - 2.0 * MARGIN) * (amount - self.from) / (self.to - self.from)
    }
}

fn percent(position: f64) -> String {
    format!("{position:.2}%")
}

/// The picture, and the same in words.
pub(super) fn picture(case: &Opportunity, currency: &str) -> Markup {
    let (Some(low), Some(middle), Some(high)) = (case.net.p10, case.net.p50, case.net.p90) else { return html! {} };
    if high.0 <= low.0 {
        return html! { p.note { "Every run gives " (amount(middle)) " " (currency) ": no figure of it varies." } };
    }
    let told = format!(
        "One run in ten is below {} {currency}, half are below {}, one in ten is above {}",
        amount(low),
        amount(middle),
        amount(high)
    );
    let pays = case.score.map_or_else(String::new, |score| format!(" It pays in {}.", words::runs(score.0)));
    let scale = Scale::over(low.0, high.0);
    let [from, even, to] = [low.0, 0.0, high.0].map(|amount| scale.at(amount));
    let (worse, better) = ((even.min(to) - from).max(0.0), (to - even.max(from)).max(0.0));
    html! {
        figure {
            figcaption { "What buying gains in a year, 10,000 runs, " (currency) ". " (told) "." (pays) }
            svg.distribution width="100%" height="62" role="img" aria-label=(told) {
                line.rail x1="0" x2="100%" y1="30" y2="30" {}
                @if worse > 0.0 { rect.loses x=(percent(from)) y="18" width=(percent(worse)) height="24" fill="url(#hatch)" {} }
                @if better > 0.0 { rect.gains x=(percent(even.max(from))) y="18" width=(percent(better)) height="24" {} }
                line.middle x1=(percent(scale.at(middle.0))) x2=(percent(scale.at(middle.0))) y1="14" y2="46" {}
                line.today x1=(percent(even)) x2=(percent(even)) y1="14" y2="46" {}
                (figure_at(scale.at(middle.0), &amount(middle), 10))
                @if to - from >= ROOM { (figure_at(from, &amount(low), 58)) (figure_at(to, &amount(high), 58)) }
            }
            ul.legend.flush aria-hidden="true" {
                @if worse > 0.0 { li { span.key.hatched {} "costs more than it saves" } }
                @if better > 0.0 { li { span.key.outlined {} "saves more than it costs" } }
                li { span.key.middle {} "half of the runs on either side" }
                li { span.key.now {} "even" }
            }
        }
    }
}

fn figure_at(position: f64, figure: &str, line: u8) -> Markup {
    let anchor = match position {
        at if at < ROOM / 2.0 => "start",
        at if at > 100.0 - ROOM / 2.0 => "end",
        _ => "middle",
    };
    html! { text x=(percent(position)) y=(line) text-anchor=(anchor) { (figure) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::{Amount, Net, Score};

    fn of(low: f64, middle: f64, high: f64) -> String {
        let [p10, p50, p90] = [low, middle, high].map(|amount| Some(Amount(amount)));
        let net = Net { p10, p50, p90, ..Net::default() };
        picture(&Opportunity { net, score: Some(Score(61.4)), ..Opportunity::default() }, "EUR").into_string()
    }

    #[test]
    fn what_loses_and_what_gains_are_told_apart_at_zero() {
        for (amounts, loses, gains) in [
            ([-300.0, 3_900.0, 11_200.0], true, true),
            ([-900.0, -500.0, -100.0], true, false),
            ([200.0, 500.0, 900.0], false, true),
        ] {
            let picture = of(amounts[0], amounts[1], amounts[2]);
            assert_eq!((picture.contains("class=\"loses\""), picture.contains("class=\"gains\"")), (loses, gains), "{picture}");
            assert!(picture.contains("It pays in 61 of 100 runs."), "{picture}");
        }
    }

    #[test]
    fn figures_that_would_lie_on_each_other_stand_in_the_words_alone() {
        let (wide, narrow) = (of(-1_000.0, 0.0, 1_000.0), of(9_000.0, 9_100.0, 9_200.0));
        assert_eq!((wide.matches("<text").count(), narrow.matches("<text").count()), (3, 1));
        assert!(narrow.contains("below 9,000 EUR") && narrow.contains("above 9,200"), "{narrow}");
    }

    #[test]
    fn what_does_not_vary_and_what_is_unknown_are_no_pictures() {
        assert!(of(5.0, 5.0, 5.0).contains("no figure of it varies"));
        assert_eq!(picture(&Opportunity::default(), "EUR").into_string(), "");
    }
}
