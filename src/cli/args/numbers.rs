//! Numbers as people write them; an error names what is understood.

use std::str::FromStr;

/// A number between 0 and 1, and how it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub value: f64,
    /// For messages: a reader of 0.0094339 would not know what to type.
    pub typed: String,
}

/// A share as a decimal, a fraction or a percentage.
pub fn share(text: &str) -> Result<Share, String> {
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| WRITTEN.to_owned());
    let value = match (text.split_once('/'), text.strip_suffix('%')) {
        (Some((above, below)), _) => number(above)? / number(below)?,
        (None, Some(hundredths)) => number(hundredths)? / 100.0,
        (None, None) => number(text)?,
    };
    match value > 0.0 && value < 1.0 {
        true => Ok(Share { value, typed: text.trim().to_owned() }),
        false => Err(WRITTEN.to_owned()),
    }
}

const WRITTEN: &str = "give a number between 0 and 1, as 0.001, 1/1000 or 0.1%";

/// The order of a model.
pub fn order(text: &str) -> Result<u8, String> {
    match text.parse::<u64>() {
        Ok(order @ 2..=5) => Ok(order as u8),
        Ok(6..) => Err("orders 2 to 5 can be trained; take 5, beyond which n-grams say hardly anything that shorter \
                        ones do not"
            .to_owned()),
        _ => Err("give a whole number from 2 to 5".to_owned()),
    }
}

/// A whole number without a limit of its own.
pub fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "give a whole number, 0 or more".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_decimal_a_fraction_or_a_percentage() {
        for (text, value) in
            [("0.5", 0.5), ("1/106", 1.0 / 106.0), ("50%", 0.5), ("0.1 %", 0.001), ("1e-3", 0.001)]
        {
            let share = share(text).unwrap();
            assert_eq!((share.value, &share.typed[..]), (value, text));
        }
        for wrong in ["", "0", "1", "-1", "100%", "0%", "%", "1/0", "0/1", "1/2%", "half", "nan"] {
            assert!(share(wrong).unwrap_err().contains("between 0 and 1"), "{wrong}");
        }
    }
}
