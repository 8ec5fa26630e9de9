//! The program and the machine: memory, full disks, closed pipes, signals.

mod killed;
mod memory;
mod space;
