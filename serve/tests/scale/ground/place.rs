//! A database and a virtual host that no other test knows, and a look into both.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::servers::{Servers, output};

/// What a user of the broker needs to be allowed, by names: its own queues, and to send to them by their names.
const OWN: &str = "^impute\\.";
const SENT_TO: &str = "^(impute\\.|amq\\.default$)";

/// A place of a test's own on the servers.
pub struct Place {
    pub servers: Servers,
    name: String,
    pub database: String,
    pub queue: String,
}

impl Place {
    /// Makes one, as soon as it is this test's turn.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let servers = Servers::take();
        let name = format!("scale_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let (database, queue) = servers.urls(&name);
        psql(servers.database(), &format!("CREATE DATABASE {name}"));
        servers.rabbitmqctl(&["add_vhost", &name]);
        servers.rabbitmqctl(&["set_permissions", "-p", &name, "impute", OWN, SENT_TO, OWN]);
        Place { servers, name, database, queue }
    }

    /// What the database says to a statement: a line for each row, with `|` between its columns.
    pub fn sql(&self, statement: &str) -> String {
        psql(&self.database, statement)
    }

    /// The same, of one number.
    pub fn number(&self, statement: &str) -> i64 {
        let said = self.sql(statement);
        said.trim().parse().unwrap_or_else(|_| panic!("{statement}: {said:?} is no number"))
    }

    /// Messages that the broker holds, whether or not somebody has them, by the name of the queue.
    pub fn messages(&self) -> Vec<(String, u64)> {
        let ask = ["list_queues", "-p", &self.name, "--formatter", "json", "name", "messages"];
        let said = self.servers.rabbitmqctl(&ask);
        let queues: Vec<Value> = serde_json::from_str(&said[said.find('[').unwrap()..]).unwrap();
        let queue = |queue: &Value| {
            (queue["name"].as_str().unwrap().to_owned(), queue["messages"].as_u64().unwrap_or(0))
        };
        queues.iter().map(queue).collect()
    }

    /// Messages in one queue.
    pub fn messages_in(&self, name: &str) -> u64 {
        let found = self.messages().into_iter().find(|(queue, _)| queue == name);
        found.unwrap_or_else(|| panic!("no queue {name}: {:?}", self.messages())).1
    }

    /// Removes a queue, as an operator can.
    pub fn delete_queue(&self, name: &str) {
        self.servers.rabbitmqctl(&["delete_queue", "-p", &self.name, name]);
    }

    /// How many jobs have no end yet, and how many rows of the outbox have not been sent.
    pub fn open(&self) -> (i64, i64) {
        let jobs = "SELECT count(*) FROM impute_serve.jobs WHERE state < 2";
        (self.number(jobs), self.number("SELECT count(*) FROM impute_serve.outbox"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            psql(self.servers.database(), &format!("DROP DATABASE {} WITH (FORCE)", self.name));
            self.servers.rabbitmqctl(&["delete_vhost", &self.name]);
        }
    }
}

/// Runs a statement, which may write even where the database is set to read only.
fn psql(database: &str, statement: &str) -> String {
    let mut command = Command::new("psql");
    command.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]);
    output(command.env("PGOPTIONS", "-c default_transaction_read_only=off"))
}
