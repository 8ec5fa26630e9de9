//! What all clients of a run share, on their one thread.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::address::Address;
use super::calls::Calls;
use super::log::Log;
use super::plan::Plan;
use super::tally::Tally;

/// Settings, counts and the wish to stop.
pub struct Shared {
    pub plan: Plan,
    pub address: Rc<Address>,
    pub calls: Calls,
    /// Of the current step.
    pub tally: RefCell<Tally>,
    pub log: Option<Log>,
    /// Nothing new is begun any more.
    pub stopping: Cell<bool>,
    /// How many requests there were, in all steps: the number of the next one.
    pub numbers: Cell<u64>,
}

impl Shared {
    /// The number of the next request.
    pub fn number(&self) -> u64 {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        number
    }
}
