//! The load of the service, as the number of workers is computed from it.

use std::time::Duration;

use serde::Serialize;

/// What a worker says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// How many threads of it predict.
    pub threads: usize,
    /// How many texts it has predicted.
    pub texts: u64,
    /// How many milliseconds its threads have spent on that, all together.
    pub predicting_ms: u64,
}

/// What is to be done, and what does it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Load {
    /// Texts that wait or run.
    pub open: u64,
    /// Texts a second that arrive.
    pub arrivals: f64,
    /// Workers that are alive.
    pub workers: u64,
    /// Texts a second that one of them does; nothing before any was done.
    pub each: Option<f64>,
}

impl Load {
    /// From the texts that wait or run, those accepted within a time, and what the workers that are alive say.
    ///
    /// A worker of the mean number of threads does as many texts a second as the threads of all have done per second
    /// of predicting: how busy they were does not matter, nor how long they have been there.
    pub fn of(open: u64, accepted: u64, over: Duration, beats: &[Beat]) -> Self {
        let sum = |of: fn(&Beat) -> u64| beats.iter().map(|beat| of(beat) as f64).sum::<f64>();
        let texts_of_a_thread = sum(|beat| beat.texts) / sum(|beat| beat.predicting_ms) * 1e3;
        let each = texts_of_a_thread * sum(|beat| beat.threads as u64) / beats.len() as f64;
        let arrivals = accepted as f64 / over.as_secs_f64();
        Load {
            open,
            arrivals: if arrivals.is_finite() { arrivals } else { 0.0 },
            workers: beats.len() as u64,
            each: (each.is_finite() && each > 0.0).then_some(each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_worker_does_what_its_threads_do_while_they_predict() {
        let beats = [
            // 2 threads, 10 ms a text: 200 a second if busy.
            Beat { threads: 2, texts: 1000, predicting_ms: 10_000 },
            // 4 threads of the same speed, hardly used.
            Beat { threads: 4, texts: 10, predicting_ms: 100 },
        ];
        let load = Load::of(7, 600, MINUTE, &beats);
        assert_eq!(load, Load { open: 7, arrivals: 10.0, workers: 2, each: Some(300.0) });
    }

    #[test]
    fn what_nobody_has_done_has_no_speed() {
        for beats in [&[][..], &[Beat { threads: 2, texts: 0, predicting_ms: 0 }]] {
            let load = Load::of(0, 0, Duration::ZERO, beats);
            assert_eq!((load.each, load.arrivals), (None, 0.0));
            assert_eq!(load.workers, beats.len() as u64);
        }
        let idle = Beat { threads: 1, texts: 3, predicting_ms: 0 };
        assert_eq!(Load::of(0, 0, MINUTE, &[idle]).each, None);
    }
}
