//! The service as a process of its own: on a free port of this machine, with its data in a temporary folder.
//!
//! It can be killed and started again on the same data and the same port, as after a crash. What it says is kept, and
//! it ends with the test.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::client::Client;

/// No start takes so long, on any machine.
const START: Duration = Duration::from_secs(60);

/// What a process is started with.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    pub flags: Vec<String>,
    pub fault: Option<String>,
    /// What is typed first, in place of a data file in the folder: a command, and where the servers are.
    pub servers: Vec<String>,
}

/// A running service.
pub struct Running {
    pub address: SocketAddr,
    pub folder: TempDir,
    setup: Setup,
    child: Child,
    said: Arc<Mutex<String>>,
}

/// The program under test, without settings from outside.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_impute-serve"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("IMPUTE_SERVE") {
            command.env_remove(name);
        }
    }
    command
}

impl Setup {
    pub fn flags(flags: &[&str]) -> Self {
        let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
        Setup { flags, ..Setup::default() }
    }

    pub fn fault(self, fault: &str) -> Self {
        Setup { fault: Some(fault.to_owned()), ..self }
    }
}

impl Running {
    pub fn start(flags: &[&str]) -> Self {
        Self::with(Setup::flags(flags))
    }

    pub fn with(setup: Setup) -> Self {
        Self::within(setup, tempfile::tempdir().unwrap())
    }

    /// In a folder that is there already.
    pub fn within(setup: Setup, folder: TempDir) -> Self {
        let said = Arc::default();
        let (child, address) = begin(&setup, &folder, "127.0.0.1:0", &said).unwrap();
        Running { address, folder, setup, child, said }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("jobs.sqlite")
    }

    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// All that it wrote to standard error so far, since the first start.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, signal: i32) {
        let id = i32::try_from(self.child.id()).unwrap();
        // SAFETY: a signal to a child that has not been waited for reaches no other process.
        assert_eq!(unsafe { libc::kill(id, signal) }, 0);
    }

    /// Whether it has ended by itself, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// SIGTERM, and how it ended; it does within `most`.
    pub fn terminate(&mut self, most: Duration) -> ExitStatus {
        self.signal(libc::SIGTERM);
        self.wait(most)
    }

    /// How it ended; it does within `most`.
    pub fn wait(&mut self, most: Duration) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(since.elapsed() < most, "it did not end within {most:?}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it again, on the same data and the same port.
    pub fn start_again(&mut self) {
        let again = self.try_again();
        again.unwrap_or_else(|said| panic!("it does not start again: {said}"));
    }

    /// The same; `Err` if it ended before it was ready.
    pub fn try_again(&mut self) -> Result<(), String> {
        let address = self.address.to_string();
        let (child, _) = begin(&self.setup, &self.folder, &address, &self.said)?;
        self.child = child;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- what the service said ---\n{}", self.said());
        }
    }
}

type Begun = (Child, SocketAddr);

fn begin(
    setup: &Setup,
    folder: &TempDir,
    listen: &str,
    said: &Arc<Mutex<String>>,
) -> Result<Begun, String> {
    let mut command = program();
    command.env("IMPUTE_SERVE_LOG_LEVEL", "warn").args(&setup.servers);
    if setup.servers.is_empty() {
        command.arg("--data").arg(folder.path().join("jobs.sqlite"));
    }
    command.args(["--listen", listen]).args(&setup.flags).current_dir(folder.path());
    if let Some(fault) = &setup.fault {
        command.env("IMPUTE_SERVE_FAULT", fault);
    }
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (sender, receiver) = mpsc::channel();
    let its = Arc::clone(said);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("impute-serve: http://") {
                let _ = sender.send(address.parse::<SocketAddr>().unwrap());
            }
            let mut said = its.lock().unwrap_or_else(PoisonError::into_inner);
            said.push_str(&line);
            said.push('\n');
        }
    });
    match receiver.recv_timeout(START) {
        Ok(address) => Ok((child, address)),
        Err(_) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(said.lock().unwrap_or_else(PoisonError::into_inner).clone())
        }
    }
}
