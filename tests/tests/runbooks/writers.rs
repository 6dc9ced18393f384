//! The application of a shop that is moved: pgbench with writes of every kind, as a role of its own.

use std::process::{Child, Command, Stdio};

use stepmark_tests::Outcome;

use crate::clusters::Stage;

/// Inserts, updates and deletes, also in a table that has no primary key and in one of another schema.
const WRITES: &str = "\\set who random(1, 50)\n\
    BEGIN;\n\
    INSERT INTO orders (user_id, total) VALUES (:who, 7);\n\
    UPDATE orders SET state = 'paid' WHERE id = (SELECT max(id) FROM orders WHERE user_id = :who);\n\
    INSERT INTO events (user_id, kind) VALUES (:who, 'order');\n\
    UPDATE events SET kind = 'seen' WHERE user_id = :who AND kind = 'order';\n\
    INSERT INTO billing.reminders (invoice_id) VALUES (:who);\n\
    DELETE FROM billing.reminders WHERE id = (SELECT max(id) - 20 FROM billing.reminders)\n\
      AND id NOT IN (SELECT last_reminder FROM billing.\"Invoice\" WHERE last_reminder IS NOT NULL);\n\
    COMMIT;\n";

/// Writers at work in the source.
pub(crate) struct Writers {
    child: Child,
}

impl Writers {
    /// Starts them.
    pub(crate) fn at(stage: &Stage) -> Self {
        let child = command(stage, &["-T", "3600", "-c", "2", "-R", "100"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbench is among PostgreSQL's programs");
        Self { child }
    }

    /// Whether they still write.
    pub(crate) fn are_at_work(&mut self) -> bool {
        self.child.try_wait().expect("our child").is_none()
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        // They may be gone, and then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What becomes of one more writer.
pub(crate) fn one_more(stage: &Stage) -> Outcome {
    Outcome::of(command(stage, &["-t", "1", "-c", "1"]))
}

fn command(stage: &Stage, how: &[&str]) -> Command {
    let script = stage.home.write("writes.pgbench", WRITES);
    let source = stage.cluster("source");
    let mut command = Command::new(source.programs().bindir().join("pgbench"));
    command
        .args(["--no-vacuum", "-f"])
        .arg(script)
        .args(how)
        .arg(source.url("shop").replace("postgres@", "shop_app@"))
        .stdin(Stdio::null());
    command
}
