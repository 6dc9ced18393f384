//! Another session of a server, which holds what it took until it is told otherwise.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use stepmark_scratch::Cluster;

/// A psql that waits for its next line; ends with its value.
pub struct Session {
    keys: Option<ChildStdin>,
    out: BufReader<ChildStdout>,
    child: Child,
}

impl Session {
    /// Connects to `database` of `cluster` under the application name `name`.
    pub fn open(cluster: &Cluster, database: &str, name: &str) -> Self {
        let mut child = Command::new(cluster.programs().psql())
            .args(["-XqAt", &cluster.url(database)])
            .env("PGAPPNAME", name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("psql is among PostgreSQL's programs");
        Self {
            keys: child.stdin.take(),
            out: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    /// Does `sql`, and is back when it is done.
    ///
    /// # Panics
    /// When psql has ended.
    pub fn sql(&mut self, sql: &str) {
        let keys = self.keys.as_mut().expect("it is open until it is dropped");
        writeln!(keys, "{sql}\n\\echo done with that").expect("it reads");
        let mut said = String::new();
        while said != "done with that\n" {
            said.clear();
            let length = self.out.read_line(&mut said).expect("it writes");
            assert!(length > 0, "psql has ended");
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It ends at the end of its input.
        drop(self.keys.take());
        let _ = self.child.wait();
    }
}
