//! Every state a step can be in, and every kind of block a page can hold, as drawn.

use std::collections::BTreeSet;

use crossterm::event::KeyCode;
use stepmark_core::plan::{BlockKind, Container, Inline, InlineStyle, Interpreter, Role, StepKind};
use stepmark_core::record::TransactionStatus::{Idle, Open};
use stepmark_core::record::{Event, Outcome, TransactionEnd};
use stepmark_core::runner::{SqlEnded, SqlStop, WorkEnded};
use stepmark_core::{Attempt, ConnectionName, StepId, StepIndex, VariableName};

use super::fixture::{Found, Play, identity, refused, sql};
use super::sample::Author;
use crate::Settings;

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

fn lost(in_doubt: bool) -> WorkEnded {
    WorkEnded::Sql(SqlEnded {
        statements: 1,
        stop: Some(SqlStop::Lost {
            message: "server closed the connection unexpectedly".to_owned(),
            in_doubt,
        }),
        ..SqlEnded::default()
    })
}

pub(super) fn play(rows: u16) -> Play {
    let mut author = Author::default();
    author.heading(2, "States");
    for id in ["skipped", "done", "undone", "undoing", "held", "failed"] {
        author.step(id, StepKind::Sql, "SELECT 1;\n");
        if id == "held" {
            let other = ConnectionName::new("other");
            author.with(|step| step.connection = Some(other));
        }
    }
    author.with(|step| step.needs.clear());
    author.step("undo-failed", StepKind::Sql, "SELECT 2;\n");
    author.with(|step| step.role = Role::RollbackOf(StepIndex(5)));
    author.step("unknown", StepKind::Sql, "SELECT 1;\n");
    author.with(|step| step.needs.clear());
    author.step("pending", StepKind::Sql, "SELECT 1;\n");
    author.with(|step| step.needs.clear());
    author.step("waiting", StepKind::Sql, "SELECT 1;\n");
    author.step("running", StepKind::Sql, "SELECT 1;\n");
    author.with(|step| step.needs.clear());
    for id in ["up", "not-needed", "rolled-back"] {
        author.step(id, StepKind::Shell(Interpreter::Bash), "true\n");
        author.with(|step| step.needs.clear());
        author.with(|step| step.shell.background = id == "up");
    }
    let rolled_back = StepIndex(13);
    author.step("undoes-it", StepKind::Sql, "SELECT 3;\n");
    author.with(|step| step.role = Role::RollbackOf(rolled_back));
    let mut play = Play::of(author.plan("States"), Settings::default(), 80, rows);
    play.press(KeyCode::Enter);
    play
}

pub(super) fn go_to(play: &mut Play, id: &str) {
    let step = play.step(id);
    play.press(KeyCode::Home);
    while play.screen.selected != Some(step) {
        play.press(KeyCode::Down);
    }
}

/// Steps in every state there is.
pub(super) fn every(rows: u16) -> Play {
    let mut play = play(rows);
    play.press(KeyCode::Char('s'));
    play.keys("not today");
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.run(sql("SELECT 1", Idle));
    play.run(sql("BEGIN", Open));
    play.run(WorkEnded::Sql(SqlEnded {
        statements: 1,
        finished: 1,
        tag: Some("ROLLBACK".to_owned()),
        ends: vec![TransactionEnd::RolledBack],
        ..SqlEnded::default()
    }));
    go_to(&mut play, "failed");
    play.run(refused(Idle));
    go_to(&mut play, "unknown");
    play.run(lost(true));
    facts(&mut play);
    go_to(&mut play, "running");
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(75);
    play
}

/// What the default connection's steps cannot show beside the others: a transaction that is open on another one, a process
/// that is up, a step that was not needed, and one that was undone.
fn facts(play: &mut Play) {
    let succeeded = || Outcome::Succeeded { finding: None };
    let open = Found {
        transaction: Some(Open),
        ..Found::default()
    };
    play.happened(vec![Event::TargetIdentified {
        connection: ConnectionName::new("other"),
        epoch: 1,
        target: Box::new(identity()),
    }]);
    play.finished("held", succeeded(), open);
    let started = play.started("up");
    let up = Event::StepWentUp {
        step: StepId::new("up"),
        attempt: Attempt(1),
    };
    let not_needed = Event::StepNotNeeded {
        step: StepId::new("not-needed"),
        variable: VariableName::new("wanted"),
        value: Some("no".to_owned()),
    };
    play.happened(vec![started, up, not_needed]);
    play.finished("rolled-back", succeeded(), Found::default());
    play.happened(vec![Event::RollbackStarted {
        undo: vec![StepId::new("undoes-it")],
        lasting: Vec::new(),
    }]);
    play.finished("undoes-it", succeeded(), Found::default());
}

#[test]
fn every_state_of_a_step() {
    let mut play = every(60);
    let words: BTreeSet<&str> = play
        .screen
        .plan()
        .indexed()
        .map(|(step, _)| play.screen.progress.step(step).state.word())
        .collect();
    let every: BTreeSet<&str> = [
        "pending",
        "running",
        "up",
        "held",
        "done",
        "failed",
        "undone",
        "rolled back",
        "unknown",
        "skipped",
        "not needed",
    ]
    .into();
    assert_eq!(words, every);
    check!(play.text());
}

#[test]
fn outcomes_in_words() {
    let mut said = String::new();
    let mut say = |play: &mut Play, id: &str| {
        go_to(play, id);
        let text = play.text();
        let output = text.lines().skip_while(|line| !line.contains("Output of"));
        for line in output.take_while(|line| !line.is_empty()) {
            let line: String = line.chars().skip(24).collect();
            if line.chars().count() > 2 && line.starts_with(['\u{2502}', '\u{251c}']) {
                said.push_str(&line);
                said.push('\n');
            }
        }
    };
    let mut play = play(40);
    play.press(KeyCode::Char('s'));
    play.keys("not today");
    play.press(KeyCode::Enter);
    play.carry_and_show();
    say(&mut play, "skipped");
    go_to(&mut play, "done");
    play.run(sql("INSERT 0 5", Idle));
    say(&mut play, "done");
    go_to(&mut play, "undone");
    play.run(sql("BEGIN", Open));
    say(&mut play, "undone");
    go_to(&mut play, "undoing");
    play.run(lost(false));
    say(&mut play, "undone");
    say(&mut play, "undoing");
    go_to(&mut play, "unknown");
    play.run(lost(true));
    say(&mut play, "unknown");
    check!(said);
}

#[test]
fn every_kind_of_block() {
    let text = |text: &str| Inline {
        text: text.to_owned(),
        style: InlineStyle::default(),
        target: None,
    };
    let link = |text: &str, target: &str| Inline {
        text: text.to_owned(),
        style: InlineStyle {
            link: true,
            ..InlineStyle::default()
        },
        target: Some(target.into()),
    };
    let item = |marker: &str, first: bool| Container::Item {
        marker: marker.to_owned(),
        first,
    };
    let paragraph = |words: &str| BlockKind::Paragraph(vec![text(words)]);
    let mut author = Author::default();
    author.heading(1, "Blocks").heading(3, "Third level");
    author.block(
        vec![item("1.", true)],
        paragraph("first, long enough to be wrapped on a page as narrow as this one"),
        None,
    );
    author.block(vec![item("1.", false)], paragraph("still the first"), None);
    author.block(
        vec![item("1.", false), item("-", true)],
        paragraph("nested"),
        None,
    );
    author.block(vec![item("2.", true)], paragraph("second"), None);
    author.block(vec![item("[x]", true)], paragraph("a task"), None);
    author.block(
        vec![Container::Quote, Container::Quote],
        paragraph("quoted twice\nwith a hard break"),
        None,
    );
    let links = vec![
        text("see "),
        link("the runbook format", "docs/runbook-format.md"),
        text(", "),
        link("", "pictures/run.svg"),
    ];
    author.block(Vec::new(), BlockKind::Paragraph(links.clone()), None);
    let cells = BlockKind::Table {
        header: vec![vec![text("what")], vec![text("where")]],
        rows: vec![vec![vec![text("format")], links]],
    };
    author.block(Vec::new(), cells, None);
    author.block(Vec::new(), BlockKind::Rule, None);
    author.block(Vec::new(), BlockKind::Html("<details>\n".to_owned()), None);
    let code = BlockKind::Code {
        language: "text".to_owned(),
        text: format!("\ttab\n{}\n\u{1b}[31mred\n", "0123456789".repeat(7)),
    };
    author.block(Vec::new(), code, None);
    author.table(&[
        &["name", "what it is for, in more words than fit"],
        &[
            "lock_timeout",
            "gives up waiting for a lock after that long, rather than queue",
        ],
    ]);
    let mut play = Play::of(author.plan("Blocks"), Settings::default(), 80, 70);
    play.press(KeyCode::Enter);
    let page: String = play
        .text()
        .lines()
        .skip(3)
        .take_while(|line| !line.contains('\u{251c}'))
        .map(|line| format!("{}\n", line.chars().skip(25).collect::<String>()))
        .collect();
    check!(page);
}
