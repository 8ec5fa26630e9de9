//! The service from outside: a process that is started, asked, pestered, killed and started again.
//!
//! Each module holds one promise against the real binary: what is accepted is never lost and never done twice
//! ([`killed`], [`poison`], [`ends`]), the service is never overrun ([`overrun`]) and never taken away from others
//! ([`hostile`]), no text breaks it ([`texts`]), it does what it says of itself ([`described`]), and a model is changed
//! under way ([`models`]). Times are only upper bounds, far above what is needed.

mod described;
mod ends;
mod hostile;
mod killed;
mod models;
mod overrun;
mod poison;
mod support;
mod texts;
