//! Where a job or a batch stands.

/// Where a job or a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It waits for its turn.
    Waiting,
    /// It is being done.
    Running,
    /// Its result is there.
    Done,
    /// It was tried and could not be done; a reason is there.
    Failed,
    /// Its time ran out before its turn came.
    Expired,
    /// Text and result were removed by request.
    Deleted,
    /// A batch of which not all is there yet.
    Arriving,
}

impl State {
    const ALL: [State; 7] = [
        State::Waiting,
        State::Running,
        State::Done,
        State::Failed,
        State::Expired,
        State::Deleted,
        State::Arriving,
    ];

    /// As it is stored.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// What is stored as this number; of a number that is none, [`State::Failed`].
    pub fn of(number: i64) -> Self {
        State::ALL.into_iter().find(|state| state.number() == number).unwrap_or(State::Failed)
    }

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Expired => "expired",
            State::Deleted => "deleted",
            State::Arriving => "arriving",
        }
    }

    /// Whether this state is final.
    pub fn is_final(self) -> bool {
        !matches!(self, State::Waiting | State::Running | State::Arriving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_stored_as_their_numbers() {
        for (number, state) in State::ALL.into_iter().enumerate() {
            assert_eq!((state.number(), State::of(number as i64)), (number as i64, state));
            assert_eq!(state.number() < 2, matches!(state, State::Waiting | State::Running));
        }
    }
}
