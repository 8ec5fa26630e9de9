//! A report as one page of HTML that needs nothing else: no script, no font, no picture from outside.
//!
//! In: a [`Page`], that is a [`Report`](crate::evaluate::report::Report), the sentences to look at and what
//! they are called. Out: the page. It holds neither date nor time nor speed, so that the same measurement
//! gives the same bytes.
//!
//! * `content` – what is on it; `layout` – the whole of it.
//! * `scores`, `calibration`, `confidence`, `lengths`, `curve`, `sentences`: a section each.
//! * `chart` – pictures in SVG; `table` – the same numbers; `spell` – numbers and foreign text.

mod calibration;
mod chart;
mod confidence;
mod content;
mod curve;
mod layout;
mod lengths;
mod scores;
mod sentences;
mod spell;
mod table;

pub use content::Page;
pub use layout::page;
