//! SQL steps beside psql. The program is the one in the server's own folder: a distribution's `psql` may be a script that
//! costs four times as much.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use stepmark_scratch::ClusterOptions;
use stepmark_tests::{Finished, Home, Server};

use crate::appends;
use crate::comparison::Comparison;
use crate::plan::Plan;

/// A server, a home, and ways to run things there.
struct Bench {
    server: Server,
    home: Home,
}

/// All comparisons of SQL.
pub(crate) fn compare(plan: &Plan) {
    let names = [
        "sql statements",
        "sql inserts",
        "sql steps",
        "rows",
        "copy out",
        "copy in",
    ];
    if !names.iter().any(|name| plan.wants(name)) {
        return;
    }
    let options = ClusterOptions::default().setting("max_wal_size", "8GB");
    let bench = Bench {
        server: Server::with(options.setting("shared_buffers", "1GB")),
        home: Home::new(),
    };
    bench.statements(plan, "sql statements", "SELECT 1;");
    bench.server.sql("CREATE UNLOGGED TABLE small (n int)");
    bench.statements(plan, "sql inserts", "INSERT INTO small VALUES (1);");
    bench.steps(plan);
    if ["rows", "copy out", "copy in"]
        .iter()
        .any(|name| plan.wants(name))
    {
        bench.make_rows(plan.sized(5_000_000));
        bench.rows(plan);
        bench.copy(plan);
    }
}

impl Bench {
    /// Many small statements in one fence, and in one file.
    fn statements(&self, plan: &Plan, name: &str, statement: &str) {
        let count = plan.sized(20_000);
        self.runbook("statements", |file| {
            (0..count).for_each(|_| writeln!(file, "{statement}").expect("a file"));
        });
        Comparison::new(name, || self.ours("statements"))
            .with("psql -X -q -f", 1.2, || {
                self.psql(&["-f", "statements.sql"])
            })
            .print(plan);
    }

    /// Many steps of one small statement, and a psql for each.
    fn steps(&self, plan: &Plan) {
        let count = plan.sized(1_000);
        let path = self.home.path().join("steps.md");
        let mut file = BufWriter::new(File::create(path).expect("a file"));
        (0..count).for_each(|_| {
            file.write_all(b"```sql\nSELECT 1;\n```\n\n")
                .expect("a file");
        });
        drop(file);
        Comparison::new("sql steps", || self.ours("steps"))
            .with("psql -c, each", 0.3, || {
                let each = (0..count).map(|_| self.psql(&["-c", "SELECT 1;"]));
                each.reduce(Finished::then).expect("at least one")
            })
            .with("as many synced appends", f64::INFINITY, || {
                appends::synced(self.home.path(), 6 + 2 * count)
            })
            .print(plan);
    }

    fn make_rows(&self, count: usize) {
        self.server.sql(&format!(
            "CREATE UNLOGGED TABLE wide AS SELECT n AS id, md5(n::text) AS name, now() + n * interval '1 s' AS at,\n\
             n * 1.25 AS amount, 'note ' || n AS note FROM generate_series(1, {count}) AS n"
        ));
        self.server.sql("VACUUM ANALYZE wide");
    }

    /// One large result as a table.
    fn rows(&self, plan: &Plan) {
        let select = "SELECT * FROM wide;";
        self.runbook("rows", |file| {
            writeln!(file, "{select}").expect("a file");
        });
        let written = |more: &[&str]| {
            let finished = self.psql(&[more, &["-o", "rows.out", "-c", select]].concat());
            // Else the next round would free it inside its time.
            std::fs::remove_file(self.home.path().join("rows.out")).expect("psql wrote it");
            finished
        };
        Comparison::new("rows", || self.ours("rows"))
            .within(24)
            .with("psql -o", 0.7, || written(&[]))
            .with("psql -o, FETCH_COUNT=1000", 0.7, || {
                written(&["-v", "FETCH_COUNT=1000"])
            })
            .print(plan);
    }

    /// The same rows by COPY, out and in.
    fn copy(&self, plan: &Plan) {
        self.runbook("out", |file| {
            writeln!(file, "COPY wide TO STDOUT;").expect("a file");
        });
        Comparison::new("copy out", || self.ours("out"))
            .with("psql -X -q -f", 1.2, || self.psql(&["-f", "out.sql"]))
            .print(plan);
        // A step's text has to fit into a line of the log.
        let count = plan.sized(300_000);
        self.server.sql("CREATE UNLOGGED TABLE taken (LIKE wide)");
        self.runbook("in", |file| {
            file.write_all(b"TRUNCATE taken;\nCOPY taken FROM STDIN;\n")
                .expect("a file");
            for n in 1..=count {
                writeln!(
                    file,
                    "{n}\t{:032x}\t2026-11-21 12:00:00+00\t{n}.25\tnote {n}",
                    n * 7919
                )
                .expect("a file");
            }
            file.write_all(b"\\.\n").expect("a file");
        });
        Comparison::new("copy in", || self.ours("in"))
            .with("psql -X -q -f", 1.2, || self.psql(&["-f", "in.sql"]))
            .print(plan);
    }

    /// Writes a script as a file of its own and as the one fence of a runbook.
    fn runbook(&self, name: &str, script: impl Fn(&mut BufWriter<File>)) {
        let create = |end: &str| {
            let path = self.home.path().join(format!("{name}.{end}"));
            BufWriter::new(File::create(path).expect("a file"))
        };
        let mut file = create("sql");
        script(&mut file);
        let mut file = create("md");
        file.write_all(b"```sql\n").expect("a file");
        script(&mut file);
        file.write_all(b"```\n").expect("a file");
    }

    fn ours(&self, name: &str) -> Finished {
        let book = format!("{name}.md");
        let finished = run(&self.home, &["run", &book, "--connect", &self.server.url()]);
        forget(&self.home);
        finished
    }

    fn psql(&self, arguments: &[&str]) -> Finished {
        let mut command = Command::new(self.program());
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-P", "pager=off", "-d"]);
        command.arg(self.server.url()).args(arguments);
        command.current_dir(self.home.path()).stdin(Stdio::null());
        let printed = self.home.path().join("printed");
        command.stdout(File::create(printed).expect("a file"));
        Finished::of(command).exits(0)
    }

    fn program(&self) -> PathBuf {
        self.server.cluster().programs().bindir().join("psql")
    }
}

/// Runs the program to its end. What it prints goes nowhere; what steps print is in the files of the run.
pub(crate) fn run(home: &Home, arguments: &[&str]) -> Finished {
    let mut command = home.command(arguments);
    command.stdout(Stdio::null());
    Finished::of(command).exits(0)
}

/// Removes the runs so far.
pub(crate) fn forget(home: &Home) {
    std::fs::remove_dir_all(home.path().join(".stepmark")).expect("there was a run");
}
