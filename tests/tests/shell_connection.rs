//! What a shell step sees of its connection: the variables that lead there, no others of libpq's, and a password file that
//! no run directory keeps.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use stepmark_scratch::ClusterOptions;
use stepmark_tests::{Home, Outcome, Server};

/// Variables of libpq that settings are not resolved from, so that any value will do.
const OF_LIBPQ: [&str; 6] = [
    "PGDATESTYLE",
    "PGTZ",
    "PGGEQO",
    "PGSYSCONFDIR",
    "PGLOCALEDIR",
    "PGREQUIRESSL",
];

const WHERE: &str = "```bash {name=where}\npsql -XAt \"$DATABASE_URL\" -c \"SELECT 'at ' || current_database()\"\n```\n";

#[test]
fn database_url_leads_a_shell_step_to_its_own_connection() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", WHERE);
    let elsewhere = server.cluster().url("postgres");
    for arguments in [
        &["run", "book.md", "--connect", &server.url()][..],
        &["run", "book.md", "--scratch"],
    ] {
        let mut command = home.command(arguments);
        command.env("DATABASE_URL", &elsewhere);
        Outcome::of(command).exits(0).says(&["at shop"]);
    }
}

#[test]
fn of_the_ambient_variables_only_libpq_s_are_withheld_and_not_carried() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```bash {name=look}\nenv | grep -E '^PG.*=ambient$' | sort; echo end of look\nexport PGDATA=carried PGTZ=UTC PGGEQO=carried\n```\n\n\
         ```bash {name=again}\necho \"$PGDATA ${PGGEQO-none}\"\n```\n",
    );
    let url = server.url();
    let mut command = home.command(&["run", "book.md", "--connect", &url]);
    for name in OF_LIBPQ.into_iter().chain(["PGDATA", "PGBACKREST_REPO"]) {
        command.env(name, "ambient");
    }
    let outcome = Outcome::of(command).exits(0);
    let seen: Vec<&str> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.trim().strip_suffix("=ambient"))
        .collect();
    assert_eq!(seen, ["PGBACKREST_REPO", "PGDATA"]);
    outcome.says(&["carried none"]);
}

/// The private places in `runtime`, each with its files.
fn places(runtime: &std::path::Path) -> Vec<(PathBuf, Vec<PathBuf>)> {
    let list = |folder: &std::path::Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("our own folder").flatten();
        entries.map(|entry| entry.path()).collect()
    };
    list(runtime)
        .into_iter()
        .map(|folder| (folder.clone(), list(&folder)))
        .collect()
}

#[test]
fn a_kill_leaves_no_password_in_the_run_and_the_next_run_sweeps_it() {
    let (home, server) = (Home::new(), Server::with(ClusterOptions::default()));
    let runtime = home.path().join("runtime");
    fs::create_dir(&runtime).expect("a folder");
    home.write(
        "book.md",
        "```bash {name=in}\ntest -r \"$PGPASSFILE\" && psql -XAtc \"SELECT 'in as ' || current_user\"\n```\n\n\
         ```bash {name=stuck}\n[ -e go ] || { mkfifo held; read line < held; }\n```\n",
    );
    let url = server.url();
    let (start, rest) = url.split_once("://").expect("a URL");
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let url = format!("{start}://postgres:hunter22@{rest}");
    let command = || {
        let mut command = home.command(&["run", "book.md", "--connect", &url]);
        command.env("XDG_RUNTIME_DIR", &runtime);
        command
    };
    let mut child = command().spawn().expect("the binary starts");
    home.when_started("book", 2);
    child.kill().expect("our child");
    child.wait().expect("our child");
    let left = places(&runtime);
    let [(folder, files)] = &left[..] else {
        panic!("{left:?}")
    };
    let mode = |path: &PathBuf| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(files, &[folder.join("pgpass")]);
    assert_eq!((mode(folder), mode(&files[0])), (0o700, 0o600));
    let run = home.runs("book").pop().expect("a run");
    let mut grep = std::process::Command::new("grep");
    grep.args(["-rl", "hunter22"]).arg(run);
    assert_eq!(Outcome::of(grep).stdout, "", "the run keeps a password");

    home.write("go", "");
    Outcome::of(command()).exits(0).says(&["in as postgres"]);
    assert_eq!(places(&runtime), []);
}

#[test]
fn a_shell_that_names_none_of_several_connections_reaches_none_by_chance() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        &format!(
            "---\nconnections:\n  one: {{ url: \"{0}\" }}\n  two: {{ url: \"{0}\" }}\n---\n\n\
             ```bash {{name=none-named}}\nenv | grep -E '^(PG|DATABASE_URL)' | grep -v '^PGSERVICEFILE=' || echo nothing\n\
             psql -XAt service=two -c \"SELECT 'by service'\"; echo \"$ONE_URL\"\n```\n\n\
             ```bash {{name=named on=two}}\npsql -XAtc 'SELECT current_database()'\n```\n",
            server.url()
        ),
    );
    let mut command = home.command(&["run", "book.md"]);
    command
        .env("PGHOST", "elsewhere")
        .env("DATABASE_URL", "postgresql://elsewhere/x");
    Outcome::of(command).exits(0);
    let journal = home.journal("book");
    let outputs: Vec<_> = journal
        .of("step_finished")
        .map(|line| {
            line["output"]["excerpt"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    let lines: Vec<&str> = outputs[0].lines().collect();
    assert_eq!(lines[..2], ["nothing", "by service"]);
    assert!(lines[2].starts_with("postgresql://"), "{lines:?}");
    assert!(server.url().contains(outputs[1].trim()), "{outputs:?}");
}
