//! Latencies as a picture in SVG: over the steps, or over time if there is only one.
//!
//! The picture needs nothing else and follows light and dark. Latency has a logarithmic axis, since its median and
//! its tail are seldom of one size. A run of many hours is drawn by the worst second of each part.

use maud::{Markup, PreEscaped, html};

use super::latencies::Percentiles;
use super::report::Report;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
/// Room for labels: left, top, right, bottom.
const ROOM: [f64; 4] = [62.0, 44.0, 18.0, 48.0];
/// How many points a line has at most.
const POINTS: usize = 300;

const STYLE: &str = "\
svg{font:12px system-ui,sans-serif;background:#fff;fill:#222}\
.grid{stroke:#ddd}.axis{stroke:#666}.line{fill:none;stroke-width:2}.accepted{stroke:#0b62a8}.results{stroke:#b04a00}\
.p99{stroke-dasharray:6 4}circle.line{stroke-dasharray:none}\
@media (prefers-color-scheme:dark){svg{background:#16181b;fill:#e6e6e6}.grid{stroke:#33373c}.axis{stroke:#999}\
.accepted{stroke:#6cb6f5}.results{stroke:#f2a265}}";

/// A line of the picture.
struct Series {
    name: &'static str,
    class: &'static str,
    points: Vec<[f64; 2]>, // rate or second, microseconds
}

/// Draws a report.
pub fn draw(report: &Report) -> String {
    let steps = report.steps.len() > 1;
    let points: Vec<(f64, [Option<Percentiles>; 2])> = if steps {
        let point = |i: usize, step: &super::summary::Summary| {
            let latencies = [step.accepted, step.results].map(|m| m.map(|m| m.microseconds));
            (step.rate.unwrap_or(i as f64), latencies)
        };
        report.steps.iter().enumerate().map(|(i, step)| point(i, step)).collect()
    } else {
        let windows = report.steps.iter().flat_map(|step| &step.over_time);
        windows
            .map(|w| (w.second, [w.accepted, w.results].map(|s| s.map(|s| s.microseconds))))
            .collect()
    };
    let lines = [
        series("accepted p50", "line accepted", &points, 0, |p| p.p50),
        series("accepted p99", "line accepted p99", &points, 0, |p| p.p99),
        series("result p50", "line results", &points, 1, |p| p.p50),
        series("result p99", "line results p99", &points, 1, |p| p.p99),
    ];
    let lines: Vec<Series> = lines.into_iter().filter(|line| !line.points.is_empty()).collect();
    let title = if steps { "requests a second" } else { "seconds" };
    let what = format!("Latency of {} over {title}", report.url);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n",
        picture(&what, title, &lines).into_string()
    )
}

fn series(
    name: &'static str,
    class: &'static str,
    all: &[(f64, [Option<Percentiles>; 2])],
    kind: usize,
    value: fn(&Percentiles) -> u32,
) -> Series {
    let one = |(x, both): &(f64, [Option<Percentiles>; 2])| {
        Some([*x, f64::from(value(both[kind].as_ref()?).max(1))])
    };
    let points: Vec<[f64; 2]> = all.iter().filter_map(one).collect();
    let part = points.len().div_ceil(POINTS).max(1);
    let worst = |part: &[[f64; 2]]| part.iter().copied().max_by(|a, b| a[1].total_cmp(&b[1]));
    Series { name, class, points: points.chunks(part).filter_map(worst).collect() }
}

fn picture(what: &str, title: &str, lines: &[Series]) -> Markup {
    let values =
        |axis: usize| lines.iter().flat_map(move |line| line.points.iter().map(move |p| p[axis]));
    let (x_low, x_high) = (0.0, values(0).fold(1e-9, f64::max));
    let low = values(1).fold(f64::INFINITY, f64::min).min(1e9);
    let high = values(1).fold(low * 2.0, f64::max);
    let (y_low, y_high) =
        (decade(low, f64::floor), decade(high, f64::ceil).max(decade(low, f64::floor) * 10.0));
    let (right, bottom) = (WIDTH - ROOM[2], HEIGHT - ROOM[3]);
    let px = |x: f64| ROOM[0] + (x - x_low) / (x_high - x_low) * (right - ROOM[0]);
    let py = |y: f64| bottom - (y / y_low).log10() / (y_high / y_low).log10() * (bottom - ROOM[1]);
    let x_step = round(x_high / 6.0);
    let x_ticks = (0..=12).map(|i| f64::from(i) * x_step).filter(|x| *x <= x_high * 1.000_001);
    // Few powers of ten leave room for values between them.
    let within: &[f64] = if y_high / y_low < 1e3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let y_ticks = (0..=12).flat_map(|i| within.iter().map(move |m| m * y_low * 10_f64.powi(i)));
    let y_ticks = y_ticks.filter(|y| *y <= y_high * 1.000_001);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(what) {
            style { (PreEscaped(STYLE)) }
            @for (i, line) in lines.iter().enumerate() {
                @let x = ROOM[0] + 140.0 * i as f64;
                line class=(line.class) x1=(unit(x)) x2=(unit(x + 26.0)) y1="20" y2="20" {}
                text x=(unit(x + 32.0)) y="24" { (line.name) }
            }
            @for y in y_ticks {
                line class="grid" x1=(unit(ROOM[0])) x2=(unit(right)) y1=(unit(py(y))) y2=(unit(py(y))) {}
                text x=(unit(ROOM[0] - 8.0)) y=(unit(py(y) + 4.0)) text-anchor="end" { (time(y)) }
            }
            @for x in x_ticks {
                line class="axis" x1=(unit(px(x))) x2=(unit(px(x))) y1=(unit(bottom)) y2=(unit(bottom + 5.0)) {}
                text x=(unit(px(x))) y=(unit(bottom + 19.0)) text-anchor="middle" { (short(x)) }
            }
            line class="axis" x1=(unit(ROOM[0])) x2=(unit(right)) y1=(unit(bottom)) y2=(unit(bottom)) {}
            text x=(unit((ROOM[0] + right) / 2.0)) y=(unit(HEIGHT - 8.0)) text-anchor="middle" { (title) }
            @for line in lines {
                @let points: Vec<String> =
                    line.points.iter().map(|p| format!("{},{}", unit(px(p[0])), unit(py(p[1])))).collect();
                polyline class=(line.class) points=(points.join(" ")) {}
                @if line.points.len() <= 40 {
                    @for p in &line.points {
                        circle class=(line.class) cx=(unit(px(p[0]))) cy=(unit(py(p[1]))) r="3" {
                            title { (line.name) ": " (time(p[1])) " at " (short(p[0])) }
                        }
                    }
                }
            }
        }
    }
}

/// The power of ten at or beside a value above 0.
fn decade(value: f64, side: fn(f64) -> f64) -> f64 {
    10_f64.powf(side(value.log10()))
}

/// The first of 1, 2 or 5 times a power of ten that is no less.
fn round(least: f64) -> f64 {
    let power = decade(least, f64::floor);
    [1.0, 2.0, 5.0]
        .map(|m| m * power)
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

fn time(microseconds: f64) -> String {
    match microseconds {
        us if us < 1e3 => format!("{} µs", short(us)),
        us if us < 1e6 => format!("{} ms", short(us / 1e3)),
        us => format!("{} s", short(us / 1e6)),
    }
}

/// Up to three decimals, none that are zero.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn unit(value: f64) -> String {
    format!("{value:.1}")
}
