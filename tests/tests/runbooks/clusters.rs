//! The runbooks in a home of their own, with the clusters they work on: set up by their fixtures, reached by `--connect`.

use std::path::{Path, PathBuf};
use std::process::Command;

use stepmark_scratch::{Cluster, ClusterOptions, Programs};
use stepmark_tests::{Home, Outcome};

/// Where the runbooks are.
fn runbooks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../runbooks")
}

/// The text of a runbook or fixture of this repository.
pub(crate) fn text_of(name: &str) -> String {
    std::fs::read_to_string(runbooks().join(name)).expect("a file of this repository")
}

/// A runbook with shorter waits.
pub(crate) fn shortened(text: &str) -> String {
    text.replace("for=10s", "for=1s")
        .replace("every=2s for=4s", "every=50ms for=100ms")
        .replace("every=2s", "every=100ms")
        .replace("every=1s for=3s", "every=50ms for=100ms")
}

/// A runbook, and the clusters of its connections.
pub(crate) struct Stage {
    pub(crate) home: Home,
    stem: &'static str,
    clusters: Vec<(&'static str, Cluster, &'static str)>,
}

impl Stage {
    /// One cluster for a runbook with one connection, filled with the shop.
    pub(crate) fn of_change(stem: &'static str, size: u32) -> Self {
        let cluster = started(ClusterOptions::default());
        cluster.create_database("shop").expect("a database");
        fill(&cluster, "shop", "fixtures/shop.sql", size);
        let name = match stem {
            "production-change" => "shop",
            _ => "default",
        };
        Self::with(stem, vec![(name, cluster, "shop")])
    }

    /// A source filled with the live shop, and a destination with its roles.
    pub(crate) fn of_move(stem: &'static str, size: u32) -> Self {
        let source = ClusterOptions::default().setting("autovacuum", "off");
        Self::of_move_from(stem, size, source)
    }

    /// The same with a source of other settings.
    pub(crate) fn of_move_from(stem: &'static str, size: u32, source: ClusterOptions) -> Self {
        let source = started(source);
        source.create_database("shop").expect("a database");
        fill(&source, "shop", "fixtures/live-shop.sql", size);
        // A copy that fails is tried again by the server at once, and not after its five seconds.
        let quick = ClusterOptions::default().setting("wal_retrieve_retry_interval", "50ms");
        let destination = started(quick);
        fill(
            &destination,
            "postgres",
            "fixtures/live-shop-roles.sql",
            size,
        );
        let clusters = vec![
            ("source", source, "shop"),
            ("destination_server", destination, "postgres"),
        ];
        Self::with(stem, clusters)
    }

    fn with(stem: &'static str, clusters: Vec<(&'static str, Cluster, &'static str)>) -> Self {
        let stage = Self {
            home: Home::new(),
            stem,
            clusters,
        };
        stage.rewrite(&[]);
        stage
    }

    /// Writes the runbook down anew, with each first text in the place of the second, and shorter waits.
    ///
    /// # Panics
    /// When the runbook does not hold one of them: the test would prove nothing.
    pub(crate) fn rewrite(&self, changes: &[(&str, &str)]) {
        let name = format!("{}.md", self.stem);
        let mut text = shortened(&text_of(&name));
        for (before, after) in changes {
            assert!(text.contains(before), "{name} does not hold {before:?}");
            text = text.replace(before, after);
        }
        self.home.write(&name, &text);
    }

    /// Takes the fence of the main flow that is called `step` out of the runbook.
    pub(crate) fn without(&self, step: &str) {
        let name = format!("{}.md", self.stem);
        let text = text_of(&name);
        let start = text.find(&format!("{{name={step} ")).expect("that step");
        let start = text[..start].rfind("```").expect("a fence begins there");
        let end = start + 3 + text[start + 3..].find("\n```\n").expect("a fence ends");
        self.rewrite(&[(&text[start..end + 5], "")]);
    }

    /// The cluster of a connection.
    pub(crate) fn cluster(&self, connection: &str) -> &Cluster {
        let mut clusters = self.clusters.iter();
        let found = clusters.find(|(name, ..)| *name == connection);
        &found.expect("a connection of the runbook").1
    }

    /// What psql prints of `sql` in the shop of that cluster, without the last newline.
    pub(crate) fn sql(&self, connection: &str, sql: &str) -> String {
        let out = self.cluster(connection).execute("shop", sql);
        out.expect("SQL of the test itself").trim_end().to_owned()
    }

    /// The binary doing `verb` with the runbook or its last run, on the clusters, headless.
    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = self.attended(verb);
        command.arg("--yes").args(more);
        command
    }

    /// The same for somebody at the screen.
    pub(crate) fn attended(&self, verb: &str) -> Command {
        let what = match verb {
            "run" => format!("{}.md", self.stem),
            _ => "last".to_owned(),
        };
        let mut command = self.home.command(&[verb, &what]);
        for (name, cluster, database) in &self.clusters {
            command.arg("--connect").arg(match *name {
                "default" => cluster.url(database),
                name => format!("{name}={}", cluster.url(database)),
            });
        }
        if verb == "resume" {
            command.args(["--orphans", "kill"]);
        }
        if self.stem == "production-change" {
            command.args(["--environment", "production"]);
        }
        self.with_surroundings(command)
    }

    /// `command` with secrets, and the programs of the clusters' version.
    fn with_surroundings(&self, mut command: Command) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let bindir = self.clusters[0].1.programs().bindir().display();
        command
            .env("PATH", format!("{bindir}:{path}"))
            .env("MOVE_PASSWORD", "it's a \\ secret of ours")
            .env("READER_PASSWORD", "it's a \\ secret of ours");
        command
    }

    /// Runs `verb` to its end.
    pub(crate) fn stepmark(&self, verb: &str, more: &[&str]) -> Outcome {
        Outcome::of(self.command(verb, more))
    }

    /// What `pg_dump -s` says of every database, and `pg_dumpall` of what is none's, as they say it.
    pub(crate) fn schemas(&self) -> Vec<String> {
        let mut dumps = Vec::new();
        for (_, cluster, _) in &self.clusters {
            let dump = |program: &str, arguments: &[&str], database: &str| {
                let mut dump = Command::new(cluster.programs().bindir().join(program));
                dump.args(arguments).arg("-d").arg(cluster.url(database));
                let text = Outcome::of(dump).exits(0).stdout;
                // Which is another word each time.
                let is_own = |line: &&str| {
                    !line.starts_with("\\restrict ") && !line.starts_with("\\unrestrict ")
                };
                text.lines().filter(is_own).collect::<Vec<_>>().join("\n")
            };
            dumps.push(dump("pg_dumpall", &["--globals-only"], "postgres"));
            let databases = "SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1";
            let databases = cluster.execute("postgres", databases);
            for database in databases.expect("SQL of the test itself").lines() {
                dumps.push(format!(
                    "{database}\n{}",
                    dump("pg_dump", &["-s"], database)
                ));
            }
        }
        dumps
    }

    /// All that the clusters hold but where sequences stand: roles, settings, schemas and rows, a line each, sorted.
    pub(crate) fn everything(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, cluster, _) in &self.clusters {
            let program = cluster.programs().bindir().join("pg_dumpall");
            let mut dump = Command::new(program);
            dump.arg("--no-sync").arg("-d").arg(cluster.url("postgres"));
            let dumped = Outcome::of(dump).exits(0).stdout;
            let own = |line: &&str| {
                !["\\restrict ", "\\unrestrict ", "SELECT pg_catalog.setval("]
                    .iter()
                    .any(|start| line.starts_with(start))
            };
            lines.extend(
                dumped
                    .lines()
                    .filter(own)
                    .map(|line| format!("{name}: {line}")),
            );
        }
        lines.sort();
        lines
    }
}

fn started(options: ClusterOptions) -> Cluster {
    let programs =
        Programs::find_here().expect("PostgreSQL's programs; see scripts/ensure-postgres");
    Cluster::start(&programs, options).expect("a cluster starts")
}

fn fill(cluster: &Cluster, database: &str, fixture: &str, size: u32) {
    let sql = format!("\\set size {size}\n{}", text_of(fixture));
    cluster.execute(database, &sql).expect("the fixture");
}
