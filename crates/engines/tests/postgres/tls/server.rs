//! A server that speaks TLS, the files its clients have, and what two clients make of it: psql and ours.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stepmark_core::runner::OpenFailure;
use stepmark_engines::postgres::{Account, Settings};
use stepmark_scratch::{Cluster, ClusterOptions, Listen, Programs};

use super::authority::Issued;
use crate::support::Running;

/// Who may come in how; the role says it.
const ADMISSION: &str = "local all all trust
hostssl all tls_only all trust
hostnossl all plain_only all trust
host all either all trust
hostssl all certified all cert
hostssl all verified all trust clientcert=verify-ca
host all secret all scram-sha-256
host all secret_md5 all md5
host all secret_clear all password
hostssl all split all scram-sha-256
hostnossl all split all trust
";
const ROLES: &str =
    "create role tls_only login; create role plain_only login; create role either login;
create role certified login; create role verified login;
create role secret login password 'sesame'; create role split login password 'sesame';
create role secret_clear login password 'sesame';
set password_encryption = md5; create role secret_md5 login password 'sesame';";

/// A server on a port of its own.
pub(crate) struct Server {
    cluster: Cluster,
    /// What clients have: `NAME.crt` and so on, and nothing else in their home.
    pub(crate) files: tempfile::TempDir,
}

/// What came of an attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Encrypted,
    Plain,
    Refused,
}

impl Outcome {
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Encrypted => 'T',
            Self::Plain => 'p',
            Self::Refused => '-',
        }
    }
}

impl Server {
    /// One that shows `shown`, and takes clients' certificates from `clients` issuers. Without `shown` it has no TLS.
    pub(crate) fn start(shown: Option<&Issued>, clients: &str) -> Self {
        let options = ClusterOptions {
            listen: Listen::Loopback,
            ..ClusterOptions::default()
        };
        let cluster = Cluster::start(&Programs::find_here().unwrap(), options).unwrap();
        cluster.execute("postgres", ROLES).unwrap();
        let ask = |sql: &str| cluster.execute("postgres", sql).unwrap();
        let data = PathBuf::from(ask("show data_directory").trim_end());
        if let Some(shown) = shown {
            let files = [
                ("server.crt", shown.certificate.as_str()),
                ("server.key", shown.key.as_str()),
                ("clients.crt", clients),
            ];
            for (name, text) in files {
                for_server(&data, name, text);
            }
            ask("alter system set ssl = on");
            ask("alter system set ssl_ca_file = 'clients.crt'");
        }
        std::fs::write(ask("show hba_file").trim_end(), admission(shown.is_some())).unwrap();
        cluster.halt().unwrap();
        cluster.resume().unwrap();
        Self {
            cluster,
            files: tempfile::tempdir().unwrap(),
        }
    }

    /// Has it show another certificate from now on. A new session knows when the configuration was last read, and the
    /// server reads its certificate in the same go.
    pub(crate) fn show(&self, shown: &Issued) {
        let data = PathBuf::from(self.ask("show data_directory").trim_end());
        for_server(&data, "server.crt", &shown.certificate);
        for_server(&data, "server.key", &shown.key);
        let before = self.ask("select pg_conf_load_time()");
        self.ask("select pg_reload_conf()");
        while self.ask("select pg_conf_load_time()") == before {
            std::thread::yield_now();
        }
    }

    pub(crate) fn ask(&self, sql: &str) -> String {
        self.cluster.execute("postgres", sql).unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.cluster.port()
    }

    /// Gives clients a file; `~/` in connection strings is where it is.
    pub(crate) fn give(&self, name: &str, text: &str) -> &Self {
        let path = self.files.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        self
    }

    pub(crate) fn give_pair(&self, name: &str, issued: &Issued) -> &Self {
        self.give(&format!("{name}.crt"), &issued.certificate)
            .give(&format!("{name}.key"), &issued.key)
    }

    /// The whole connection string; what `string` says itself goes before the rest.
    fn string(&self, string: &str) -> String {
        let files = self.files.path().display().to_string();
        let host = match string.contains("host=") {
            true => "",
            false => " host=localhost",
        };
        format!(
            "{}{host} port={} dbname=postgres connect_timeout=10",
            string.replace('~', &files),
            self.port()
        )
    }

    /// What psql makes of it.
    pub(crate) fn psql(&self, string: &str) -> Outcome {
        let output = Command::new(self.cluster.programs().bindir().join("psql"))
            .args(["-X", "-A", "-t", "-w", "-d", &self.string(string), "-c"])
            .arg("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
            .env_clear()
            .env("HOME", self.files.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        match (output.status.success(), output.stdout.as_slice()) {
            (true, b"t\n") => Outcome::Encrypted,
            (true, b"f\n") => Outcome::Plain,
            _ => Outcome::Refused,
        }
    }

    /// What we make of it.
    pub(crate) fn open(&self, string: &str) -> Result<Running, OpenFailure> {
        Running::try_open_with(self.settings(string))
    }

    pub(crate) fn settings(&self, string: &str) -> Settings {
        let account = Account {
            user: Some("nobody".to_owned()),
            home: Some(self.files.path().to_owned()),
        };
        let string = self.string(string);
        Settings::resolve(Some((&string, "--connect")), &|_| None, &account).unwrap()
    }

    pub(crate) fn ours(&self, string: &str) -> Outcome {
        match self.open(string) {
            Ok(running) if running.identity.tls => Outcome::Encrypted,
            Ok(_) => Outcome::Plain,
            Err(_) => Outcome::Refused,
        }
    }

    /// Why we are refused.
    pub(crate) fn refusal(&self, string: &str) -> String {
        let failure = self.open(string).err().unwrap();
        let files = self.files.path().display().to_string();
        let (_, message) = failure.message.split_once(": ").unwrap();
        let hint = failure.hint.unwrap_or_default();
        format!("{message} | {hint}").replace(&files, "~")
    }
}

/// A server that has no TLS does not take `hostssl` lines for what they are, but says so in its log alone.
fn admission(encrypts: bool) -> String {
    let lines = ADMISSION.split_inclusive('\n');
    lines
        .filter(|line| encrypts || !line.starts_with("hostssl"))
        .collect()
}

/// A file that the server's account alone may read.
fn for_server(data: &Path, name: &str, text: &str) {
    let path = data.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let owner = std::fs::metadata(data).unwrap();
    std::os::unix::fs::chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
}
