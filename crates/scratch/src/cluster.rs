//! One throwaway server: made, used, stopped and removed. Speaks to it only through psql; clients bring their own.

use crate::account::Account;
use crate::base;
use crate::configuration::configuration;
use crate::home::Home;
use crate::program::Program;
use crate::run;
use crate::server_processes::ServerProcesses;
use crate::sweep::{end, sweep};
use crate::{ClusterOptions, Error, Listen, Programs, Result};
use std::fmt::Write as _;
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The port of a cluster that only has a socket, where it is no more than part of the socket's name.
const SOCKET_PORT: u16 = 5432;
/// Somebody else may take a free port before our server does.
const PORT_TRIES_MAX: usize = 5;
const START_SECONDS_MAX: &str = "60";
/// Variables the programs may need to run at all; everything else, `PG*` first of all, is kept from them.
const PASSED_ON: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// A private PostgreSQL server with superuser `postgres`, stopped and removed when dropped.
///
/// It runs in a session of its own, so Ctrl-C in our terminal does not reach it. When this process is killed, the
/// next [`Cluster::start`] or [`sweep`](crate::sweep()) with the same base stops and removes it.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    account: Account,
    home: Home,
    options: ClusterOptions,
    port: u16,
    removed: bool,
}

impl Cluster {
    /// Sweeps the base directory, then initialises and starts a new server there.
    ///
    /// # Errors
    /// When the base cannot hold a cluster, a setting is refused, or initdb or the server fails; the last lines of
    /// what they printed are in the error. Nothing is left behind.
    pub fn start(programs: &Programs, options: ClusterOptions) -> Result<Self> {
        let account = Account::for_server()?;
        let chosen = options.base.clone();
        let base = base::checked(&chosen.unwrap_or_else(ClusterOptions::default_base))?;
        configuration(&options.settings, &[])?;
        // Clusters that cannot be swept are no reason to have none; `sweep` reports them to whoever asks.
        let _ = sweep(&base);
        let home = Home::create(&base, &account)?;
        let mut cluster = Self {
            programs: programs.clone(),
            account,
            home,
            options,
            port: SOCKET_PORT,
            removed: false,
        };
        cluster.initialise()?;
        cluster.launch_on_free_port()?;
        Ok(cluster)
    }

    /// The connection URL of one of its databases, for superuser `postgres`, over the Unix socket.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgresql://postgres@/{}?host={}&port={}",
            escaped(database),
            escaped(&self.socket_dir().display().to_string()).replace("%2F", "/"),
            self.port
        )
    }

    /// The directory of the Unix socket, the `host` of a connection.
    #[must_use]
    pub fn socket_dir(&self) -> PathBuf {
        self.home.socket()
    }

    /// The port: part of the socket's name, and with [`Listen::Loopback`] the one on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The private directory: server log, configuration, data.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// The server's log file.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.home.log()
    }

    /// The programs it was made with.
    #[must_use]
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The process id of the server, while it runs. Not one of our children: never wait for it.
    #[must_use]
    pub fn postmaster_pid(&self) -> Option<u32> {
        Some(self.processes().postmaster()?.pid)
    }

    /// Runs SQL, or a psql script, in a database and returns what it printed: one row a line, columns separated
    /// by `|`, no headings. Stops at the first error.
    ///
    /// # Errors
    /// [`Error::Failed`] with what psql said.
    pub fn execute(&self, database: &str, sql: &str) -> Result<String> {
        let mut command = self.command(Program::Psql);
        command
            .args(["-X", "-q", "-A", "-t", "-P", "pager=off"])
            .args([
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                &self.url(database),
                "-f",
                "-",
            ])
            .env("PGCLIENTENCODING", "UTF8")
            .stdin(Stdio::piped());
        let output =
            run::fed(&mut command, sql).map_err(|error| self.not_run(Program::Psql, error))?;
        run::checked(Program::Psql, &output)
    }

    /// Makes an empty database and returns its URL.
    ///
    /// # Errors
    /// [`Error::Failed`] when the server refuses, for example because it exists.
    pub fn create_database(&self, database: &str) -> Result<String> {
        let name = database.replace('"', "\"\"");
        self.execute("postgres", &format!("CREATE DATABASE \"{name}\";\n"))?;
        Ok(self.url(database))
    }

    /// Stops the server at once, as a power failure would, and keeps the data for [`Cluster::resume`].
    ///
    /// # Errors
    /// [`Error::Survivors`] when a process outlives even SIGKILL.
    pub fn halt(&self) -> Result<()> {
        if self.processes().stop() {
            return Ok(());
        }
        Err(Error::Survivors {
            directory: self.home.path().to_owned(),
        })
    }

    /// Starts the server again after [`Cluster::halt`], on the same data, socket and port.
    ///
    /// # Errors
    /// [`Error::Failed`] with the end of the server log.
    pub fn resume(&self) -> Result<()> {
        let mut command = self.server_command(Program::PgCtl);
        command
            .args(["start", "-D"])
            .arg(self.home.data())
            .args(["-s", "-w", "-t", START_SECONDS_MAX, "-l"])
            .arg(self.home.log())
            .arg("-o")
            .arg(format!(
                "-c config_file='{}'",
                self.home.configuration().display()
            ));
        let mut output = command
            .output()
            .map_err(|error| self.not_run(Program::PgCtl, error))?;
        if !output.status.success() {
            output
                .stderr
                .extend(run::end_of(&self.home.log()).unwrap_or_default());
        }
        run::checked(Program::PgCtl, &output).map(drop)
    }

    /// Stops the server at once and removes everything.
    ///
    /// # Errors
    /// When processes survive or files cannot be removed; dropping does the same but cannot say so.
    pub fn stop(mut self) -> Result<()> {
        self.removed = true;
        end(&self.home)
    }

    fn initialise(&self) -> Result<()> {
        let first = self.initdb("C.UTF-8");
        match first {
            Err(Error::Failed { ref output, .. }) if output.contains("invalid locale") => {
                self.initdb("C")
            }
            Ok(()) | Err(_) => first,
        }
    }

    fn initdb(&self, locale: &str) -> Result<()> {
        let mut command = self.server_command(Program::Initdb);
        command
            .arg("-D")
            .arg(self.home.data())
            .args([
                "--no-sync",
                "--no-instructions",
                "-A",
                "trust",
                "-U",
                "postgres",
            ])
            .args(["--encoding=UTF8", &format!("--locale={locale}")]);
        let output = command
            .output()
            .map_err(|error| self.not_run(Program::Initdb, error))?;
        run::checked(Program::Initdb, &output).map(drop)
    }

    fn launch_on_free_port(&mut self) -> Result<()> {
        for _ in 1..PORT_TRIES_MAX {
            match self.launch() {
                Err(Error::Failed { ref output, .. })
                    if output.contains("Address already in use") => {}
                launched => return launched,
            }
        }
        self.launch()
    }

    fn launch(&mut self) -> Result<()> {
        let addresses = match self.options.listen {
            Listen::Socket => "",
            Listen::Loopback => {
                self.port = free_port()?;
                "127.0.0.1"
            }
        };
        let own = [
            ("listen_addresses", addresses),
            ("port", &self.port.to_string()),
            (
                "unix_socket_directories",
                &self.socket_dir().display().to_string(),
            ),
            ("cluster_name", self.home.name()),
        ];
        let text = configuration(&self.options.settings, &own)?;
        let path = self.home.configuration();
        std::fs::write(&path, text)
            .map_err(|error| Error::io(format!("write {}", path.display()), error))?;
        self.resume()
    }

    fn processes(&self) -> ServerProcesses {
        ServerProcesses::new(&self.home.data(), self.home.name())
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// From now on dropping it stops and removes nothing.
    pub(crate) fn let_go(mut self) {
        self.removed = true;
    }

    /// A program in a process group of its own, so that Ctrl-C does not stop it half-way.
    pub(crate) fn command(&self, program: Program) -> Command {
        let mut command = Command::new(self.programs.path(program));
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC");
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.process_group(0).stdin(Stdio::null());
        command
    }

    fn server_command(&self, program: Program) -> Command {
        let mut command = self.command(program);
        command.current_dir(self.home.data());
        self.account.apply(&mut command);
        command
    }

    pub(crate) fn not_run(&self, program: Program, error: io::Error) -> Error {
        let path = self.programs.path(program);
        match &self.account {
            Account::Other { name, .. } if error.kind() == io::ErrorKind::PermissionDenied => {
                Error::Base {
                    base: self
                        .home
                        .path()
                        .parent()
                        .unwrap_or(self.home.path())
                        .to_owned(),
                    reason: format!(
                        "as root the server runs under user {name}, who may not enter it or may not run {}",
                        path.display()
                    ),
                }
            }
            Account::Own | Account::Other { .. } => {
                Error::io(format!("run {}", path.display()), error)
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.removed {
            // There is nobody to tell; whatever is left, the next sweep finds.
            let _ = end(&self.home);
        }
    }
}

fn free_port() -> Result<u16> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let address = bound.map_err(|error| Error::io("find a free port on 127.0.0.1", error))?;
    Ok(address.port())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => write!(escaped, "%{other:02X}").expect("a string takes any text"),
        }
    }
    escaped
}
