//! What does the work behind the connections, wherever it is done.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::service::Service;

/// Begins nothing more.
pub type Stop = Box<dyn Fn() + Send>;

/// What does the work behind the connections, and ends after them.
pub trait Behind {
    /// What tells it to begin nothing more.
    fn stop(&self) -> Stop;

    /// Finishes what was begun, in so long at most; whether it did.
    fn finish(&mut self, most: Duration) -> bool;

    /// Ends with the service, and with all that runs beside. Where not all came to its `end`, somebody may hold on to the
    /// store: what was written before is on disk nevertheless.
    ///
    /// # Errors
    /// The store does not do it.
    fn close(
        self: Box<Self>,
        service: Arc<Service>,
        runtime: Runtime,
        end: bool,
    ) -> anyhow::Result<()>;
}

/// A service that has been started.
pub struct Parts {
    /// What requests use.
    pub service: Arc<Service>,
    /// What does the work.
    pub behind: Box<dyn Behind>,
}
