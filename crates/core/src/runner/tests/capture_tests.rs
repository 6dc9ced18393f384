//! What steps hand on: captures, statements they made, announced commits.

use super::rig::{Rig, failure, headless, name, plan, shell};
use crate::plan::{CapturedValue, Generated, Plan};
use crate::progress::{Binding, Ending};
use crate::record::{Event, Mode, PauseReason};
use crate::runner::{Command, Effect, Input, Refusal, Report, ShellEnded, WorkEnded};
use crate::{Attempt, ConnectionName, Digest, StepIndex};

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
        statements: vec!["analyze a".into()],
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
