//! What decides whether and how often a step runs: `when`, values, `retry`, `always`, what it needs.

use super::rig::{Rig, fine, give, headless, name, plan, refused};
use crate::plan::{Plan, Retry, RetryAfter, Slot, SlotForm};
use crate::progress::Ending;
use crate::record::{Event, Mode, PauseReason, TransactionEnd, TransactionStatus};
use crate::runner::{Activity, Command, Effect, Input, Refusal, Report};
use crate::{Attempt, ConnectionName, StepIndex};
use std::time::Duration;

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
fn a_tick_asks_the_steps_question_first_and_looks_at_its_variable() {
    let mut plan = plan(&[("a", "manual", &[]), ("b", "manual", &[])]);
    plan.steps[0].confirm = Some(crate::plan::Confirm::Typed("shop".into()));
    plan.steps[1].flow.when = Some(name("x"));
    let mut rig = Rig::new(plan, Mode::Interactive);
    let tick = |step| Command::Tick {
        step: StepIndex(step),
        values: Vec::new(),
    };
    rig.command(tick(0)).command(tick(1));
    assert_eq!(rig.states(), ["pending", "not needed"]);
    rig.command(Command::Confirm {
        step: StepIndex(0),
        answer: "shop".into(),
    });
    rig.command(tick(0));
    assert_eq!(rig.states(), ["done", "not needed"]);
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
    std::sync::Arc::make_mut(&mut plan.steps[0].body).text = text.into();
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
    std::sync::Arc::make_mut(&mut planned.steps[0].body).text = text.into();
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

#[test]
fn each_ending_of_a_step_does_to_its_dependants_what_the_format_says() {
    type End = fn(&mut Rig);
    let cases: [(&str, End); 5] = [
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
