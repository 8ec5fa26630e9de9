//! Why a statement was not executed, whether it is worth while to try it again, and what is said of it.

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use crate::store::StoreError;

/// Why a statement was not executed.
#[derive(Debug)]
pub enum Failed {
    /// The server did not answer in time.
    Late,
    /// There is no connection.
    Unconnected(Box<PoolError>),
    /// The server refused, or the connection broke.
    Refused(tokio_postgres::Error),
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Two statements were in each other's way: once more.
    Again,
    /// The server was away: once more with another connection.
    Reconnect,
    /// The server takes no writes by this connection.
    Leave,
    /// It is the fault of what was to be written.
    Data,
    /// None.
    Nothing,
}

impl Failed {
    /// What there is to do.
    pub fn remedy(&self) -> Remedy {
        let Some(code) = self.code() else {
            return if matches!(self, Failed::Late) { Remedy::Nothing } else { Remedy::Reconnect };
        };
        match code {
            code if *code == SqlState::T_R_DEADLOCK_DETECTED
                || *code == SqlState::T_R_SERIALIZATION_FAILURE =>
            {
                Remedy::Again
            }
            code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Remedy::Leave,
            code if *code == SqlState::TOO_MANY_CONNECTIONS
                || code.code().starts_with("08")
                || code.code().starts_with("57P") =>
            {
                Remedy::Reconnect
            }
            code if code.code().starts_with("22") || code.code().starts_with("54") => Remedy::Data,
            _ => Remedy::Nothing,
        }
    }

    /// The server's code, if it is the server who says no.
    pub fn code(&self) -> Option<&SqlState> {
        match self {
            Failed::Late => None,
            Failed::Unconnected(error) => match &**error {
                PoolError::Backend(error) => error.code(),
                _ => None,
            },
            Failed::Refused(error) => error.code(),
        }
    }

    /// Whether the connection can be used for the next statement.
    pub fn leaves_the_connection(&self) -> bool {
        matches!(self.remedy(), Remedy::Again | Remedy::Data | Remedy::Nothing)
            && matches!(self, Failed::Refused(_))
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failed::Late => f.write_str("it did not answer in time"),
            Failed::Unconnected(error) => match &**error {
                PoolError::Backend(error) => f.write_str(&said(error)),
                PoolError::Timeout(_) => f.write_str("it gave no connection in time"),
                other => write!(f, "{other}"),
            },
            Failed::Refused(error) => f.write_str(&said(error)),
        }
    }
}

/// What the server says, in a line; not its details, which quote what was to be written.
fn said(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        Failed::Refused(error)
    }
}

impl From<PoolError> for Failed {
    fn from(error: PoolError) -> Self {
        Failed::Unconnected(Box::new(error))
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        StoreError::Database(failed.to_string())
    }
}

/// Of a row that does not hold what it should.
impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        StoreError::Database(said(&error))
    }
}
