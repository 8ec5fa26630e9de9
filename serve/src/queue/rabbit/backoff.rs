//! How long to wait before a server is asked again.

use std::time::Duration;

use crate::store::postgres::jittered;

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
}
