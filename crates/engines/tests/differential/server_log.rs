//! What the server logged about a database from some moment on. The server writes to the file itself, before it
//! answers, so that all of a finished statement is there.

use std::io::{Read as _, Seek as _, SeekFrom};

use stepmark_scratch::Cluster;

/// The setting `log_line_prefix`: a mark, the database, the SQLSTATE, who it is about. Further lines of a message begin
/// with a tab.
pub(crate) const PREFIX: &str = "@%d@%e@%a@@";

/// The `application_name` of our session's observer, which looks on beside the script and is no part of it.
const OBSERVER: &str = "stepmark observer";

/// A line of the server's log; a message may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    pub(crate) sqlstate: String,
    /// `LOG`, `ERROR`, `STATEMENT`.
    pub(crate) label: String,
    pub(crate) text: String,
}

/// A place in the log.
pub(crate) struct Mark(u64);

impl Mark {
    /// Where the log ends now.
    pub(crate) fn now(cluster: &Cluster) -> Self {
        Self(std::fs::metadata(cluster.log_file()).unwrap().len())
    }

    /// What was logged since about `database`.
    pub(crate) fn since(&self, cluster: &Cluster, database: &str) -> Vec<Logged> {
        let mut file = std::fs::File::open(cluster.log_file()).unwrap();
        file.seek(SeekFrom::Start(self.0)).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        about(&String::from_utf8_lossy(&bytes), database)
    }
}

fn about(text: &str, database: &str) -> Vec<Logged> {
    let own = format!("@{database}@");
    let mut logged: Vec<Logged> = Vec::new();
    let mut listening = false;
    for line in text.split('\n') {
        if let Some(more) = line.strip_prefix('\t') {
            if listening && let Some(last) = logged.last_mut() {
                last.text += "\n";
                last.text += more;
            }
            continue;
        }
        listening = false;
        let Some((sqlstate, message)) = line
            .strip_prefix(&own)
            .and_then(|rest| rest.split_once('@'))
        else {
            continue;
        };
        let (application, message) = message.split_once("@@").unwrap_or(("", message));
        if application == OBSERVER {
            continue;
        }
        let (label, text) = message.split_once(":  ").unwrap_or((message, ""));
        listening = true;
        logged.push(Logged {
            sqlstate: sqlstate.to_owned(),
            label: label.to_owned(),
            text: text.to_owned(),
        });
    }
    logged
}

/// The texts of the queries that were sent. One that cannot be parsed is logged only with its error.
pub(crate) fn queries(logged: &[Logged]) -> Vec<String> {
    let mut queries = Vec::new();
    let mut announced = None;
    for line in logged {
        match (line.label.as_str(), line.text.strip_prefix("statement: ")) {
            ("LOG", Some(text)) => {
                announced = Some(text);
                queries.push(text.to_owned());
            }
            ("STATEMENT", _) if announced != Some(&line.text) => queries.push(line.text.clone()),
            ("STATEMENT", _) => announced = None,
            _ => {}
        }
    }
    queries
}

#[test]
fn messages_of_a_database_are_told_from_others_and_put_together() {
    let text = "@d1@00000@psql@@LOG:  statement: select 1,\n\t2;\n@d2@00000@psql@@LOG:  statement: no\n\tno\n\
        @d1@42601@a@b@@ERROR:  syntax error\n@d1@42601@a@b@@STATEMENT:  selec;\n@@00000@@@LOG:  checkpoint\n\
        @d1@00000@stepmark observer@@LOG:  statement: select\n\t3\n";
    let logged = about(text, "d1");
    assert_eq!(queries(&logged), ["select 1,\n2;", "selec;"]);
    assert_eq!(
        (&*logged[1].sqlstate, &*logged[1].text),
        ("42601", "syntax error")
    );
}
