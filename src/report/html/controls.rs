//! What a reader can set: it does nothing without the script, hence it is hidden until the script shows it.

use maud::{Markup, html};

/// Costs of one hour down to choose from.
const PRESETS: [(&str, &str); 5] = [("0", "0"), ("500", "500"), ("5000", "5,000"), ("50000", "50,000"), ("300000", "300,000")];

/// What rows of the table can be chosen by.
const FILTERS: [(&str, &str); 6] = [
    ("open", "to decide"),
    ("act", "must be acted on"),
    ("pays", "support pays"),
    ("decides", "a figure decides"),
    ("free", "a free way is enough"),
    ("all", "all"),
];

/// The figures for the whole report: what one hour down costs, and an hour of staff.
pub(super) fn figures(currency: &str) -> Markup {
    html! {
        div id="controls" hidden {
            div.row {
                span.name { input type="number" id="hour-down-exact" min="0" step="any" placeholder="not said" aria-label={ "One hour down costs, exact, " (currency) }; }
                input.big type="range" id="hour-down" min="0" max="1000" step="1" aria-label={ "One hour down costs, " (currency) };
            }
            div.row {
                span.name {}
                div.choices {
                    div.presets role="group" aria-label="One hour down costs" {
                        @for (cost, words) in PRESETS { button type="button" data-cost=(cost) { (words) } }
                    }
                    label.staff { "an hour of staff costs " input type="number" id="staff" min="0" step="any" placeholder="assumed"; " " (currency) }
                    button type="button" id="as-assumed" disabled { "As assumed" }
                }
            }
            p.note id="command" hidden { "The rest of this report stands as it was made. To make it with your figures: " code {} }
            p.unseen id="turned" role="status" {}
        }
    }
}

/// Search and filter above the table.
pub(super) fn tools() -> Markup {
    html! {
        div.tools id="tools" hidden {
            strong { "Cases" }
            label { "Search " input type="search" id="search"; }
            label { "Show " select id="filter" { @for (state, words) in FILTERS { option value=(state) { (words) } } } }
            span id="listed" role="status" {}
        }
    }
}

/// Below a table that is longer than a screen bears.
pub(super) fn more() -> Markup {
    html! { button type="button" id="more-rows" hidden { "Show more" } }
}

/// In the header.
pub(super) fn buttons() -> Markup {
    html! {
        span.buttons id="buttons" hidden {
            button type="button" id="print" { "Print" }
            button type="button" id="theme" { "Dark" }
        }
    }
}
