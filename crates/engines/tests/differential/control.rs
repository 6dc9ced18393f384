//! A psql that stays, for questions asked often: starting one takes longer than most cases.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use stepmark_scratch::Cluster;

/// A session in database `postgres`.
pub(crate) struct Control {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Control {
    pub(crate) fn new(cluster: &Cluster) -> Self {
        let mut child = Command::new(cluster.programs().bindir().join("psql"))
            .args(["-X", "-q", "-A", "-t", "-d", &cluster.url("postgres")])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            questions: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// The next transaction id of the server. Reading gives out none, and everything else does.
    pub(crate) fn next_transaction(&mut self) -> String {
        let question = b"SELECT txid_snapshot_xmax(txid_current_snapshot());\n";
        self.questions
            .as_mut()
            .unwrap()
            .write_all(question)
            .unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert!(answer.ends_with('\n'), "the server is gone");
        answer
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.questions = None;
        // It ends by itself at the end of its input; how, is of no concern.
        let _ = self.child.wait();
    }
}
