//! Amounts of memory.

use std::str::FromStr;

/// An amount of memory as people write it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Memory {
    /// In bytes.
    Bytes(u64),
    /// Of the machine's memory, 0 to 1.
    Share(f64),
}

/// A unit in capitals, `GiB` as `GB`.
fn unit(text: &str) -> String {
    let unit = text.to_ascii_uppercase();
    match unit.strip_suffix("IB") {
        Some(prefix) if prefix.len() == 1 => format!("{prefix}B"),
        _ => unit,
    }
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an amount of memory; write it as 4G, 500M or 60%");
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        let number: f64 = digits.parse().map_err(|_| wrong())?;
        let factor = match unit(&text[digits.len()..]).as_str() {
            "%" if number > 0.0 && number <= 100.0 => return Ok(Memory::Share(number / 100.0)),
            "" | "B" => 1.0,
            "K" | "KB" => 1024.0,
            "M" | "MB" => 1024.0 * 1024.0,
            "G" | "GB" => 1024.0 * 1024.0 * 1024.0,
            "T" | "TB" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
            _ => return Err(wrong()),
        };
        let bytes = number * factor;
        if (1.0..1e18).contains(&bytes) { Ok(Memory::Bytes(bytes as u64)) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<Memory>().ok();
        assert_eq!(read("4G"), Some(Memory::Bytes(4 << 30)));
        assert_eq!(read("1.5m"), Some(Memory::Bytes(3 << 19)));
        assert_eq!(read("2GiB"), Some(Memory::Bytes(2 << 30)));
        assert_eq!(read("800"), Some(Memory::Bytes(800)));
        assert_eq!(read("25%"), Some(Memory::Share(0.25)));
        for wrong in
            ["", "G", "-1G", "0", "101%", "0%", "4X", "nan", "inf", "1e30G", "5IB", "5MIBIB"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
