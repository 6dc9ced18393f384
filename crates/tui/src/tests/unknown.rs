//! Steps whose outcome nobody knows: the evidence there is, and each way to settle it.

use crossterm::event::KeyCode;
use stepmark_core::plan::{Expectation, Finding, Interpreter, Plan, Role, StepKind};
use stepmark_core::progress::StepState;
use stepmark_core::record::{Event, OrphansEnd, Resolution, TransactionStatus};
use stepmark_core::runner::{Command, SqlEnded, WorkEnded};
use stepmark_core::{Attempt, ConnectionName, StepId, StepIndex};

use super::fixture::{Play, identity, sql};
use super::sample::Author;
use crate::dialog::Question;
use crate::{Colour, Glyphs, Settings};

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

/// `add` with a probe and an undo, and a step after it.
pub(super) fn plan() -> Plan {
    let mut author = Author::default();
    author.heading(2, "Add rows");
    author.step(
        "add",
        StepKind::Sql,
        "INSERT INTO orders SELECT * FROM new;\n",
    );
    author.step(
        "is-added",
        StepKind::Sql,
        "SELECT count(*) > 0 FROM orders;\n",
    );
    author.with(|step| {
        step.role = Role::ProbeOf(StepIndex(0));
        step.expectation = Some(Expectation::Holds);
    });
    author.step("remove", StepKind::Sql, "DELETE FROM orders;\n");
    author.with(|step| step.role = Role::RollbackOf(StepIndex(0)));
    author.heading(2, "Tell");
    let bash = StepKind::Shell(Interpreter::Bash);
    author.step("tell", bash, "./announce\n");
    author.plan("Add orders")
}

/// The runner was killed while `add` ran; the first screen of the next one.
pub(super) fn killed(plan: Plan, settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = Play::of(plan, settings, columns, rows);
    let connection = ConnectionName::default();
    play.happened(vec![
        Event::TargetIdentified {
            connection,
            epoch: 1,
            target: Box::new(identity()),
        },
        play.started("add"),
    ]);
    play.taken_up(Vec::new());
    play
}

/// The same with the dialog that opens by itself.
pub(super) fn asked(plan: Plan, settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = killed(plan, settings, columns, rows);
    play.press(KeyCode::Enter);
    play.shown();
    play.wait(1);
    play
}

fn usual() -> Play {
    asked(plan(), Settings::default(), 80, 24)
}

fn ascii() -> Settings {
    Settings {
        glyphs: Glyphs::Ascii,
        colour: Colour::Never,
        ..Settings::default()
    }
}

pub(super) fn seen(met: bool) -> WorkEnded {
    WorkEnded::Sql(SqlEnded {
        statements: 1,
        finished: 1,
        rows: 1,
        finding: Some(Finding {
            met,
            seen: "t".to_owned(),
        }),
        ..SqlEnded::default()
    })
}

#[test]
fn unknown_dialog_120x40() {
    check!(asked(plan(), Settings::default(), 120, 40).text());
}

#[test]
fn unknown_dialog_in_ascii_without_colour() {
    check!(asked(plan(), ascii(), 80, 24).text());
}

#[test]
fn the_dialog_opens_by_itself_once_and_then_with_enter() {
    let mut play = usual();
    let is_open = |play: &Play| {
        let question = play.screen.dialog.as_ref().map(|dialog| &dialog.question);
        matches!(question, Some(Question::Unknown { .. }))
    };
    assert!(is_open(&play));
    play.press(KeyCode::Esc);
    play.shown();
    assert!(!is_open(&play));
    check!(play.text());
    play.press(KeyCode::Enter);
    assert!(is_open(&play));
    assert_eq!(play.sent, []);
}

#[test]
fn a_probe_that_sees_the_effect_settles_the_step_and_says_so() {
    let mut play = usual();
    play.press(KeyCode::Char('e'));
    assert_eq!(play.sent, [Command::Settle(play.step("add"))]);
    play.carry();
    play.end(seen(true));
    play.shown();
    assert_eq!(play.screen.selected, Some(play.step("tell")));
    play.press(KeyCode::Up);
    while play.screen.selected != Some(play.step("add")) {
        play.press(KeyCode::Up);
    }
    check!(play.text());
}

#[test]
fn a_probe_that_sees_nothing_gives_the_question_back() {
    let mut play = usual();
    play.press(KeyCode::Char('e'));
    play.carry();
    play.end(seen(false));
    play.shown();
    play.wait(1);
    assert_eq!(play.screen.selected, Some(play.step("add")));
    play.press(KeyCode::Enter);
    play.shown();
    assert!(play.find("It was done").is_some());
}

#[test]
fn the_operator_says_what_was_done_and_how_that_is_known() {
    let cases = [
        ('d', Resolution::Done, StepState::Succeeded),
        ('n', Resolution::NotDone, StepState::Failed),
    ];
    for (key, resolution, state) in cases {
        let mut play = usual();
        play.press(KeyCode::Char(key));
        play.press(KeyCode::Enter);
        assert_eq!(play.sent, [], "it takes a reason");
        play.keys("counted the rows");
        if resolution == Resolution::NotDone {
            check!(play.text());
        }
        play.press(KeyCode::Enter);
        let step = play.step("add");
        let reason = "counted the rows".to_owned();
        let expected = Command::Resolve {
            step,
            resolution,
            reason,
        };
        assert_eq!(play.sent, [expected]);
        play.carry_and_show();
        assert_eq!(play.screen.progress.step(step).state, state);
        play.wait(1);
        play.press(KeyCode::Char('a'));
        assert_eq!(play.sent, [Command::RunOn], "the run goes on");
    }
}

#[test]
fn it_can_be_undone_first() {
    let mut play = usual();
    play.press(KeyCode::Char('u'));
    play.shown();
    assert!(play.text().contains("remove undoes add"));
    play.press(KeyCode::Enter);
    assert!(matches!(play.sent[..], [Command::RollBack { .. }]));
    play.carry();
    play.end(sql("DELETE 1", TransactionStatus::Idle));
    let state = &play.screen.progress.step(play.step("add")).state;
    assert_eq!(*state, StepState::RolledBack);
}

/// What the buttons of the dialog say.
fn offered(play: &Play) -> Vec<&'static str> {
    let dialog = play.screen.dialog.as_ref().expect("a question");
    dialog
        .buttons()
        .iter()
        .map(|(_, label, _)| *label)
        .collect()
}

#[test]
fn only_what_is_possible_is_offered() {
    let mut bare = plan();
    for (at, step) in bare.steps.iter_mut().enumerate() {
        if matches!(step.role, Role::ProbeOf(_) | Role::RollbackOf(_)) {
            step.role = Role::Main;
            step.needs = vec![StepIndex(at - 1)];
        }
    }
    let bare = Plan::new(bare.title, bare.digest, bare.steps, bare.document);
    let play = asked(bare, Settings::default(), 80, 24);
    assert_eq!(offered(&play), ["It was done", "It was not done", "Back"]);
    let play = asked(plan(), Settings::default(), 80, 24);
    assert_eq!(offered(&play)[0], "Look for evidence");
    let mut transaction = plan();
    transaction.steps[0].sql.transaction = true;
    let play = asked(transaction, Settings::default(), 80, 24);
    assert_eq!(offered(&play)[..2], ["Record that", "Run its probe"]);
    let mut idempotent = plan();
    idempotent.steps[0].flow.idempotent = true;
    let play = asked(idempotent, Settings::default(), 80, 24);
    let all = [
        "Run it again",
        "Run its probe",
        "It was done",
        "It was not done",
        "Undo it first",
        "Back",
    ];
    assert_eq!(offered(&play), all);
}

#[test]
fn an_idempotent_step_is_started_again_and_its_probe_runs_where_that_is_chosen() {
    let mut plan = plan();
    plan.steps[0].flow.idempotent = true;
    let mut play = asked(plan.clone(), Settings::default(), 80, 24);
    play.press(KeyCode::Char('e'));
    play.carry();
    assert_eq!(play.screen.progress.running(), Some(play.step("add")));
    let mut play = asked(plan, Settings::default(), 80, 24);
    play.press(KeyCode::Char('p'));
    assert_eq!(play.sent, [Command::Probe(play.step("add"))]);
    play.carry();
    assert_eq!(play.screen.progress.running(), Some(play.step("is-added")));
}

#[test]
fn why_a_step_may_run_again_is_said_as_it_is() {
    let mut idempotent = plan();
    idempotent.steps[0].flow.idempotent = true;
    let mut looks = plan();
    looks.steps[0].expectation = Some(Expectation::Holds);
    looks.steps[0].sql.asks_only = true;
    for (plan, why) in [(idempotent, "it is idempotent"), (looks, "it only looks")] {
        let text = asked(plan, Settings::default(), 80, 24).text();
        assert!(
            text.contains(&format!("It may run again: {why}.")),
            "{text}"
        );
        let safe = format!("e  runs it again, which is safe: {why}");
        assert!(text.contains(&safe), "{text}");
    }
}

#[test]
fn a_transaction_whose_commit_was_never_announced_is_recorded_as_not_done() {
    let mut plan = plan();
    plan.steps[0].sql.transaction = true;
    let mut play = asked(plan, Settings::default(), 80, 24);
    check!(play.text());
    play.press(KeyCode::Char('e'));
    play.carry();
    assert_eq!(play.screen.progress.running(), None, "nothing is looked at");
    let step = play.step("add");
    assert_eq!(play.screen.progress.step(step).state, StepState::Failed);
}

#[test]
fn an_announced_transaction_and_processes_that_were_left_are_evidence() {
    let mut plan = plan();
    plan.steps[0].sql.transaction = true;
    let mut play = Play::of(plan, Settings::default(), 80, 24);
    let step = StepId::new("add");
    let attempt = Attempt(1);
    play.happened(vec![play.started("add")]);
    play.happened(vec![Event::CommitAnnounced {
        step: step.clone(),
        attempt,
        connection: ConnectionName::default(),
        transaction_id: "741".to_owned(),
    }]);
    play.taken_up(vec![Event::OrphansSettled {
        step,
        attempt,
        end: OrphansEnd::Killed,
        processes: vec![4_711],
    }]);
    play.press(KeyCode::Enter);
    play.shown();
    check!(play.text());
}

#[test]
fn a_key_typed_before_the_dialog_stands_there_settles_nothing() {
    let mut play = killed(plan(), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    for key in [KeyCode::Enter, KeyCode::Char('e'), KeyCode::Char('d')] {
        play.press(key);
        assert_eq!(play.sent, [], "{key} was typed ahead");
    }
    let dialog = play.screen.dialog.as_ref().expect("a question");
    assert!(matches!(dialog.question, Question::Unknown { .. }));
}
