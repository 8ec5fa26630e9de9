//! A report as one page of HTML that needs nothing else: no script, no font, no picture from outside.
//!
//! In: a [`Page`], that is a [`Report`](crate::evaluate::report::Report), example sentences, and names.
//! Out: the page. It holds neither date nor time nor speed, so that the same measurement gives the same
//! bytes.
//!
//! Text comes from anyone's files. The templates escape markup; `spell` makes control characters and marks
//! of direction visible; every word is isolated (`bdi`); very long words and sentences are cut. A content
//! security policy in the page allows neither scripts nor requests. Colours are classes of `style.css`, so
//! that a picture follows the page in dark mode and print. `tests/browser/look.py` talks to Chromium
//! through a pipe and checks the drawn page: sections and headings, charts with marks inside their frames
//! and with names, labels that do not overlap, nothing wider than the window at 360 and 1200 pixels,
//! contrast of all text of 4.5 and more in light and dark, an empty console, no request.
//!
//! * `document` – a page with sections; `content` – what is on that of `evaluate`; `layout` – the whole of it.
//! * `drift` – the page of `drift`.
//! * `clusters` – the page of `cluster`.
//! * `scores`, `calibration`, `confidence`, `lengths`, `curve`, `sentences`: a section each.
//! * `chart` – pictures in SVG; `table` – the same numbers; `spell` – numbers and foreign text.

mod calibration;
mod chart;
mod clusters;
mod confidence;
mod content;
mod curve;
mod document;
mod drift;
mod layout;
mod lengths;
mod scores;
mod sentences;
mod spell;
mod table;

pub use clusters::{ClustersPage, clusters_page};
pub use content::Page;
pub use drift::drift_page;
pub use layout::page;
