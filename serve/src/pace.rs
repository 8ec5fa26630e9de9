//! Waits for company: who would begin too soon after the last time waits a little, so that more share what a beginning
//! costs. Alone, nobody waits.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The least time from one beginning to the next.
const LEAST: Duration = Duration::from_millis(4);

/// When something began last.
#[derive(Debug, Default)]
pub struct Pace {
    last: Option<Instant>,
}

impl Pace {
    /// Waits until so long after the last time that this was called.
    pub async fn keep(&mut self) {
        if let Some(last) = self.last {
            sleep_until(last + LEAST).await;
        }
        self.last = Some(Instant::now());
    }

    /// How long [`Pace::keep`] would wait.
    pub fn left(&self) -> Duration {
        let due = self.last.map(|last| last + LEAST);
        due.map_or(Duration::ZERO, |due| due.saturating_duration_since(Instant::now()))
    }

    /// Notes a beginning that was waited for otherwise.
    pub fn begin(&mut self) {
        self.last = Some(Instant::now());
    }
}

/// Adds what has arrived, too, up to so many in all.
pub fn join<T>(arrived: impl FnMut() -> Option<T>, together: &mut Vec<T>, most: usize) {
    let room = most.saturating_sub(together.len());
    together.extend(std::iter::from_fn(arrived).take(room));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_soon_after_another_waits() {
        let (mut pace, began) = (Pace::default(), Instant::now());
        assert_eq!(pace.left(), Duration::ZERO);
        pace.keep().await;
        pace.keep().await;
        assert!(began.elapsed() >= LEAST);
        pace.begin();
        sleep_until(Instant::now() + LEAST).await;
        assert_eq!(pace.left(), Duration::ZERO);
    }

    #[tokio::test]
    async fn what_has_arrived_joins_up_to_the_most() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(9);
        for n in 0..5 {
            sender.send(n).await.unwrap();
        }
        let mut together = vec![9];
        join(|| receiver.try_recv().ok(), &mut together, 4);
        assert_eq!(together, [9, 0, 1, 2]);
        assert_eq!(receiver.try_recv(), Ok(3), "what is left is left there");
    }
}
