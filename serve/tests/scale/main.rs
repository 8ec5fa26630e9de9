//! Front ends and workers as processes, with a PostgreSQL and a RabbitMQ of their own that are broken on purpose.
//!
//! What is accepted is done once and right whoever is killed or frozen ([`killed`]), a text that ends a worker takes
//! none along ([`poison`]), a model that is published is taken up ([`published`]), servers in trouble lose nothing and
//! say so ([`trouble`]), and workers come and go ([`workers`]). `serve/tests/servers.sh` starts the servers; without
//! it these tests are skipped.

mod ground;
mod killed;
mod poison;
mod published;
mod trouble;
mod workers;

#[path = "../all/support/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "what the tests of one process share; not all of it is used here"
)]
mod support;
