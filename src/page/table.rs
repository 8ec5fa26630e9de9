//! A table of numbers.

use maud::{Markup, html};

/// A table: the first cell of a row names it. It scrolls by itself where the page is too narrow.
pub fn table(caption: &str, heads: &[&str], rows: &[Vec<String>]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { span { (caption) } }
                thead {
                    tr {
                        @for head in heads { th scope="col" { (head) } }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            @for (i, cell) in row.iter().enumerate() {
                                @if i == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A picture beside its numbers.
pub fn figure(title: &str, keys: Markup, picture: Markup, numbers: Markup) -> Markup {
    html! {
        div.pair {
            figure {
                figcaption { (title) }
                (keys)
                (picture)
            }
            (numbers)
        }
    }
}
