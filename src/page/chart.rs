//! Pictures in SVG, drawn inside the page: axes, points with intervals, lines, bars.
//!
//! Colours and strokes are classes of `style.css`, so that a picture follows the page in dark mode and
//! print. Series also differ in the shape of their marks. Every picture has a name for readers who cannot
//! see it, and a table of its numbers beside it.

use maud::{Markup, PreEscaped, html};

/// Size of a picture, in the units of its coordinates.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 290.0;
/// Room for labels: left, top, right, bottom.
const ROOM: [f64; 4] = [48.0, 12.0, 14.0, 46.0];

/// What an axis shows.
#[derive(Debug, Clone)]
pub struct Scale {
    title: &'static str,
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<(f64, String)>,
}

impl Scale {
    /// Shares from 0 to 1, written in percent.
    pub fn shares(title: &'static str) -> Self {
        let ticks = (0..=5).map(|i| (f64::from(i) / 5.0, (20 * i).to_string())).collect();
        Scale { title, low: 0.0, high: 1.0, logarithmic: false, ticks }
    }

    /// Round ticks around all values, and around 0 if asked.
    pub fn around(title: &'static str, values: &[f64], zero: bool) -> Self {
        let zero = if zero { &[0.0][..] } else { &[] };
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &value in values.iter().chain(zero).filter(|value| value.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low < 1e-9 {
            (low, high) = (low - 0.5, high + 0.5);
        }
        let step = step((high - low) / 5.0);
        let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
        let decimals = (-libm::log10(step).floor()).clamp(0.0, 6.0) as usize;
        let tick = |i: i64| {
            let value = i as f64 * step;
            (value, super::spell::fixed(value, decimals))
        };
        let ticks: Vec<_> = (first..=last).map(tick).collect();
        let (low, high) = (first as f64 * step, last as f64 * step);
        Scale { title, low, high, logarithmic: false, ticks }
    }

    /// These positive values on a logarithmic axis; ticks at those that have room.
    pub fn logarithmic(title: &'static str, values: &[f64]) -> Self {
        let mut values: Vec<f64> = values.to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let (low, high) =
            (values.first().unwrap_or(&1.0) / 1.5, values.last().unwrap_or(&1.0) * 1.5);
        let room = libm::log10(high / low) / 7.0;
        let mut ticks: Vec<(f64, String)> = Vec::new();
        for value in values {
            if ticks.last().is_none_or(|last| libm::log10(value / last.0) > room) {
                ticks.push((value, value.to_string()));
            }
        }
        Scale { title, low, high, logarithmic: true, ticks }
    }

    /// One place for each name, in the middle of its part.
    pub fn names(title: &'static str, names: Vec<String>) -> Self {
        let high = names.len().max(1) as f64;
        let ticks = names.into_iter().enumerate().map(|(i, name)| (i as f64 + 0.5, name)).collect();
        Scale { title, low: 0.0, high, logarithmic: false, ticks }
    }

    /// Where a value lies between the ends, from 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let place = |value: f64| if self.logarithmic { libm::log10(value) } else { value };
        let share = (place(value) - place(self.low)) / (place(self.high) - place(self.low));
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// The first of 1, 2 or 5 times a power of ten that is no less.
fn step(least: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(least)));
    [1.0, 2.0, 5.0].map(|m| m * power).into_iter().find(|s| *s >= least).unwrap_or(10.0 * power)
}

/// A picture with two axes.
#[derive(Debug, Clone)]
pub struct Plot {
    x: Scale,
    y: Scale,
    height: f64,
}

impl Plot {
    pub fn new(x: Scale, y: Scale) -> Self {
        Plot { x, y, height: HEIGHT }
    }

    fn px(&self, x: f64) -> f64 {
        ROOM[0] + self.x.share(x) * (WIDTH - ROOM[0] - ROOM[2])
    }

    fn py(&self, y: f64) -> f64 {
        let bottom = self.height - ROOM[3];
        bottom - self.y.share(y) * (bottom - ROOM[1])
    }

    /// The picture: `name` is what it shows, in words.
    pub fn draw(&self, name: &str, marks: Markup) -> Markup {
        let (right, bottom) = (WIDTH - ROOM[2], self.height - ROOM[3]);
        html! {
            svg viewBox={ "0 0 " (WIDTH) " " (self.height) } role="img" aria-label=(name) {
                @for (value, label) in &self.y.ticks {
                    (segment([ROOM[0], self.py(*value)], [right, self.py(*value)], "grid"))
                    text.tick x=(unit(ROOM[0] - 7.0)) y=(unit(self.py(*value) + 4.0))
                        text-anchor="end" { (label) }
                }
                @for (value, label) in &self.x.ticks {
                    (segment([self.px(*value), bottom], [self.px(*value), bottom + 4.0], "axis"))
                    text.tick x=(unit(self.px(*value))) y=(unit(bottom + 17.0))
                        text-anchor="middle" { (label) }
                }
                (segment([ROOM[0], bottom], [right, bottom], "axis"))
                text.title x=(unit((ROOM[0] + right) / 2.0)) y=(unit(self.height - 8.0))
                    text-anchor="middle" { (self.x.title) }
                text.title transform={ "translate(12 " (unit((ROOM[1] + bottom) / 2.0)) ") rotate(-90)" }
                    text-anchor="middle" { (self.y.title) }
                (marks)
            }
        }
    }

    /// Where both axes have the same value.
    pub fn diagonal(&self) -> Markup {
        let low = self.x.low.max(self.y.low);
        let high = self.x.high.min(self.y.high);
        segment([self.px(low), self.py(low)], [self.px(high), self.py(high)], "diagonal")
    }

    /// Straight lines through points.
    pub fn line(&self, series: usize, points: &[[f64; 2]]) -> Markup {
        let points: Vec<String> = (points.iter())
            .map(|&[x, y]| format!("{},{}", unit(self.px(x)), unit(self.py(y))))
            .collect();
        html! { polyline.line.(colour(series)) points=(points.join(" ")) {} }
    }

    /// A line from low to high, at x.
    pub fn interval(&self, series: usize, x: f64, [low, high]: [f64; 2]) -> Markup {
        let class = format!("interval {}", colour(series));
        segment([self.px(x), self.py(low)], [self.px(x), self.py(high)], &class)
    }

    /// A point, with its tooltip.
    pub fn point(&self, series: usize, [x, y]: [f64; 2], says: &str) -> Markup {
        mark(series, [self.px(x), self.py(y)], says)
    }

    /// A circle of a radius in the units of the picture, through which others are seen.
    pub fn circle(&self, series: usize, [x, y]: [f64; 2], radius: f64, says: &str) -> Markup {
        html! {
            circle.area.(colour(series)) cx=(unit(self.px(x))) cy=(unit(self.py(y))) r=(unit(radius.max(2.0))) {
                (tip(says))
            }
        }
    }

    /// A name in the middle of a place.
    pub fn label(&self, [x, y]: [f64; 2], name: &str) -> Markup {
        html! {
            text.tick x=(unit(self.px(x))) y=(unit(self.py(y) + 4.0)) text-anchor="middle" { (name) }
        }
    }

    /// A faint bar behind the rest, from 0 to y, between two values of x.
    pub fn shade(&self, [left, right]: [f64; 2], y: f64) -> Markup {
        let (left, right) = (self.px(left), self.px(right));
        let (top, bottom) = (self.py(y), self.py(0.0));
        html! {
            rect.shade x=(unit(left + 1.0)) y=(unit(top)) width=(unit((right - left - 2.0).max(0.0)))
                height=(unit(bottom - top)) {}
        }
    }

    /// A bar from 0 to y whose left edge is at x.
    pub fn bar(&self, series: usize, [x, y]: [f64; 2], width: f64, says: &str) -> Markup {
        let (left, right) = (self.px(x), self.px(x + width));
        let (top, bottom) = (self.py(y), self.py(0.0));
        html! {
            rect.bar.(colour(series)) x=(unit(left)) y=(unit(top)) width=(unit(right - left))
                height=(unit(bottom - top)) { title { (says) } }
        }
    }
}

/// A point with an interval.
pub struct Row {
    pub name: String,
    pub value: f64,
    /// The ends of the interval.
    pub ends: [f64; 2],
    pub label: String,
}

/// Rows of points with intervals, one below the other.
pub fn rows(name: &str, title: &'static str, rows: &[Row]) -> Markup {
    let width = 460.0;
    let (left, right, step) = (118.0, width - 66.0, 40.0);
    let values: Vec<f64> =
        rows.iter().flat_map(|row| [row.value, row.ends[0], row.ends[1]]).collect();
    let scale = Scale::around(title, &values, false);
    let px = |value: f64| left + scale.share(value) * (right - left);
    let bottom = 14.0 + step * rows.len() as f64;
    let height = bottom + 44.0;
    html! {
        svg.wide viewBox={ "0 0 " (width) " " (unit(height)) } role="img" aria-label=(name) {
            @for (value, label) in &scale.ticks {
                (segment([px(*value), 8.0], [px(*value), bottom], "grid"))
                text.tick x=(unit(px(*value))) y=(unit(bottom + 16.0)) text-anchor="middle" { (label) }
            }
            (segment([left, bottom], [right, bottom], "axis"))
            text.title x=(unit((left + right) / 2.0)) y=(unit(bottom + 37.0)) text-anchor="middle" {
                (title)
            }
            @for (i, Row { name, value, ends, label }) in rows.iter().enumerate() {
                @let y = 8.0 + step * (i as f64 + 0.5);
                text.name x=(unit(left - 12.0)) y=(unit(y + 4.5)) text-anchor="end" { (name) }
                (segment([px(ends[0]), y], [px(ends[1]), y], &format!("interval {}", colour(i))))
                @for end in ends {
                    (segment([px(*end), y - 5.0], [px(*end), y + 5.0], &format!("interval {}", colour(i))))
                }
                (mark(i, [px(*value), y], label))
                text.name x=(unit(right + 12.0)) y=(unit(y + 4.5)) { (label) }
            }
        }
    }
}

/// The names of the series.
pub fn legend<S: AsRef<str>>(names: &[S]) -> Markup {
    html! {
        ul.legend {
            @for (i, name) in names.iter().enumerate() {
                li {
                    svg.key viewBox="0 0 16 16" aria-hidden="true" { (mark(i, [8.0, 8.0], "")) }
                    (name.as_ref())
                }
            }
        }
    }
}

/// A circle, square, diamond or triangle: series are not told apart by colour alone.
fn mark(series: usize, [x, y]: [f64; 2], says: &str) -> Markup {
    let corners: &[[f64; 2]] = match series % 4 {
        0 => &[],
        1 => &[[-4.4, -4.4], [4.4, -4.4], [4.4, 4.4], [-4.4, 4.4]],
        2 => &[[0.0, -6.4], [6.4, 0.0], [0.0, 6.4], [-6.4, 0.0]],
        _ => &[[0.0, -6.2], [6.0, 4.6], [-6.0, 4.6]],
    };
    let corners: Vec<String> =
        (corners.iter()).map(|[dx, dy]| format!("{},{}", unit(x + dx), unit(y + dy))).collect();
    html! {
        @if corners.is_empty() {
            circle.mark.(colour(series)) cx=(unit(x)) cy=(unit(y)) r="5" { (tip(says)) }
        } @else {
            polygon.mark.(colour(series)) points=(corners.join(" ")) { (tip(says)) }
        }
    }
}

fn tip(says: &str) -> Markup {
    if says.is_empty() {
        PreEscaped(String::new())
    } else {
        html! { title { (says) } }
    }
}

fn segment([x1, y1]: [f64; 2], [x2, y2]: [f64; 2], class: &str) -> Markup {
    html! { line class=(class) x1=(unit(x1)) y1=(unit(y1)) x2=(unit(x2)) y2=(unit(y2)) {} }
}

/// The class of a series; six colours, then from the first again.
fn colour(series: usize) -> String {
    format!("s{}", series % 6)
}

fn unit(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|(_, label)| &label[..]).collect()
    }

    #[test]
    fn axes_end_at_whole_ticks_around_all_values() {
        let scale = Scale::around("", &[4.09, 5.11, 9.7], false);
        assert_eq!(labels(&scale), ["4", "6", "8", "10"]);
        assert_eq!((scale.share(4.0), scale.share(10.0), scale.share(7.0)), (0.0, 1.0, 0.5));
        assert_eq!(labels(&Scale::around("", &[-0.12, 0.31], false))[0], "−0.2");
        assert_eq!(labels(&Scale::around("", &[0.3], true))[0], "0.0");
        // No values, or none that are numbers, still make an axis.
        for values in [&[][..], &[2.0], &[f64::NAN, f64::INFINITY]] {
            let scale = Scale::around("", values, false);
            assert!(scale.low < scale.high && scale.ticks.len() > 1, "{values:?}");
        }
        assert_eq!(Scale::around("", &[], false).share(f64::NAN), 0.0);
    }

    #[test]
    fn a_logarithmic_axis_has_ticks_with_room_between_them() {
        let scale = Scale::logarithmic("", &[54.0, 1.0, 2.0, 2.2, 5.0, 54.0]);
        assert_eq!(labels(&scale), ["1", "2", "5", "54"]);
        let middle = scale.share(libm::sqrt(54.0));
        assert!((middle - 0.5).abs() < 1e-12, "{middle}");
    }

    #[test]
    fn a_picture_has_a_name_and_closes_what_it_opens() {
        let plot = Plot::new(Scale::shares("x"), Scale::names("y", vec!["<a>".into(), "b".into()]));
        let svg = plot.draw("points & more", plot.point(1, [0.5, 0.5], "half")).into_string();
        assert!(svg.contains("aria-label=\"points &amp; more\"") && svg.contains("&lt;a&gt;"));
        for tag in ["svg", "line", "text", "polygon", "title"] {
            let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
            let opened = svg.matches(&open).count();
            assert!(opened > 0 && opened == svg.matches(&close).count(), "{tag}: {svg}");
        }
    }
}
