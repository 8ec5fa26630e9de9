//! The load generator against a service that does exactly what it is told: every report says what happened.

mod accounts;
mod outage;
mod pace;
mod service;
mod ways;
