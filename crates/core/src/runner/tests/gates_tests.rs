//! What decides whether, when and how often a step runs: `when`, `retry`, `wait`, `always`, values and captures.

use std::time::Duration;

use super::rig::{Rig, fine, plan, refused};
use crate::output::OutputSummary;
use crate::plan::{
    CapturedValue, Finding, Generated, Plan, Retry, RetryAfter, Slot, SlotForm, Wait,
};
use crate::progress::{Binding, Ending};
use crate::record::{
    Event, Failure, InputOrigin, Mode, Outcome, PauseReason, TransactionEnd, TransactionStatus,
};
use crate::runner::{
    Activity, Command, Effect, Input, Refusal, Report, ShellEnded, SqlEnded, WorkEnded,
};
use crate::{Attempt, ConnectionName, Digest, StepIndex, VariableName};

fn name(text: &str) -> VariableName {
    VariableName::new(text)
}

fn headless(plan: Plan) -> Rig {
    let mut rig = Rig::new(plan, Mode::Headless);
    rig.flow.terms.yes = true;
    rig
}

/// Records an input as the driver does at the start.
fn give(rig: &mut Rig, input: &str, value: Option<&str>) {
    rig.record(Event::InputGiven {
        name: name(input),
        value: value.map(str::to_owned),
        origin: InputOrigin::Flag,
    });
}

fn shell(exit: i32) -> ShellEnded {
    ShellEnded {
        exit: Some(exit),
        ..ShellEnded::default()
    }
}

fn outcome(rig: &Rig, step: usize) -> Option<&Outcome> {
    rig.progress.step(StepIndex(step)).outcome.as_ref()
}

fn failure(rig: &Rig, step: usize) -> &Failure {
    match outcome(rig, step) {
        Some(Outcome::Failed { failure }) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_step_whose_variable_is_not_true_is_not_needed_and_lets_its_dependants_run() {
    for (value, state) in [
        (Some("true"), "running"),
        (Some("t"), "running"),
        (Some("1"), "running"),
        (Some("false"), "not needed"),
        (Some("0"), "not needed"),
        (Some("maybe"), "not needed"),
        (None, "not needed"),
    ] {
        let mut plan = plan(&[("a", "bash", &[]), ("b", "bash", &[0])]);
        plan.steps[0].flow.when = Some(name("x"));
        let mut rig = headless(plan);
        if let Some(value) = value {
            give(&mut rig, "x", Some(value));
        }
        rig.feed(Input::Continue);
        let dependant = match state {
            "running" => "pending",
            _ => "running",
        };
        assert_eq!(rig.states(), [state, dependant], "{value:?}");
    }
}

#[test]
fn a_step_cannot_depend_on_a_secret() {
    let mut plan = plan(&[("a", "bash", &[])]);
    plan.steps[0].flow.when = Some(name("x"));
    let mut rig = headless(plan);
    give(&mut rig, "x", None);
    rig.feed(Input::Continue);
    let message = "step a: x is secret, and a step cannot depend on it";
    assert_eq!(rig.refusals[0].message(), message);
    assert!(
        matches!(rig.progress.ending(), Some(Ending::Paused(PauseReason::StepRefused { message: told, .. })) if told == message)
    );
}

fn slot(text: &str, reference: &str, form: SlotForm) -> Slot {
    let start = text.find(reference).unwrap();
    Slot {
        range: start..start + reference.len(),
        name: name(reference.trim_matches([':', '\'', '"'])),
        form,
    }
}

#[test]
fn the_intent_holds_the_text_with_values_in_and_secrets_out() {
    let mut plan = plan(&[("a", "sql", &[])]);
    let text = "alter role :\"who\" password :'word' connection limit :n";
    plan.steps[0].body.text = text.into();
    plan.steps[0].slots = vec![
        slot(text, ":\"who\"", SlotForm::Identifier),
        slot(text, ":'word'", SlotForm::Literal),
        slot(text, ":n", SlotForm::Plain),
    ];
    let mut rig = headless(plan);
    rig.flow.terms.addresses.insert(name("n"), "5".into());
    give(&mut rig, "who", Some("App"));
    give(&mut rig, "word", None);
    rig.feed(Input::Continue).open();
    let intent = rig.log.iter().find_map(|event| match event {
        Event::StepStarted { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let expected = "alter role \"App\" password :'word' connection limit 5";
    assert_eq!(intent, Some(expected));
}

#[test]
fn a_value_that_is_missing_or_cannot_stand_bare_refuses_the_step_before_its_intent() {
    let text = "select :n";
    let mut planned = plan(&[("a", "sql", &[])]);
    planned.steps[0].body.text = text.into();
    planned.steps[0].slots = vec![slot(text, ":n", SlotForm::Plain)];
    let mut rig = Rig::new(planned.clone(), Mode::Interactive);
    rig.start(0).open();
    assert_eq!(rig.states(), ["pending"]);
    assert!(rig.refusals[0].message().contains("n has no value"));
    let mut rig = headless(planned);
    give(&mut rig, "n", Some("1; drop table t"));
    rig.feed(Input::Continue).open().close(None);
    assert_eq!(rig.states(), ["pending"]);
    assert!(rig.refusals[0].message().contains("cannot stand bare"));
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::StepRefused { .. }))
    ));
}

fn retried(after: RetryAfter) -> Plan {
    let mut plan = plan(&[("a", "sql", &[]), ("b", "bash", &[0])]);
    plan.steps[0].flow.retry = Some(Retry {
        count: 2,
        delay: Duration::from_secs(5),
        after,
    });
    plan
}

fn retry_effects(rig: &mut Rig) -> usize {
    rig.effects()
        .iter()
        .filter(|effect| matches!(effect, Effect::Retry { .. }))
        .count()
}

fn due(rig: &mut Rig, step: usize) {
    let step = StepIndex(step);
    let attempt = rig.progress.step(step).attempt.unwrap();
    rig.feed(Input::RetryDue { step, attempt });
}

#[test]
fn a_failed_step_is_tried_again_as_often_as_it_says_and_then_fails() {
    let mut rig = headless(retried(RetryAfter::Contention));
    rig.feed(Input::Continue).open();
    for tries in 1..=2 {
        rig.sql(0, refused("55P03", TransactionStatus::Idle));
        let expected = Activity::Retrying {
            step: StepIndex(0),
            tries,
            count: 2,
        };
        assert_eq!(rig.flow.activity(&rig.progress), expected);
        assert_eq!(retry_effects(&mut rig), 1);
        due(&mut rig, 0);
        assert_eq!(rig.states()[0], "running");
    }
    rig.sql(0, refused("55P03", TransactionStatus::Idle));
    assert_eq!(retry_effects(&mut rig), 0);
    assert_eq!(rig.progress.step(StepIndex(0)).attempt, Some(Attempt(3)));
    rig.close(None);
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::StepFailed { .. }))
    ));
}

#[test]
fn only_failures_that_leave_nothing_behind_are_tried_again() {
    let idle = TransactionStatus::Idle;
    let cases = [
        (RetryAfter::Contention, "55P03", idle, 1),
        (RetryAfter::Contention, "40P01", idle, 1),
        (RetryAfter::Contention, "40001", idle, 1),
        (RetryAfter::Contention, "23505", idle, 0),
        (RetryAfter::AnyFailure, "23505", idle, 1),
        (
            RetryAfter::AnyFailure,
            "55P03",
            TransactionStatus::Failed,
            0,
        ),
    ];
    for (after, sqlstate, transaction, tries) in cases {
        let mut rig = headless(retried(after));
        rig.feed(Input::Continue).open();
        rig.sql(0, refused(sqlstate, transaction));
        assert_eq!(retry_effects(&mut rig), tries, "{after:?} {sqlstate}");
    }
}

#[test]
fn a_success_after_a_retry_goes_on_and_a_cancel_stops_trying() {
    let mut rig = headless(retried(RetryAfter::AnyFailure));
    rig.feed(Input::Continue).open();
    rig.sql(0, refused("55P03", TransactionStatus::Idle));
    due(&mut rig, 0);
    rig.sql(0, fine(TransactionStatus::Idle));
    assert_eq!(rig.states(), ["done", "running"]);

    let mut rig = Rig::new(retried(RetryAfter::AnyFailure), Mode::Interactive);
    rig.start(0).open();
    rig.sql(0, refused("55P03", TransactionStatus::Idle));
    rig.command(Command::Cancel);
    assert_eq!(rig.flow.activity(&rig.progress), Activity::Idle);
    due(&mut rig, 0);
    assert_eq!(rig.states(), ["failed", "pending"]);
}

fn waits(word: &str, steady: u64) -> Plan {
    let mut plan = plan(&[("a", word, &[]), ("b", "bash", &[0])]);
    plan.steps[0].flow.wait = Some(Wait {
        every: Duration::from_secs(2),
        steady: Duration::from_secs(steady),
    });
    plan.steps[0].timeout = Some(Duration::from_secs(60));
    plan
}

fn look(rig: &mut Rig, ended: WorkEnded, second: u64) -> Vec<Effect> {
    rig.feed(Input::Report(Report::Polled {
        step: StepIndex(0),
        attempt: Attempt(1),
        ended,
        elapsed_us: second * 1_000_000,
    }));
    rig.effects()
}

fn sees(met: bool, seen: &str) -> WorkEnded {
    WorkEnded::Sql(SqlEnded {
        finding: Some(Finding {
            met,
            seen: seen.into(),
        }),
        ..fine(TransactionStatus::Idle)
    })
}

fn conclude(rig: &mut Rig) {
    rig.feed(Input::Report(Report::Concluded {
        step: StepIndex(0),
        attempt: Attempt(1),
        duration_us: 9,
        output: OutputSummary::empty(),
    }));
}

fn poll_after(seconds: u64) -> Effect {
    Effect::Poll {
        step: StepIndex(0),
        attempt: Attempt(1),
        after: Duration::from_secs(seconds),
    }
}

const CONCLUDE: Effect = Effect::Conclude {
    step: StepIndex(0),
    attempt: Attempt(1),
};

#[test]
fn a_wait_looks_until_its_condition_has_held_long_enough_with_one_intent() {
    let mut rig = headless(waits("sql", 3));
    rig.feed(Input::Continue).open().effects();
    assert_eq!(look(&mut rig, sees(false, "3"), 1), [poll_after(2)]);
    assert_eq!(look(&mut rig, sees(true, "0"), 3), [poll_after(2)]);
    assert_eq!(look(&mut rig, sees(false, "1"), 5), [poll_after(2)]);
    assert_eq!(look(&mut rig, sees(true, "0"), 7), [poll_after(2)]);
    let held = match rig.flow.activity(&rig.progress) {
        Activity::Waiting(glimpse) => (glimpse.looks, glimpse.held),
        other => panic!("{other:?}"),
    };
    assert_eq!(held, (4, Some(Duration::ZERO)));
    assert_eq!(look(&mut rig, sees(true, "0"), 9), [poll_after(1)]);
    assert_eq!(look(&mut rig, sees(true, "0"), 10), [CONCLUDE]);
    conclude(&mut rig);
    assert_eq!(rig.states(), ["done", "running"]);
    let polls = rig.progress.step(StepIndex(0)).polls.clone().unwrap();
    let seen: Vec<_> = polls
        .seen
        .iter()
        .map(|poll| (poll.after_us / 1_000_000, poll.finding.seen.as_str()))
        .collect();
    assert_eq!(polls.count, 6);
    assert_eq!(seen, [(1, "3"), (3, "0"), (5, "1"), (7, "0")]);
    let intents = rig
        .log
        .iter()
        .filter(|event| matches!(event, Event::StepStarted { .. }))
        .count();
    assert_eq!(intents, 2, "one for the wait, one for what follows");
}

#[test]
fn a_sql_error_ends_a_wait_and_an_exit_code_does_not() {
    let mut rig = headless(waits("sql", 0));
    rig.feed(Input::Continue).open().effects();
    let error = WorkEnded::Sql(refused("42P01", TransactionStatus::Idle));
    assert_eq!(look(&mut rig, error, 1), [CONCLUDE]);
    conclude(&mut rig);
    assert!(matches!(failure(&rig, 0), Failure::Server(_)));

    let mut rig = headless(waits("bash", 0));
    rig.feed(Input::Continue).effects();
    assert_eq!(
        look(&mut rig, WorkEnded::Shell(shell(7)), 1),
        [poll_after(2)]
    );
    assert_eq!(look(&mut rig, WorkEnded::Shell(shell(0)), 3), [CONCLUDE]);
    conclude(&mut rig);
    assert_eq!(rig.states(), ["done", "running"]);
}

#[test]
fn a_wait_between_two_looks_is_cancelled_and_timed_out_at_once() {
    let mut rig = Rig::new(waits("bash", 0), Mode::Interactive);
    rig.start(0);
    look(&mut rig, WorkEnded::Shell(shell(1)), 1);
    rig.command(Command::Cancel);
    assert!(rig.effects().contains(&CONCLUDE));
    conclude(&mut rig);
    assert!(matches!(failure(&rig, 0), Failure::Cancelled { .. }));

    let mut rig = Rig::new(waits("bash", 0), Mode::Interactive);
    rig.start(0);
    look(&mut rig, WorkEnded::Shell(shell(1)), 1);
    rig.feed(Input::TimedOut {
        step: StepIndex(0),
        attempt: Attempt(1),
    });
    conclude(&mut rig);
    assert!(
        matches!(failure(&rig, 0), Failure::TimedOut { after_us, .. } if *after_us == 60_000_000)
    );
}

#[test]
fn a_session_lost_between_two_looks_ends_the_wait() {
    let mut rig = Rig::new(waits("sql", 0), Mode::Interactive);
    rig.start(0).open();
    look(&mut rig, sees(false, "3"), 1);
    rig.feed(Input::Report(Report::Lost {
        connection: ConnectionName::default(),
        message: "gone".into(),
    }));
    assert_eq!(rig.effects(), [CONCLUDE]);
    conclude(&mut rig);
    assert!(matches!(failure(&rig, 0), Failure::Lost { .. }));
    assert!(rig.flow.open.is_empty());
}

fn with_cleanup() -> Plan {
    let mut plan = plan(&[
        ("a", "sql", &[]),
        ("b", "bash", &[0]),
        ("clean", "bash", &[1]),
        ("late", "bash", &[2]),
    ]);
    plan.steps[2].flow.always = true;
    plan
}

#[test]
fn an_always_step_runs_before_a_failed_run_ends_once_its_needs_have_started() {
    let mut rig = headless(with_cleanup());
    rig.feed(Input::Continue).open();
    rig.sql(0, fine(TransactionStatus::Idle));
    rig.exit(1, 3);
    assert_eq!(rig.states(), ["done", "failed", "running", "pending"]);
    rig.exit(2, 0).close(None);
    assert_eq!(rig.states(), ["done", "failed", "done", "pending"]);
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::StepFailed { step })) if step.as_str() == "b"
    ));

    let mut rig = headless(with_cleanup());
    rig.feed(Input::Continue).open();
    rig.sql(0, refused("42P01", TransactionStatus::Idle))
        .close(None);
    assert_eq!(rig.states(), ["failed", "pending", "pending", "pending"]);
}

#[test]
fn open_transactions_are_rolled_back_before_an_always_step_runs() {
    let mut plan = with_cleanup();
    plan.steps[1].kind = crate::plan::StepKind::Sql;
    plan.steps[1].connection = Some(ConnectionName::default());
    let mut rig = headless(plan);
    rig.feed(Input::Continue).open();
    rig.sql(0, fine(TransactionStatus::Open)).effects();
    rig.sql(1, refused("22012", TransactionStatus::Failed));
    assert_eq!(rig.effects(), [Effect::Abandon(ConnectionName::default())]);
    assert_eq!(rig.states()[2], "pending");
    rig.feed(Input::Report(Report::Abandoned {
        connection: ConnectionName::default(),
        end: TransactionEnd::RolledBack,
    }));
    assert_eq!(rig.states(), ["undone", "failed", "running", "pending"]);
}

#[test]
fn a_stop_runs_what_always_runs_and_a_second_stop_does_not_wait_for_more() {
    let mut plan = with_cleanup();
    plan.steps[3].flow.always = true;
    let mut rig = headless(plan);
    rig.feed(Input::Continue).open();
    rig.sql(0, fine(TransactionStatus::Idle));
    rig.feed(Input::Signal(15));
    rig.exit(1, 130);
    assert_eq!(rig.states(), ["done", "failed", "running", "pending"]);
    rig.feed(Input::Signal(15));
    assert!(rig.effects().iter().any(|effect| matches!(
        effect,
        Effect::Cancel {
            step: StepIndex(2),
            ..
        }
    )));
    rig.exit(2, 130).close(None);
    assert_eq!(rig.states(), ["done", "failed", "failed", "pending"]);
    assert_eq!(
        rig.progress.ending(),
        Some(&Ending::Paused(PauseReason::Stopped))
    );
}

#[test]
fn who_leaves_is_told_of_an_always_step_that_needs_them_and_may_start_it() {
    let mut plan = plan(&[("a", "bash", &[]), ("unmute", "manual", &[0])]);
    plan.steps[1].flow.always = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).exit(0, 1);
    rig.command(Command::Leave);
    assert_eq!(
        rig.refusals,
        [Refusal::AlwaysDue(crate::StepId::new("unmute"))]
    );
    rig.command(Command::Tick {
        step: StepIndex(1),
        values: Vec::new(),
    });
    assert_eq!(rig.states(), ["failed", "done"]);
    rig.command(Command::Leave);
    assert!(rig.progress.ending().is_some());
}

fn captures(word: &str) -> Plan {
    let mut plan = plan(&[("a", word, &[])]);
    plan.steps[0].flow.captures = vec![name("x"), name("y")];
    plan
}

fn captured(values: Result<&[&str], &str>) -> ShellEnded {
    let value = |text: &&str| match *text {
        "secret" => CapturedValue::Secret,
        text => CapturedValue::Plain(text.into()),
    };
    ShellEnded {
        captured: Some(
            values
                .map(|values| values.iter().map(value).collect())
                .map_err(str::to_owned),
        ),
        ..shell(0)
    }
}

#[test]
fn captures_are_bound_when_the_step_succeeds_and_only_then() {
    let mut rig = Rig::new(captures("bash"), Mode::Interactive);
    rig.start(0);
    rig.ended(0, WorkEnded::Shell(captured(Err("the output is empty"))));
    assert_eq!(
        failure(&rig, 0).headline(),
        "capture failed: the output is empty"
    );
    assert_eq!(rig.progress.binding(&name("x")), None);
    rig.start(0);
    rig.ended(0, WorkEnded::Shell(captured(Ok(&["1", "2"]))));
    let known = |text: &str| Some(Binding::Known(text.to_owned()));
    let bindings = ["x", "y"].map(|text| rig.progress.binding(&name(text)).cloned());
    assert_eq!(bindings, [known("1"), known("2")]);
}

#[test]
fn only_a_step_that_can_run_again_may_capture_a_secret_and_no_record_holds_it() {
    for idempotent in [false, true] {
        let mut plan = captures("bash");
        plan.steps[0].flow.idempotent = idempotent;
        let mut rig = Rig::new(plan, Mode::Interactive);
        rig.start(0);
        rig.ended(0, WorkEnded::Shell(captured(Ok(&["1", "secret"]))));
        let expected = idempotent.then_some(&Binding::Secret);
        assert_eq!(rig.progress.binding(&name("y")), expected);
        assert_eq!(rig.states(), [if idempotent { "done" } else { "failed" }]);
    }
}

#[test]
fn a_manual_step_takes_a_value_for_each_variable_it_captures() {
    let tick = |values: &[&str]| Command::Tick {
        step: StepIndex(0),
        values: values.iter().map(ToString::to_string).collect(),
    };
    let mut rig = Rig::new(captures("manual"), Mode::Interactive);
    rig.command(tick(&[])).command(tick(&["a", " "]));
    let told: Vec<String> = rig.refusals.iter().map(Refusal::message).collect();
    assert_eq!(told, ["step a asks for x, y", "y is empty"]);
    rig.command(tick(&["a", "b"]));
    assert_eq!(rig.states(), ["done"]);
    let known = Binding::Known("b".into());
    assert_eq!(rig.progress.binding(&name("y")), Some(&known));

    let mut rig = headless(captures("manual"));
    rig.flow.terms.captures.insert(name("x"), "1".into());
    rig.feed(Input::Continue);
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::NeedsPerson { .. }))
    ));
    let mut rig = headless(captures("manual"));
    rig.flow.terms.captures.insert(name("x"), "1".into());
    rig.flow.terms.captures.insert(name("y"), "2".into());
    rig.feed(Input::Continue);
    assert_eq!(rig.states(), ["done"]);
}

#[test]
fn made_statements_are_recorded_before_they_run_on_a_session_opened_before_the_step() {
    let mut plan = plan(&[("a", "sql", &[])]);
    let other = ConnectionName::new("other");
    plan.steps[0].sql.generated = Some(Generated::On(other.clone()));
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).open();
    assert_eq!(rig.states(), ["pending"]);
    let target = Box::new(rig.target.clone());
    rig.feed(Input::Report(Report::Opened {
        connection: other.clone(),
        target,
    }));
    assert_eq!(rig.states(), ["running"]);
    rig.effects();
    rig.feed(Input::Report(Report::Generated {
        step: StepIndex(0),
        attempt: Attempt(1),
        count: 3,
        digest: Digest::of("list"),
    }));
    assert!(matches!(
        rig.log.last(),
        Some(Event::StatementsGenerated { connection, count: 3, .. }) if *connection == other
    ));
    let run = Effect::RunGenerated {
        step: StepIndex(0),
        attempt: Attempt(1),
    };
    assert_eq!(rig.effects(), [run]);
}

#[test]
fn a_commit_is_announced_before_it_is_sent() {
    let mut rig = Rig::new(plan(&[("a", "sql", &[])]), Mode::Interactive);
    rig.start(0).open().effects();
    rig.feed(Input::Report(Report::CommitReady {
        step: StepIndex(0),
        attempt: Attempt(1),
        connection: ConnectionName::default(),
        transaction_id: Some("741".into()),
    }));
    assert!(matches!(
        rig.log.last(),
        Some(Event::CommitAnnounced { transaction_id, .. }) if transaction_id == "741"
    ));
    let commit = Effect::Commit {
        step: StepIndex(0),
        attempt: Attempt(1),
    };
    assert_eq!(rig.effects(), [commit]);
    let known = &rig.progress.step(StepIndex(0)).transaction_id;
    assert_eq!(known.as_deref(), Some("741"));
}

#[test]
fn each_ending_of_a_step_does_to_its_dependants_what_the_format_says() {
    let cases: [(&str, fn(&mut Rig)); 5] = [
        ("done", |rig| {
            rig.start(0).exit(0, 0);
        }),
        ("failed", |rig| {
            rig.start(0).exit(0, 1);
        }),
        ("skipped", |rig| {
            rig.command(Command::Skip {
                step: StepIndex(0),
                reason: "done by hand".into(),
            });
        }),
        ("not needed", |rig| {
            give(rig, "x", Some("false"));
            rig.plan.steps[0].flow.when = Some(name("x"));
            rig.start(0);
        }),
        ("unknown", |rig| {
            rig.start(0);
            rig.record(Event::StepInterrupted {
                step: crate::StepId::new("a"),
                attempt: Attempt(1),
            });
        }),
    ];
    for (word, end) in cases {
        let steps: &[(&str, &str, &[usize])] =
            &[("a", "bash", &[]), ("b", "bash", &[0]), ("c", "bash", &[1])];
        let mut rig = Rig::new(plan(steps), Mode::Interactive);
        end(&mut rig);
        assert_eq!(rig.states()[0], word);
        let satisfied = matches!(word, "done" | "skipped" | "not needed");
        assert_eq!(
            rig.progress.needs_satisfied(StepIndex(1)),
            satisfied,
            "{word}"
        );
        assert!(!rig.progress.needs_satisfied(StepIndex(2)), "{word}");
        rig.start(1);
        let expected = if satisfied { "running" } else { "pending" };
        assert_eq!(rig.states()[1], expected, "{word}");
    }
}
