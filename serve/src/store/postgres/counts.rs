//! What is kept when texts are removed: how many there were, by day, task, model, version and state.

/// The part of a statement that counts what its part `written` has ended; the parameter is the slot of the process.
macro_rules! counted {
    ($slot:literal) => {
        concat!(
            "counted AS (
  INSERT INTO counts AS c(day, task, model, version, state, slot, texts)
  SELECT finished / 86400000, task, model, coalesce(version, 0), state, ",
            $slot,
            "::smallint, count(*)
  FROM written GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (day, task, model, version, state, slot) DO UPDATE SET texts = c.texts + excluded.texts
)"
        )
    };
}

pub(super) use counted;
