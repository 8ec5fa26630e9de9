//! How long to wait before a server is asked again: ever longer, and not all at once.

use std::time::Duration;

use uuid::Uuid;

/// The first pause.
const FIRST: Duration = Duration::from_millis(100);
/// No pause is longer.
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses that grow, each by chance between a half and all of its length: a server that comes back is not to be met
/// by all at once.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff { next: FIRST }
    }
}

impl Backoff {
    /// The next pause.
    pub fn pause(&mut self) -> Duration {
        let all = self.next;
        self.next = (self.next * 2).min(LONGEST);
        jittered(all)
    }

    /// Waits for the next pause.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.pause()).await;
    }
}

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
    fn pauses_grow_to_five_seconds_and_differ() {
        let mut backoff = Backoff::default();
        for milliseconds in [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000] {
            let (all, pause) = (Duration::from_millis(milliseconds), backoff.pause());
            assert!((all / 2..=all).contains(&pause), "{pause:?} of {all:?}");
        }
        let pauses: Vec<_> = (0..20).map(|_| Backoff::default().pause()).collect();
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
    }

    #[test]
    fn between_a_half_and_all() {
        let time = Duration::from_secs(1);
        let all: Vec<_> = (0..100).map(|_| jittered(time)).collect();
        assert!(all.iter().all(|one| (time / 2..=time).contains(one)));
        assert!(all.iter().any(|one| *one != all[0]));
    }
}
