//! Who asks.

/// The client of a request, as an extension of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The name of its token, or its address.
    pub name: String,
    /// Whether it may publish models.
    pub admin: bool,
}
