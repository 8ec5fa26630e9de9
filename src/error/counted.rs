//! Numbers of things, in words.

/// `1 sentence`, `2 sentences`.
pub fn counted(n: u64, thing: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_several() {
        let told = [0, 1, 2].map(|n| counted(n, "thread"));
        assert_eq!(told, ["0 threads", "1 thread", "2 threads"]);
    }
}
