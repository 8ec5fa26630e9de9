//! A line for every sentence: `cluster TAB distance`, or an object.

use std::fmt::Write;

use impute::kinds::cluster::Assigned;
use impute::text::output::Output;
use serde_json::json;

/// Writes lines, keeping its memory from one to the next.
pub struct Lines {
    pub out: Output,
    pub json: bool,
    /// What every line begins with, if anything.
    pub ids: Option<Vec<String>>,
    at: usize,
    line: String,
}

impl Lines {
    pub fn new(out: Output, json: bool, ids: Option<Vec<String>>) -> Self {
        Lines { out, json, ids, at: 0, line: String::new() }
    }

    /// Writes where the next sentence belongs.
    pub fn write(&mut self, found: Option<Assigned>) -> impute::Result<()> {
        self.line.clear();
        let id = self.ids.as_ref().and_then(|ids| ids.get(self.at));
        self.at += 1;
        // Writing to a string cannot fail.
        let _ = match (self.json, id) {
            (true, id) => self.object(id.cloned(), found),
            (false, id) => {
                let begun =
                    id.map_or(Ok(()), |id| write!(self.line, "{}\t", id.replace('\t', " ")));
                begun.and(match found {
                    Some(Assigned { cluster, distance, .. }) => {
                        writeln!(self.line, "{cluster}\t{distance:.4}")
                    }
                    None => writeln!(self.line, "-\t-"),
                })
            }
        };
        self.out.write(self.line.as_bytes())
    }

    fn object(&mut self, id: Option<String>, found: Option<Assigned>) -> std::fmt::Result {
        let mut object = json!({
            "cluster": found.map(|found| found.cluster),
            "distance": found.map(|found| rounded(found.distance)),
        });
        if let Some(id) = id {
            object["id"] = id.into();
        }
        writeln!(self.line, "{object}")
    }
}

/// Without the digits that 32 bits do not tell.
fn rounded(distance: f32) -> f64 {
    (f64::from(distance) * 1e6).round() / 1e6
}
