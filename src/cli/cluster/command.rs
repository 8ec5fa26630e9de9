//! From what was typed to clusters and back.

use std::path::{Path, PathBuf};
use std::time::Instant;

use impute::kinds::cluster::form::ROWS;
use impute::kinds::cluster::map::places;
use impute::kinds::cluster::silhouette::silhouette;
use impute::kinds::cluster::words::telling;
use impute::kinds::cluster::{
    Centres, Form, Meaning, Sample, Sampled, Settings, Summary, Text, Vectors, assign,
    assign_items, learn,
};
use impute::model::{Model, Whole};
use impute::page::{ClustersPage, clusters_page};
use impute::progress::Progress;
use impute::text::input::file_name;
use impute::text::output::{Output, same_file};
use serde_json::json;

use super::lines::Lines;
use super::{rows, shown};
use crate::cli::args::{ByArg, Cluster};
use crate::cli::progress::Ui;
use crate::cli::resources::bytes_of;
use crate::cli::shell::quoted;
use crate::cli::{Need, counted, model_file, open_model, refuse_replacing};

/// How many words of a cluster are told.
const WORDS: usize = 8;

/// What is opened before the work begins.
struct Job<'a> {
    args: &'a Cluster,
    ui: &'a Ui,
    settings: Settings,
    out: Output,
    html: Option<Output>,
    ids: Option<Vec<String>>,
    began: Instant,
    whole: Option<Whole>,
}

pub fn run(args: &Cluster, ui: &Ui) -> anyhow::Result<()> {
    if args.html.as_deref() == Some(Path::new("-")) {
        anyhow::bail!("--html -: standard output is for the clusters; name a file for the page");
    }
    let input = args.rows.clone().or(args.text.clone()).unwrap_or_else(|| PathBuf::from("-"));
    let needs_model = args.by != Some(ByArg::Form);
    let model = if needs_model { model_file(&args.model) } else { None };
    for output in [&args.output, &args.html] {
        for input in [Some(&input), model.as_ref()] {
            refuse_replacing(output.as_deref(), input.map(PathBuf::as_path))?;
        }
    }
    if let (Some(output), Some(html)) = (&args.output, &args.html)
        && same_file(output, html)
    {
        anyhow::bail!("{}: named by both --output and --html; name two files", html.display());
    }
    let folder = args.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
    let (mut text, ids) = match &args.rows {
        Some(path) => {
            let wrong = rows::read(path)?;
            let (some, all) = (wrong.ids.len(), counted(wrong.rows as u64, "row"));
            ui.note(&format!("{some} of {all} were answered wrongly"));
            let lines = wrong.sentences.iter().map(|sentence| &sentence[..]);
            (Text::of_lines(lines, &path.display().to_string())?, Some(wrong.ids))
        }
        None => (Text::open(&input, &folder, args.lossy)?, None),
    };
    let opened = needs_model.then(|| open_model(&args.model, Need::Ngrams)).transpose()?;
    let (model, whole) = opened.unzip();
    let net = model.as_ref().and_then(|model: &Model| model.view().net.as_ref());
    if args.by == Some(ByArg::Meaning) && net.is_none() {
        anyhow::bail!(
            "{}: a model without a net, which knows no meaning; group with --by form, or train a net with `impute \
             train --net 1M`",
            model.as_ref().map_or("", Model::name)
        );
    }
    let settings = settings(args);
    let dimension = net.map_or(ROWS, |net| net.shape.width);
    settings.check(dimension)?;
    let out = Output::create(args.output.as_deref())?;
    let html = args.html.as_deref().map(|path| Output::create(Some(path))).transpose()?;
    let mut sample = Sample::new(&settings, dimension);
    let began = Instant::now();
    text.read(ui, |line| sample.see(line))?;
    let job = Job { args, ui, settings, out, html, ids, began, whole };
    match model.as_ref().and_then(|model| Meaning::of(model.view(), &sample)) {
        Some(meaning) => job.group(text, sample, &meaning, "meaning"),
        None => {
            let form = Form::of(&sample);
            job.group(text, sample, &form, "form")
        }
    }
}

fn settings(args: &Cluster) -> Settings {
    let mut settings = Settings::default();
    settings.k = args.silhouette.iter().copied().max().unwrap_or(args.k).into();
    settings.sample = (args.sample as usize).max(settings.k);
    settings.seed = args.seed;
    settings.memory = bytes_of(args.memory);
    settings
}

impl Job<'_> {
    fn group(
        mut self,
        text: Text,
        sample: Sample,
        vectors: &impl Vectors,
        by: &str,
    ) -> anyhow::Result<()> {
        let items = Sampled { sample: &sample, vectors };
        if !self.args.silhouette.is_empty() {
            return self.compare(&items);
        }
        let centres = learn(&items, &self.settings, self.ui)?;
        if centres.k() == 0 {
            anyhow::bail!("{}: no line with a word in it; give it sentences", text.name());
        }
        if centres.k() < self.settings.k {
            let (few, k) = (centres.k(), self.settings.k);
            self.ui.note(&format!(
                "{few} clusters instead of {k}: there are no more different sentences"
            ));
        }
        let mut summary = Summary::new(centres.k());
        if self.args.summary || self.args.json || self.html.is_some() {
            let of: Vec<Option<u32>> = assign_items(&items, &centres)
                .into_iter()
                .map(|found| found.map(|found| found.cluster))
                .collect();
            let words = telling(&sample, &of, centres.k(), WORDS);
            summary
                .clusters
                .iter_mut()
                .zip(words)
                .for_each(|(cluster, words)| cluster.words = words);
        }
        drop(sample);
        let mut lines = Lines::new(self.out, self.args.json, self.ids.take());
        let quiet = self.args.summary;
        assign(text.reopen()?, vectors, &centres, self.ui, |line, found| {
            summary.see(line, found);
            if quiet { Ok(()) } else { lines.write(found) }
        })?;
        summary.finish();
        self.ui.clear();
        match (self.args.json, quiet) {
            (true, _) => {
                lines.out.write(format!("{}\n", serde_json::to_string(&summary)?).as_bytes())?
            }
            (false, true) => lines.out.write(shown::text(&summary).as_bytes())?,
            (false, false) => {}
        }
        if let Some(whole) = self.whole {
            whole.confirm(self.ui)?;
        }
        if let Some(mut html) = self.html {
            html.write(page(self.args, &summary, &centres, by).as_bytes())?;
            html.complete()?;
            lines.out.complete()?;
            html.finish()?;
        }
        lines.out.finish()?;
        let seconds = self.began.elapsed().as_secs_f64();
        self.ui.note(&told(&summary, by, seconds));
        Ok(())
    }

    /// The silhouette for every number of clusters.
    fn compare<V: Vectors>(mut self, items: &Sampled<'_, V>) -> anyhow::Result<()> {
        let mut all = Vec::new();
        for &k in &self.args.silhouette {
            self.settings.k = k.into();
            let centres = learn(items, &self.settings, self.ui)?;
            all.push((centres.k(), silhouette(items, &centres)));
        }
        self.ui.clear();
        let text = match self.args.json {
            true => {
                let one = |(k, [silhouette, cohesion]): &(usize, [f64; 2])| {
                    format!(
                        "{}\n",
                        json!({ "k": k, "silhouette": silhouette, "cohesion": cohesion })
                    )
                };
                all.iter().map(one).collect()
            }
            false => shown::silhouettes(&all),
        };
        if let Some(whole) = self.whole {
            whole.confirm(self.ui)?;
        }
        self.out.write(text.as_bytes())?;
        Ok(self.out.finish()?)
    }
}

fn told(summary: &Summary, by: &str, seconds: f64) -> String {
    let without = match summary.without {
        0 => String::new(),
        n => format!(", {n} without a known word"),
    };
    format!(
        "{} in {} by {by}, cohesion {:.3}{without}, {seconds:.1} s",
        counted(summary.lines, "sentence"),
        counted(summary.clusters.len() as u64, "cluster"),
        summary.cohesion
    )
}

fn page(args: &Cluster, summary: &Summary, centres: &Centres, by: &str) -> String {
    let input = args.rows.as_deref().or(args.text.as_deref());
    let text = input.map_or("standard input".to_owned(), file_name);
    let mut command = vec!["impute cluster".to_owned()];
    match (&args.rows, &args.text) {
        (Some(_), _) => command.push(format!("--rows {}", quoted(&text))),
        (None, Some(_)) => command.push(quoted(&text)),
        (None, None) => command.push("-".to_owned()),
    }
    command.push(format!("-k {} --by {by} --sample {} --seed {}", args.k, args.sample, args.seed));
    if by == "meaning"
        && let Some(model) = model_file(&args.model)
    {
        command.push(format!("--model {}", quoted(&file_name(&model))));
    }
    command.extend(args.lossy.then(|| "--lossy".to_owned()));
    command.push("--html clusters.html".to_owned());
    let (command, places) = (command.join(" "), places(centres));
    clusters_page(&ClustersPage { text: &text, by, command: &command, summary, places: &places })
}
