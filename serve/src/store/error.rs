//! What the store may say instead of doing what it was asked.

/// Why something was not stored or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// As much waits as may wait.
    #[error("as many jobs wait as may wait")]
    Full,
    /// The key of a request that may be repeated was used for another request.
    #[error("the key was used for another request")]
    OtherRequest,
    /// The same request is still on its way in.
    #[error("the same request is still on its way in")]
    Arriving,
    /// The database does not do it: the disk is full, the file cannot be written, it is damaged.
    #[error("the database: {0}")]
    Database(String),
    /// The service is ending.
    #[error("the service is ending")]
    Ended,
}

/// The store's result.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::Database(error.to_string())
    }
}
