//! A line with every setting that figures depend on, which tells whether two of them can be compared.

use std::hash::Hasher;
use std::path::Path;

use super::data::Data;
use super::report::bootstrap_signature;
use crate::model::Model;
use crate::solve::Effort;
use crate::text::input::file_name;

/// The signature of figures that a model reached with this effort and its own calibration.
pub fn signature(model: &Model, effort: Effort, data: &Data) -> String {
    let header = model.header();
    let parameters = header.calibration.parameters();
    let parameters: Vec<String> = parameters.iter().map(|(_, value)| value.to_string()).collect();
    let parameters = parameters.join("/");
    let net = header.net.as_ref().map_or(String::new(), |net| {
        let shape = &net.shape;
        let (towers, layers, width) = (shape.towers.len(), shape.dilations.len(), shape.width);
        format!("|net:2x{towers}+{layers}x{width}/{}/seed:{}", net.sentences, net.seed)
    });
    let lossy = if data.lossy { "|lossy" } else { "" };
    let exact = if effort == Effort::Exact { "|exact" } else { "" };
    let mut hash = twox_hash::XxHash3_64::new();
    for pair in &data.pairs {
        hash.write(&pair.test);
        hash.write(&pair.solution);
    }
    format!(
        "impute:{}|model:{}|text:{}|tokens:{}|order:{}|ngrams:{}{net}|calibration:{parameters}|data:{}/{:016x}|sentences:{}{lossy}{exact}|{}",
        env!("CARGO_PKG_VERSION"),
        file_name(Path::new(model.name())),
        header.provenance.text_hash,
        header.provenance.tokens,
        header.order,
        header.ngrams.iter().map(u64::to_string).collect::<Vec<_>>().join("/"),
        data.source,
        hash.finish(),
        data.pairs.len(),
        bootstrap_signature()
    )
}
