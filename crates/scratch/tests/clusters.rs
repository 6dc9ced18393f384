//! Clusters on the real programs of this machine: what they give, and that nothing of them stays.
#![expect(clippy::unwrap_used, reason = "a test's own helpers may fail the test")]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use stepmark_scratch::{Cluster, ClusterOptions, Error, Listen, Programs, sweep};

/// A base directory every user may enter, as the server's account must when the tests run as root.
fn base() -> tempfile::TempDir {
    let mode = std::fs::Permissions::from_mode(0o755);
    tempfile::Builder::new()
        .prefix("base")
        .permissions(mode)
        .tempdir_in("/tmp")
        .unwrap()
}

fn options(base: &tempfile::TempDir) -> ClusterOptions {
    ClusterOptions {
        base: Some(base.path().to_owned()),
        ..ClusterOptions::default()
    }
}

fn start(base: &tempfile::TempDir) -> Cluster {
    Cluster::start(&Programs::find_here().unwrap(), options(base)).unwrap()
}

fn entries(base: &tempfile::TempDir) -> usize {
    std::fs::read_dir(base.path()).unwrap().count()
}

/// Command lines that still name something below `base`, or a server that took its name from there.
fn processes_naming(directory: &Path) -> Vec<String> {
    let name = directory.file_name().unwrap().to_str().unwrap();
    let output = Command::new("ps")
        .args(["-A", "-ww", "-o", "args="])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| line.contains(name))
        .map(ToOwned::to_owned)
        .collect()
}

/// Another process that owns a cluster, as the program of this package.
struct Owner {
    child: Child,
    directory: PathBuf,
    url: String,
}

impl Owner {
    fn start(base: &tempfile::TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stepmark-scratch"))
            .arg(base.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = || lines.next().unwrap().unwrap();
        Self {
            directory: PathBuf::from(line()),
            url: line(),
            child,
        }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn answers(&self) -> bool {
        let psql = Programs::find_here().unwrap().psql();
        let mut command = Command::new(psql);
        command.args(["-X", "-q", "-c", "SELECT 1", "-d", &self.url]);
        command.output().unwrap().status.success()
    }
}

#[test]
fn a_cluster_answers_and_leaves_nothing_when_stopped() {
    let base = base();
    let cluster = start(&base);
    let answer = cluster
        .execute("postgres", "SELECT 6 * 7, current_user;\nSELECT 'é';\n")
        .unwrap();
    assert_eq!(answer, "42|postgres\né\n");
    let directory = cluster.directory().to_owned();
    assert!(!processes_naming(&directory).is_empty());
    cluster.stop().unwrap();
    assert_eq!(processes_naming(&directory), Vec::<String>::new());
    assert_eq!(entries(&base), 0);
}

#[test]
fn dropping_is_stopping_even_with_a_client_in_a_transaction() {
    let base = base();
    let cluster = start(&base);
    let mut client = Command::new(cluster.programs().psql())
        .args(["-X", "-q", "-A", "-t", "-d", &cluster.url("postgres")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = client.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, b"BEGIN;\nSELECT 'open';\n").unwrap();
    let mut line = String::new();
    BufReader::new(client.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "open\n");
    let directory = cluster.directory().to_owned();
    drop(cluster);
    drop(stdin);
    client.wait().unwrap();
    assert_eq!(processes_naming(&directory), Vec::<String>::new());
    assert_eq!(entries(&base), 0);
}

/// The session of a process; 0 when its leader is outside our PID namespace, as a container's is,
/// which `getsid` of rustix takes for impossible.
fn session_of(process: &str) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let (_, after_the_name) = stat.rsplit_once(')').unwrap();
    let session = after_the_name.split_whitespace().nth(3).unwrap();
    session.parse().unwrap()
}

#[test]
fn the_server_runs_in_its_own_session_and_never_as_root() {
    let base = base();
    let cluster = start(&base);
    let pid = cluster.postmaster_pid().unwrap();
    assert_ne!(session_of(&pid.to_string()), session_of("self"));

    let ours = rustix::process::geteuid().as_raw();
    let data = std::fs::metadata(cluster.directory().join("data")).unwrap();
    assert_ne!(data.uid(), 0);
    assert_eq!(data.uid() == ours, ours != 0);
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap()
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(field("Uid:"), vec![data.uid().to_string(); 4]);
    assert_eq!(field("Gid:"), vec![data.gid().to_string(); 4]);
    if ours == 0 {
        assert_eq!(field("Groups:"), Vec::<String>::new());
    }
}

#[test]
fn nobody_else_can_reach_data_socket_or_log() {
    let base = base();
    let cluster = start(&base);
    for name in ["data", "socket", "server.log", "postgresql.conf", "owner"] {
        let mode = std::fs::metadata(cluster.directory().join(name))
            .unwrap()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
    let addresses = cluster
        .execute("postgres", "SHOW listen_addresses")
        .unwrap();
    assert_eq!(addresses, "\n");
}

#[test]
fn settings_and_defaults_are_in_force_and_the_callers_win() {
    let base = base();
    let options = options(&base)
        .setting("max_connections", "17")
        .setting("wal_level", "minimal")
        .setting("max_wal_senders", "0")
        .setting("app.note", "it's \\ here");
    let cluster = Cluster::start(&Programs::find_here().unwrap(), options).unwrap();
    let shown = cluster
        .execute(
            "postgres",
            "SHOW max_connections; SHOW wal_level; SHOW app.note; SHOW fsync; SHOW timezone; SHOW server_encoding;",
        )
        .unwrap();
    assert_eq!(shown, "17\nminimal\nit's \\ here\noff\nUTC\nUTF8\n");
}

#[test]
fn a_setting_the_server_refuses_is_told_with_the_end_of_its_log_and_leaves_nothing() {
    let base = base();
    let options = options(&base).setting("shared_buffers", "many");
    let error = Cluster::start(&Programs::find_here().unwrap(), options).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("pg_ctl failed (exit status: 1):"),
        "{text}"
    );
    assert!(
        text.contains("invalid value for parameter \"shared_buffers\": \"many\""),
        "{text}"
    );
    assert!(error.hint().is_some());
    assert_eq!(entries(&base), 0);
}

#[test]
fn two_clusters_live_side_by_side_and_are_different_servers() {
    let base = base();
    let (one, other) = (start(&base), start(&base));
    let identity = "SELECT system_identifier FROM pg_control_system()";
    let of = |cluster: &Cluster| cluster.execute("postgres", identity).unwrap();
    assert_ne!(of(&one), of(&other));
    one.stop().unwrap();
    assert_eq!(other.execute("postgres", "SELECT 1").unwrap(), "1\n");
}

#[test]
fn databases_are_made_under_any_name_and_reached_by_their_url() {
    let base = base();
    let cluster = start(&base);
    for name in ["app", "with space & \"quotes\"", "été"] {
        let url = cluster.create_database(name).unwrap();
        let output = Command::new(cluster.programs().psql())
            .args([
                "-X",
                "-A",
                "-t",
                "-c",
                "SELECT current_database()",
                "-d",
                &url,
            ])
            .env("PGCLIENTENCODING", "UTF8")
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            format!("{name}\n")
        );
    }
    let error = cluster.create_database("app").unwrap_err().to_string();
    assert!(error.contains("database \"app\" already exists"), "{error}");
}

#[test]
fn a_script_stops_at_its_first_error_and_says_where() {
    let base = base();
    let cluster = start(&base);
    let script = "CREATE TABLE t (i int);\nSELECT 1 / 0;\nDROP TABLE t;\n";
    let error = cluster.execute("postgres", script).unwrap_err().to_string();
    assert_eq!(
        error,
        "psql failed (exit status: 3):\n  psql:<stdin>:2: ERROR:  division by zero"
    );
    assert_eq!(
        cluster
            .execute("postgres", "SELECT count(*) FROM t")
            .unwrap(),
        "0\n"
    );
}

#[test]
fn a_halted_cluster_resumes_with_its_data_under_the_same_url() {
    let base = base();
    let cluster = start(&base);
    cluster
        .execute("postgres", "CREATE TABLE t AS SELECT 1 AS i")
        .unwrap();
    let url = cluster.url("postgres");
    cluster.halt().unwrap();
    assert_eq!(cluster.postmaster_pid(), None);
    let refused = cluster
        .execute("postgres", "SELECT 1")
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("psql failed (exit status: 2)"),
        "{refused}"
    );
    cluster.resume().unwrap();
    assert_eq!(
        cluster.execute("postgres", "SELECT i FROM t").unwrap(),
        "1\n"
    );
    assert_eq!(cluster.url("postgres"), url);
}

#[test]
fn a_loopback_cluster_answers_on_its_port() {
    let base = base();
    let options = ClusterOptions {
        listen: Listen::Loopback,
        ..options(&base)
    };
    let cluster = Cluster::start(&Programs::find_here().unwrap(), options).unwrap();
    let url = format!(
        "postgresql://postgres@127.0.0.1:{}/postgres",
        cluster.port()
    );
    let output = Command::new(cluster.programs().psql())
        .args([
            "-X",
            "-A",
            "-t",
            "-c",
            "SELECT inet_server_port()",
            "-d",
            &url,
        ])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("{}\n", cluster.port())
    );
}

#[test]
fn the_cluster_of_a_killed_owner_is_stopped_and_removed_and_a_live_owners_is_not() {
    let base = base();
    let mut killed = Owner::start(&base);
    let mut alive = Owner::start(&base);
    assert!(sweep(base.path()).unwrap().removed.is_empty());
    killed.kill();
    assert!(
        killed.answers(),
        "a server outlives its owner until the sweep"
    );
    let swept = sweep(base.path()).unwrap();
    assert_eq!(swept.removed, [killed.directory.clone()]);
    assert!(swept.left.is_empty(), "{swept:?}");
    assert_eq!(processes_naming(&killed.directory), Vec::<String>::new());
    assert!(alive.answers());

    drop(alive.child.stdin.take());
    assert!(alive.child.wait().unwrap().success());
    assert_eq!(entries(&base), 0);
}

#[test]
fn starting_a_cluster_sweeps_and_racing_sweepers_remove_each_directory_once() {
    let base = base();
    let mut owners = [Owner::start(&base), Owner::start(&base)];
    owners[0].kill();
    let cluster = start(&base);
    assert!(!owners[0].directory.exists());

    owners[1].kill();
    let removed: Vec<PathBuf> = std::thread::scope(|scope| {
        let sweepers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| sweep(base.path()).unwrap()))
            .collect();
        let swept = sweepers.into_iter().map(|sweeper| sweeper.join().unwrap());
        swept
            .flat_map(|swept| {
                assert!(swept.left.is_empty(), "{swept:?}");
                swept.removed
            })
            .collect()
    });
    assert_eq!(removed, [owners[1].directory.clone()]);
    assert_eq!(cluster.execute("postgres", "SELECT 1").unwrap(), "1\n");
}

#[test]
fn an_owner_killed_while_it_starts_leaves_nothing_after_a_sweep() {
    let base = base();
    let mut child = Command::new(env!("CARGO_BIN_EXE_stepmark-scratch"))
        .arg(base.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let directory = loop {
        let made = std::fs::read_dir(base.path()).unwrap().next();
        let made = made.map(|entry| entry.unwrap().path());
        match made.filter(|path| path.join("data/PG_VERSION").exists()) {
            Some(path) => break path,
            None => std::thread::yield_now(),
        }
    };
    child.kill().unwrap();
    child.wait().unwrap();
    // The bootstrap server that initdb left without a parent may still write while the first sweep removes.
    while entries(&base) > 0 {
        let _ = sweep(base.path()).unwrap();
    }
    assert_eq!(processes_naming(&directory), Vec::<String>::new());
}

#[test]
fn a_base_the_servers_account_cannot_enter_is_named_as_the_cause() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let base = base();
    std::fs::set_permissions(base.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let error = Cluster::start(&Programs::find_here().unwrap(), options(&base)).unwrap_err();
    let text = error.to_string();
    let expected = format!(
        "no cluster can be kept in {}: as root",
        base.path().display()
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(error.hint().unwrap().contains("/tmp"));
    assert_eq!(entries(&base), 0);
}

#[test]
fn a_directory_without_programs_gives_the_error_that_says_so() {
    let empty = tempfile::tempdir().unwrap();
    let error = Programs::at(empty.path()).unwrap_err();
    assert!(matches!(error, Error::Programs { .. }));
    assert!(
        error.to_string().ends_with("cannot be used: no initdb"),
        "{error}"
    );
}
