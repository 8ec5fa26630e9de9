//! Numbers as people read them.

/// A whole number with commas between the thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Events a second: one decimal below a thousand.
pub fn rate(value: f64) -> String {
    if value < 999.95 { format!("{value:.1}") } else { grouped(value.round() as u64) }
}

/// A latency in the unit that suits it, with three digits.
pub fn latency(microseconds: u32) -> String {
    let value = f64::from(microseconds);
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..9_995 => format!("{:.2} ms", value / 1e3),
        9_995..99_950 => format!("{:.1} ms", value / 1e3),
        99_950..999_500 => format!("{:.0} ms", value / 1e3),
        999_500..9_995_000 => format!("{:.2} s", value / 1e6),
        _ => format!("{:.1} s", value / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.04, 512.34, 1234.5].map(rate), ["0.0", "512.3", "1,235"]);
        let latencies = [7, 1_922, 15_449, 250_400, 3_000_000, u32::MAX].map(latency);
        assert_eq!(latencies, ["7 µs", "1.92 ms", "15.4 ms", "250 ms", "3.00 s", "4295.0 s"]);
    }
}
