//! How much is open in the database, for the bounds of what may wait; and whether writes are taken again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::connections::Connections;
use crate::store::{Result, Shared};

/// How often it is counted.
const OFTEN: Duration = Duration::from_secs(1);
/// How often at least, however long it takes.
const SELDOM: Duration = Duration::from_secs(10);
/// At most one part in so many of the time is spent with counting.
const PART: u32 = 20;

/// Counts what is open. A batch that is still arriving has taken its room too.
pub async fn refresh(connections: &Connections, shared: &Shared) -> Result<()> {
    let rows = connections
        .read(
            "SELECT (SELECT count(*) FROM jobs WHERE state < 2),
               (SELECT coalesce(sum(rows - rows_done), 0)::bigint FROM batches WHERE state < 2 OR state = 6)",
            &[],
        )
        .await?;
    if let Some(row) = rows.first() {
        shared.jobs.set(u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default());
        shared.rows.set(u64::try_from(row.try_get::<_, i64>(1)?).unwrap_or_default());
    }
    Ok(())
}

/// Counts from time to time, where something is accepted, and tries to write where that failed; for ever.
pub async fn keep_up(connections: Arc<Connections>, shared: Shared, accepts: bool) {
    let counting = async {
        if !accepts {
            return;
        }
        let mut pause = OFTEN;
        loop {
            sleep(pause).await;
            let began = Instant::now();
            let counted = refresh(&connections, &shared).await;
            pause =
                if counted.is_ok() { (began.elapsed() * PART).clamp(OFTEN, SELDOM) } else { OFTEN };
        }
    };
    let probing = async {
        loop {
            sleep(OFTEN).await;
            if connections.is_failing() {
                // Says how it went by `is_failing`.
                let _ = connections.write("UPDATE probe SET n = n + 1 RETURNING n", &[]).await;
            }
        }
    };
    tokio::join!(counting, probing);
}
