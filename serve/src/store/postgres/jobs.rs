//! A job, as its sender sees it: removed, or still waiting. `looking` looks at it.

use uuid::Uuid;

use super::open::Postgres;
use super::rows::get;
use crate::store::Result;

impl Postgres {
    /// Two transactions: what is said about the job from now on is refused, and then nothing new is found by the
    /// second.
    pub(super) async fn remove_job(&self, id: Uuid) -> Result<bool> {
        let removed = "UPDATE jobs SET text = NULL, result = NULL, reason = NULL,
            asked = '', request = NULL, state = 5, finished = coalesce(finished, now_ms()) WHERE id = $1 RETURNING 1";
        let removed = self.write(removed, &[&id]).await?.len();
        let said = "DELETE FROM feedback WHERE job = $1 RETURNING 1";
        let said = self.write(said, &[&id]).await?.len();
        self.core.tell(&[id]);
        Ok(removed + said > 0)
    }

    pub(super) async fn oldest_job(&self) -> Result<Option<i64>> {
        let sql = "SELECT now_ms() - min(created) FROM jobs WHERE state < 2";
        let rows = self.read(sql, &[]).await?;
        rows.first().map_or(Ok(None), |row| get(row, 0))
    }
}
