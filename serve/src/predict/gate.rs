//! Which jobs may be tried at the same time: any beside any, but what may end the process beside none.
//!
//! A job that was being tried when the process ended is tried again alone, so that it can drag no other along, whichever
//! model that one is for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// The gate that all jobs go through, those that are claimed and wait for a thread included.
#[derive(Debug, Default)]
pub struct Gate {
    inside: Mutex<Inside>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    many: usize,
    alone: bool,
    /// How many wait to be alone: nobody else comes in before them.
    wanting: usize,
}

/// A place inside, given up when it is dropped.
#[derive(Debug)]
pub struct Entered {
    gate: Arc<Gate>,
    alone: bool,
}

impl Gate {
    /// Comes in beside others, as soon as nobody is alone.
    pub fn enter(self: &Arc<Self>) -> Entered {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let free = |inside: &mut Inside| inside.alone || inside.wanting > 0;
        let mut inside = self.left.wait_while(inside, free).unwrap_or_else(PoisonError::into_inner);
        inside.many += 1;
        Entered { gate: Arc::clone(self), alone: false }
    }

    /// Comes in alone, as soon as all others have left.
    pub fn enter_alone(self: &Arc<Self>) -> Entered {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.wanting += 1;
        let taken = |inside: &mut Inside| inside.alone || inside.many > 0;
        let mut inside =
            self.left.wait_while(inside, taken).unwrap_or_else(PoisonError::into_inner);
        inside.wanting -= 1;
        inside.alone = true;
        Entered { gate: Arc::clone(self), alone: true }
    }

    /// How many are inside.
    pub fn inside(&self) -> usize {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.many + usize::from(inside.alone)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut inside = self.gate.inside.lock().unwrap_or_else(PoisonError::into_inner);
        match self.alone {
            true => inside.alone = false,
            false => inside.many -= 1,
        }
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn nobody_is_beside_the_one_that_is_alone() {
        let gate = Arc::new(Gate::default());
        let (beside, alone) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (gate, beside, alone) = (&gate, &beside, &alone);
                scope.spawn(move || {
                    for round in 0..500 {
                        if (thread + round) % 3 == 0 {
                            let _inside = gate.enter_alone();
                            alone.store(true, Ordering::SeqCst);
                            assert_eq!(beside.load(Ordering::SeqCst), 0);
                            alone.store(false, Ordering::SeqCst);
                        } else {
                            let _inside = gate.enter();
                            beside.fetch_add(1, Ordering::SeqCst);
                            assert!(!alone.load(Ordering::SeqCst));
                            beside.fetch_sub(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        assert_eq!(gate.inside(), 0);
    }
}
