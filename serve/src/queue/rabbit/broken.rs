//! Why something with the broker did not work, and what there is to do.

use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::{Error, ErrorKind};

/// Why something with the broker did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The address is none.
    #[error(
        "the address of the queue cannot be read: write amqp://user:password@host:port/vhost, with a name or an IPv4 \
         address as the host, and with what is not a letter or a digit in the password as %XX"
    )]
    Address,
    /// The broker does not answer.
    #[error("the broker did not {0} within {1} s")]
    Late(&'static str, u64),
    /// A queue is there, but is another one.
    #[error(
        "the queue {queue} was declared otherwise: {said}; delete it (rabbitmqctl delete_queue {queue}) when it is \
         empty, or give another virtual host in --queue"
    )]
    Other {
        /// The queue.
        queue: String,
        /// What the broker says.
        said: String,
    },
    /// There is no such queue.
    #[error("there is no queue {0}")]
    Missing(String),
    /// The name of a queue is too long.
    #[error("the name of the queue {0} has more than 255 bytes: give the model a shorter name")]
    Long(String),
    /// The broker does not consume or give messages any more: the queue was deleted, or its node is going down.
    #[error("the broker ended the delivery of messages from {0}")]
    Ended(String),
    /// The broker has no room: the disk or the memory is nearly full.
    #[error("the broker takes no messages: {0}")]
    Blocked(String),
    /// The connection is gone, or the broker says no.
    #[error("the broker: {0}")]
    Broker(String),
    /// The store did not do its part.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Broken::Broker(error.to_string())
    }
}

impl Broken {
    /// Why a queue was not declared.
    pub fn of_queue(queue: &str, error: &Error) -> Self {
        let said = error.to_string();
        let ErrorKind::ProtocolError(error) = error.kind() else { return Broken::Broker(said) };
        match error.kind() {
            AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED) => {
                Broken::Other { queue: queue.to_owned(), said: error.get_message().to_string() }
            }
            AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND) => Broken::Missing(queue.to_owned()),
            _ => Broken::Broker(said),
        }
    }
}
