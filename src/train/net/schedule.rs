//! How far the weights go in each step of a training: a linear warm-up, then a cosine down to nothing (Loshchilov &
//! Hutter 2017), and a decay of the weights in proportion (Loshchilov & Hutter 2019).

/// Sentences per step.
pub const BATCH: usize = 128;

/// The highest learning rate of a new net.
const RATE: f64 = 5e-3;
/// The most steps of warm-up, which is a tenth of all steps if that is fewer.
const WARM_UP: u64 = 800;
/// A weight of a matrix that no gradient changes is, after a whole training of a new net, smaller by a factor of about e
/// to this, however many steps there are (Wang & Aitchison 2024); in trainings of fewer than a hundred steps by less. So
/// is an embedding that every batch has: it decays when it occurs. Gains and biases do not decay.
const DECAY: f64 = 0.6;

/// The steps of a training.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    steps: u64,
    /// The highest learning rate.
    top: f64,
}

/// What one step does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// The learning rate.
    pub rate: f64,
    /// The share that every weight loses.
    pub decay: f64,
}

impl Pace {
    /// No weight changes.
    pub const STILL: Self = Pace { rate: 0.0, decay: 0.0 };
}

impl Schedule {
    /// For a training that sees so many sentences.
    pub fn new(sentences: u64) -> Self {
        Schedule { steps: sentences.div_ceil(BATCH as u64), top: RATE }
    }

    /// The same for a net that has seen `seen` sentences: the fewer come after them, the less each changes, as it would
    /// otherwise forget more than it learns.
    pub fn after(self, seen: u64) -> Self {
        let new = self.steps as f64 * BATCH as f64;
        Schedule { top: RATE * (new / (new + seen as f64).max(1.0)).sqrt(), ..self }
    }

    /// How many steps there are.
    pub fn steps(self) -> u64 {
        self.steps
    }

    /// What a step does, counted from 0.
    pub fn at(self, step: u64) -> Pace {
        let warm = WARM_UP.min(self.steps / 10).max(1);
        let up = ((step + 1) as f64 / warm as f64).min(1.0);
        let steps = self.steps.max(1) as f64;
        let height = up * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * step as f64 / steps));
        let rate = self.top * height;
        // The mean height is about a half. A training of few steps must not forget what another has learned.
        Pace { rate, decay: rate * (2.0 * DECAY / (RATE * steps)).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_then_falls_to_nothing() {
        let schedule = Schedule::new(20_000 * BATCH as u64 - 1);
        assert_eq!(schedule.steps(), 20_000);
        let rates: Vec<f64> = (0..20_000).map(|step| schedule.at(step).rate).collect();
        let top = WARM_UP as usize - 1;
        assert!(rates[..=top].is_sorted() && rates[top..].is_sorted_by(|a, b| a > b));
        assert!((rates[0] * WARM_UP as f64 / RATE - 1.0).abs() < 1e-9 && rates[top] > 0.99 * RATE);
        assert!(rates[19_999] < 1e-6 * RATE);
    }

    #[test]
    fn an_idle_weight_fades_by_as_much_in_a_short_training_as_in_a_long_one() {
        for sentences in [30_000, 200_000, 2_000_000] {
            let schedule = Schedule::new(sentences);
            let left = (0..schedule.steps())
                .fold(1.0, |left, step| left * (1.0 - schedule.at(step).decay));
            let faded = -libm::log(left);
            assert!((0.8 * DECAY..1.1 * DECAY).contains(&faded), "{sentences}: {faded}");
        }
        assert!(Schedule::new(1).at(0).decay <= RATE, "what was learned before stays");
    }

    #[test]
    fn a_net_that_has_seen_much_changes_less() {
        let new = Schedule::new(300_032);
        assert_eq!(new.at(999), new.after(0).at(999));
        let (before, after) = (new.at(999), new.after(900_096).at(999));
        assert!((after.rate / before.rate - 0.5).abs() < 1e-9);
        assert!((after.decay / before.decay - 0.5).abs() < 1e-9);
        assert_eq!(Schedule::new(0).after(5).steps(), 0);
    }
}
