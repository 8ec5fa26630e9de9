//! The servers of `serve/tests/servers.sh`: whole when a test begins, and its own until it ends.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time breaks them.
static ALONE: Mutex<()> = Mutex::new(());

/// Both servers, for one test.
pub struct Servers {
    folder: PathBuf,
    database: String,
    queue: String,
    _alone: MutexGuard<'static, ()>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    Database,
    Broker,
}

impl Server {
    /// Its name for the script.
    fn name(self) -> &'static str {
        match self {
            Server::Database => "postgres",
            Server::Broker => "rabbitmq",
        }
    }
}

impl Servers {
    /// Waits for its turn, and has them started, whatever a test before has left.
    pub fn take() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |name: &str| {
            let name = format!("IMPUTE_SERVE_TEST_{name}");
            std::env::var(&name)
                .unwrap_or_else(|_| panic!("{name}: run this by serve/tests/servers.sh"))
        };
        let (folder, database, queue) = (told("SERVERS").into(), told("DATABASE"), told("QUEUE"));
        let servers = Servers { folder, database, queue, _alone: alone };
        servers.start(Server::Database);
        servers.start(Server::Broker);
        servers
    }

    /// The URL of a database, and that of a virtual host.
    pub fn urls(&self, name: &str) -> (String, String) {
        let of = |url: &str| format!("{}/{name}", url.rsplit_once('/').unwrap().0);
        (of(&self.database), of(&self.queue))
    }

    /// The URL of the database that is always there.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Starts one, or lets it go on; returns when it is ready.
    pub fn start(&self, server: Server) {
        self.script("start", &[server.name()]);
    }

    /// SIGKILL to all its processes.
    pub fn kill(&self, server: Server) {
        self.script("kill", &[server.name()]);
    }

    /// SIGSTOP to all its processes.
    pub fn freeze(&self, server: Server) {
        self.script("freeze", &[server.name()]);
    }

    /// Asks the broker for something, and gives what it says.
    pub fn rabbitmqctl(&self, arguments: &[&str]) -> String {
        self.script("rabbitmqctl", arguments)
    }

    fn script(&self, action: &str, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers.sh");
        output(Command::new(script).arg(action).arg(&self.folder).args(arguments))
    }
}

/// Runs a program that has to succeed, and gives what it says.
pub fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (said, talk) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {said}{talk}");
    said.into_owned()
}
