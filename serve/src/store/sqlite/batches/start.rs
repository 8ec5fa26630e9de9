//! What is open: taken up again after a start.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::piece::finish;
use crate::store::{PieceDone, Result, State, TRIES};

/// After a start: batches that had not arrived are forgotten. A piece that was being tried when the process ended is
/// cut into its rows, each of which is tried alone; a row that ended it too often is given back as it was, by
/// `unanswered`. Gives the number of rows that wait.
pub fn recover(
    connection: &Connection,
    now: i64,
    models: &[String],
    split: impl Fn(&str) -> Vec<String>,
    unanswered: impl Fn(&str, &str) -> Vec<u8>,
) -> Result<u64> {
    let arriving = State::Arriving.number();
    let of_those = "DELETE FROM pieces WHERE batch IN (SELECT seq FROM batches WHERE state = ?1)";
    connection.execute(of_those, [arriving])?;
    connection.execute("DELETE FROM batches WHERE state = ?1", [arriving])?;
    let mut running = connection.prepare(
        "SELECT batch, first, pieces.rows, tries, text, pieces.model, format FROM pieces
         JOIN batches ON batches.seq = batch WHERE pieces.state < 2 AND pieces.state = 1",
    )?;
    let running = running.query_map([], |row| {
        let numbers = [0, 1, 2, 3].map(|at| row.get::<_, i64>(at));
        let texts = [4, 5, 6].map(|at| row.get::<_, String>(at));
        Ok((numbers, texts))
    })?;
    for (numbers, texts) in running.collect::<rusqlite::Result<Vec<_>>>()? {
        let [batch, first, rows, tries] = numbers;
        let [text, model, format] = texts;
        let (batch, first, rows, tries) = (batch?, first?, rows?, tries?);
        let (text, model, format) = (text?, model?, format?);
        if rows == 1 && tries >= i64::from(TRIES) {
            let answer = unanswered(&format, &text);
            // Nobody waits for it yet.
            let id = Uuid::nil();
            let done = PieceDone { batch, id, first, version: 0, answer, changed: 0, failed: 1 };
            finish(connection, &done, now)?;
            continue;
        }
        connection.execute("DELETE FROM pieces WHERE batch = ?1 AND first = ?2", [batch, first])?;
        let parts = if rows == 1 { vec![text] } else { split(&text) };
        for (at, part) in parts.into_iter().enumerate() {
            connection.execute(
                "INSERT INTO pieces(batch, first, rows, model, text, state, tries) VALUES(?1, ?2, 1, ?3, ?4, 0, ?5)",
                params![batch, first + at as i64, model, part, tries],
            )?;
        }
    }
    // One whose model is not there any more waits until its time is over.
    connection.execute(
        "UPDATE batches SET state = 0 WHERE state = 1 AND NOT EXISTS
           (SELECT 1 FROM json_each(?1) WHERE value = batches.model)",
        [serde_json::to_string(models).unwrap_or_default()],
    )?;
    let open = connection.query_row(
        "SELECT coalesce(sum(rows), 0) FROM pieces WHERE state < 2",
        [],
        |row| row.get::<_, i64>(0),
    )?;
    Ok(open as u64)
}
