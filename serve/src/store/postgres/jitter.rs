//! Pauses that differ, so that not all come at once to a server that is there again.

use std::time::Duration;

use uuid::Uuid;

/// From a half of this time to all of it.
pub fn jittered(time: Duration) -> Duration {
    let (random, _) = Uuid::new_v4().as_u64_pair();
    let part = random >> 48; // 16 bits that are random in every such id
    time / 2 + time.mul_f64(part as f64 / f64::from(1 << 17))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_a_half_and_all() {
        let time = Duration::from_secs(1);
        let all: Vec<_> = (0..100).map(|_| jittered(time)).collect();
        assert!(all.iter().all(|one| (time / 2..=time).contains(one)));
        assert!(all.iter().any(|one| *one != all[0]));
    }
}
