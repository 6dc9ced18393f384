//! Background steps, the terminal, and what a lost session takes with it.

use super::rig::{Rig, fine, headless, outcome, plan, shell};
use crate::output::OutputSummary;
use crate::plan::{Plan, Retry, RetryAfter, SessionState};
use crate::progress::Ending;
use crate::record::{Event, Failure, Mode, Outcome, PauseReason, TransactionStatus, Verdict, Work};
use crate::runner::{Command, Effect, Input, Refusal, Report, WorkEnded, after_death, permitted};
use crate::{Attempt, ConnectionName, StepId, StepIndex};

const SERVED: &[(&str, &str, &[usize])] = &[
    ("server", "bash", &[]),
    ("use", "bash", &[0]),
    ("last", "bash", &[1]),
];

fn id(text: &str) -> StepId {
    StepId::new(text)
}

fn served() -> Plan {
    let mut plan = plan(SERVED);
    plan.steps[0].shell.background = true;
    plan
}

fn stopped_by_last() -> Plan {
    let mut plan = served();
    plan.steps[2].flow.stops = Some(StepIndex(0));
    plan
}

fn interactive() -> Plan {
    let mut plan = plan(&[("edit", "bash", &[]), ("next", "bash", &[0])]);
    plan.steps[0].shell.interactive = true;
    plan
}

fn goes_up(rig: &mut Rig, step: usize) {
    let step = StepIndex(step);
    let attempt = rig.progress.step(step).attempt.expect("it was started");
    rig.feed(Input::Report(Report::WentUp { step, attempt }));
}

fn stop_background(step: usize) -> Effect {
    Effect::StopBackground {
        step: StepIndex(step),
    }
}

/// What kinds of events were recorded, as the journal calls them.
fn words(rig: &Rig) -> Vec<String> {
    let word = |event: &Event| {
        let value = serde_json::to_value(event).unwrap();
        value["type"].as_str().unwrap().to_owned()
    };
    rig.log.iter().map(word).collect()
}

fn ended_early(exit: i32) -> Outcome {
    Outcome::Failed {
        failure: Failure::EndedEarly {
            exit: Some(exit),
            signal: None,
        },
    }
}

#[test]
fn what_needs_a_background_step_starts_once_it_is_up_and_the_end_of_the_run_ends_it() {
    let mut rig = Rig::new(served(), Mode::Headless);
    rig.feed(Input::Continue);
    assert_eq!(rig.states(), ["running", "pending", "pending"]);
    goes_up(&mut rig, 0);
    assert_eq!(rig.states(), ["up", "running", "pending"]);
    rig.exit(1, 0).exit(2, 0);
    assert_eq!(rig.states(), ["up", "done", "done"]);
    assert_eq!(rig.effects().last(), Some(&stop_background(0)));
    assert_eq!(rig.progress.ending(), None);
    rig.ended(0, WorkEnded::Shell(killed(2)));
    assert_eq!(rig.states(), ["done", "done", "done"]);
    let verdict = Verdict::Succeeded;
    assert_eq!(rig.progress.ending(), Some(&Ending::Finished(verdict)));
}

fn killed(signal: i32) -> crate::runner::ShellEnded {
    crate::runner::ShellEnded {
        signal: Some(signal),
        ..Default::default()
    }
}

#[test]
fn one_that_ends_early_fails_whatever_its_exit_code_and_a_headless_run_is_put_down() {
    for code in [0, 1] {
        let mut rig = Rig::new(served(), Mode::Headless);
        rig.feed(Input::Continue);
        goes_up(&mut rig, 0);
        rig.exit(0, code);
        assert_eq!(outcome(&rig, 0), Some(&ended_early(code)));
        assert_eq!(rig.states(), ["failed", "running", "pending"]);
        rig.exit(1, 0);
        let reason = PauseReason::StepFailed { step: id("server") };
        assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
        assert_eq!(rig.states(), ["failed", "done", "pending"]);
    }
}

#[test]
fn one_that_ends_early_under_a_person_stops_running_on_and_may_be_started_again() {
    let mut rig = Rig::new(served(), Mode::Interactive);
    rig.command(Command::RunOn);
    goes_up(&mut rig, 0);
    rig.exit(0, 0).exit(1, 0);
    assert_eq!(rig.states(), ["failed", "done", "pending"]);
    rig.start(0);
    assert_eq!(rig.progress.step(StepIndex(0)).attempt, Some(Attempt(2)));
    goes_up(&mut rig, 0);
    assert_eq!(rig.states(), ["up", "done", "pending"]);
    assert_eq!(rig.refusals, []);
}

#[test]
fn a_step_that_needs_one_that_ended_early_does_not_start() {
    let mut rig = Rig::new(served(), Mode::Interactive);
    rig.start(0);
    goes_up(&mut rig, 0);
    rig.exit(0, 0).start(1);
    assert_eq!(
        rig.refusals,
        [Refusal::NeedsMissing {
            step: id("use"),
            missing: vec![(id("server"), "failed")]
        }]
    );
}

#[test]
fn a_retry_that_is_due_later_does_not_start_once_a_background_step_ended_early() {
    let mut plan = served();
    plan.steps[1].flow.retry = Some(Retry {
        count: 3,
        delay: std::time::Duration::from_secs(1),
        after: RetryAfter::AnyFailure,
    });
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0);
    goes_up(&mut rig, 0);
    rig.start(1).exit(1, 1).exit(0, 0);
    rig.feed(Input::RetryDue {
        step: StepIndex(1),
        attempt: Attempt(1),
    });
    assert_eq!(rig.states(), ["failed", "failed", "pending"]);
}

#[test]
fn the_step_that_stops_it_starts_when_it_is_down() {
    for mode in [Mode::Headless, Mode::Interactive] {
        let mut rig = Rig::new(stopped_by_last(), mode);
        rig.command(Command::RunOn);
        goes_up(&mut rig, 0);
        rig.exit(1, 0);
        assert_eq!(rig.states(), ["up", "done", "pending"]);
        assert_eq!(rig.effects().last(), Some(&stop_background(0)));
        rig.ended(0, WorkEnded::Shell(killed(15)));
        assert_eq!(rig.states(), ["done", "done", "running"]);
        rig.exit(2, 0);
        let stops = rig.effects();
        assert!(!stops.contains(&stop_background(0)), "{stops:?}");
    }
}

#[test]
fn the_step_that_stops_it_is_asked_about_first_and_once() {
    let mut plan = stopped_by_last();
    plan.steps[2].confirm = Some(crate::plan::Confirm::Ask);
    let mut rig = headless(plan);
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    rig.exit(1, 0).exit(0, 0).exit(2, 0);
    let asked = words(&rig);
    let confirmed = asked.iter().filter(|word| *word == "step_confirmed");
    assert_eq!(confirmed.count(), 1, "{asked:?}");
    assert_eq!(rig.states(), ["done", "done", "done"]);
}

#[test]
fn an_always_step_that_stops_it_runs_before_the_end_although_a_step_failed() {
    let mut plan = stopped_by_last();
    plan.steps[2].flow.always = true;
    let mut rig = Rig::new(plan, Mode::Headless);
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    rig.exit(1, 1);
    assert_eq!(rig.effects().last(), Some(&stop_background(0)));
    rig.exit(0, 0);
    assert_eq!(rig.states(), ["done", "failed", "running"]);
    rig.exit(2, 0);
    let reason = PauseReason::StepFailed { step: id("use") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn a_manual_step_that_stops_it_does_so_before_it_asks_and_when_it_is_ticked() {
    let manual = || {
        let mut plan = plan(&[("server", "bash", &[]), ("tell", "manual", &[0])]);
        plan.steps[0].shell.background = true;
        plan.steps[1].flow.stops = Some(StepIndex(0));
        plan
    };
    let mut rig = headless(manual());
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    assert_eq!(rig.states(), ["up", "pending"]);
    rig.exit(0, 0);
    assert_eq!(rig.states(), ["done", "done"]);

    let mut rig = Rig::new(manual(), Mode::Interactive);
    rig.start(0);
    goes_up(&mut rig, 0);
    rig.command(Command::Tick {
        step: StepIndex(1),
        values: Vec::new(),
    });
    assert_eq!(rig.effects().last(), Some(&stop_background(0)));
    rig.exit(0, 0);
    assert_eq!(rig.states(), ["done", "done"]);
}

#[test]
fn the_operator_ends_it_and_that_is_no_failure() {
    let mut rig = Rig::new(served(), Mode::Interactive);
    rig.command(Command::StopBackground(StepIndex(0)));
    assert_eq!(rig.refusals, [Refusal::NotUp(id("server"))]);
    rig.start(0);
    goes_up(&mut rig, 0);
    assert!(permitted(&rig.plan, &rig.progress, Some(StepIndex(0))).stop);
    rig.effects();
    for _ in 0..2 {
        rig.command(Command::StopBackground(StepIndex(0)));
    }
    assert_eq!(rig.effects(), [stop_background(0)], "it is asked once");
    rig.ended(0, WorkEnded::Shell(killed(9)));
    assert_eq!(
        outcome(&rig, 0),
        Some(&Outcome::Succeeded { finding: None })
    );
    assert_eq!(
        rig.progress.step(StepIndex(0)).work,
        Some(Work::Shell {
            exit: None,
            signal: Some(9),
            state_lost: None
        })
    );
}

#[test]
fn one_that_is_cancelled_before_it_is_up_is_cancelled_and_never_up() {
    let mut rig = Rig::new(served(), Mode::Interactive);
    rig.start(0).command(Command::Cancel);
    goes_up(&mut rig, 0);
    assert_eq!(rig.states(), ["running", "pending", "pending"]);
    rig.ended(0, WorkEnded::Shell(killed(2)));
    let failure = Failure::Cancelled { error: None };
    assert_eq!(outcome(&rig, 0), Some(&Outcome::Failed { failure }));
    assert_eq!(rig.flow.cancelling, None);
}

#[test]
fn one_that_cannot_be_started_fails_and_is_never_up() {
    let mut rig = Rig::new(served(), Mode::Headless);
    rig.feed(Input::Continue);
    let message = "no fork".to_owned();
    rig.ended(0, WorkEnded::Unstartable { message });
    let reason = PauseReason::StepFailed { step: id("server") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
    assert!(!words(&rig).contains(&"step_went_up".to_owned()));
}

#[test]
fn until_a_background_step_means_until_it_is_up() {
    let mut rig = Rig::new(served(), Mode::Headless);
    rig.flow.terms.until = Some(StepIndex(0));
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    assert_eq!(rig.states(), ["up", "pending", "pending"]);
    rig.exit(0, 0);
    let reason = PauseReason::PartDone;
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn a_stop_cancels_the_step_under_way_and_then_ends_what_is_up() {
    let mut rig = Rig::new(served(), Mode::Headless);
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    rig.effects();
    rig.feed(Input::Signal(15));
    assert!(!rig.effects().contains(&stop_background(0)));
    rig.exit(1, 1);
    assert_eq!(rig.effects(), [stop_background(0)]);
    rig.exit(0, 0);
    assert_eq!(rig.states(), ["done", "failed", "pending"]);
    let reason = PauseReason::Stopped;
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn a_run_with_something_up_is_put_down_with_it_by_whoever_leaves() {
    let mut rig = Rig::new(served(), Mode::Interactive);
    rig.start(0);
    goes_up(&mut rig, 0);
    rig.command(Command::Leave);
    assert_eq!(rig.effects().last(), Some(&stop_background(0)));
    rig.exit(0, 0);
    let reason = PauseReason::Stopped;
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn one_that_was_up_when_the_runner_died_has_failed() {
    let mut rig = Rig::new(served(), Mode::Headless);
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    for event in after_death(&rig.plan, &rig.progress) {
        rig.record(event);
    }
    assert_eq!(rig.states(), ["failed", "unknown", "pending"]);
    assert_eq!(rig.progress.running(), None);
}

#[test]
fn a_log_that_lacks_any_of_its_records_can_be_read_and_its_death_supposed() {
    let mut rig = Rig::new(served(), Mode::Headless);
    rig.feed(Input::Continue);
    goes_up(&mut rig, 0);
    let whole = rig.log.clone();
    for missing in 0..whole.len() {
        let mut other = Rig::new(served(), Mode::Headless);
        for (at, event) in whole.iter().enumerate() {
            if at != missing {
                other.record(event.clone());
            }
        }
        let ends = after_death(&other.plan, &other.progress);
        ends.into_iter().for_each(|event| other.record(event));
        assert_eq!(other.progress.running(), None, "without record {missing}");
        assert!(!other.states().contains(&"up"), "without record {missing}");
    }
}

#[test]
fn the_terminal_is_lent_with_the_intent_and_returned_with_the_outcome() {
    let mut rig = Rig::new(interactive(), Mode::Interactive);
    rig.start(0).exit(0, 0);
    assert_eq!(
        words(&rig),
        [
            "step_started",
            "terminal_lent",
            "terminal_returned",
            "step_finished"
        ]
    );
}

#[test]
fn a_step_that_never_got_the_terminal_is_cancelled_without_an_engine() {
    let mut rig = Rig::new(interactive(), Mode::Interactive);
    rig.start(0);
    rig.effects();
    rig.command(Command::Cancel);
    let (step, attempt) = (StepIndex(0), Attempt(1));
    assert_eq!(
        rig.effects(),
        [
            Effect::Cancel { step, force: 1 },
            Effect::Conclude { step, attempt }
        ]
    );
    rig.feed(Input::Report(Report::Concluded {
        step,
        attempt,
        duration_us: 1,
        output: OutputSummary::empty(),
    }));
    assert_eq!(rig.states(), ["failed", "pending"]);
    assert_eq!(words(&rig)[2..], ["terminal_returned", "step_finished"]);
}

#[test]
fn an_interactive_step_is_refused_where_nobody_is_and_leaves_no_intent() {
    let mut rig = headless(interactive());
    rig.feed(Input::Continue);
    assert_eq!(rig.refusals, [Refusal::NeedsTerminal(id("edit"))]);
    assert_eq!(rig.states(), ["pending", "pending"]);
    let reason = PauseReason::NeedsPerson { step: id("edit") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

const SESSION: &[(&str, &str, &[usize])] =
    &[("role", "sql", &[]), ("a", "sql", &[0]), ("b", "sql", &[1])];

fn leaves_a_role() -> Plan {
    let mut plan = plan(SESSION);
    plan.steps[0].sql.leaves = vec![SessionState::Role];
    plan
}

fn lose(rig: &mut Rig) {
    rig.feed(Input::Report(Report::Lost {
        connection: ConnectionName::default(),
        message: "gone".into(),
    }));
}

fn missing() -> Refusal {
    Refusal::SessionStateMissing {
        connection: ConnectionName::default(),
        steps: vec![(id("role"), vec![SessionState::Role])],
    }
}

/// A run whose session was lost after `role`, and whose next step was asked for.
fn lost() -> Rig {
    let mut rig = Rig::new(leaves_a_role(), Mode::Interactive);
    rig.start(0).open().sql(0, fine(TransactionStatus::Idle));
    lose(&mut rig);
    rig.start(1).open();
    rig
}

#[test]
fn a_step_on_a_new_session_is_refused_with_what_the_old_one_held() {
    let mut rig = lost();
    assert_eq!(rig.refusals, [missing()]);
    assert_eq!(rig.states(), ["done", "pending", "pending"]);
    rig.start(1).command(Command::RunOn);
    assert_eq!(rig.refusals, [missing(), missing(), missing()]);
}

#[test]
fn running_again_what_left_it_lets_the_others_go_on() {
    let mut rig = lost();
    rig.start(0).sql(0, fine(TransactionStatus::Idle));
    rig.start(1).sql(1, fine(TransactionStatus::Idle));
    assert_eq!(rig.states(), ["done", "done", "pending"]);
    assert_eq!(rig.refusals, [missing()]);
    rig.start(0);
    assert_eq!(rig.refusals[1..], [Refusal::AlreadyDone(id("role"))]);
}

#[test]
fn what_left_it_and_now_fails_is_still_in_the_way() {
    let mut rig = lost();
    let refused = super::rig::refused("42704", TransactionStatus::Idle);
    rig.start(0).sql(0, refused);
    assert_eq!(rig.states(), ["failed", "pending", "pending"]);
    let known = rig.progress.connection(&ConnectionName::default());
    assert_eq!(
        known.map(|known| known.missing.clone()),
        Some(vec![StepIndex(0)])
    );
}

#[test]
fn a_waiver_takes_a_reason_is_recorded_and_lets_the_others_go_on() {
    let mut rig = lost();
    let connection = ConnectionName::default();
    let waive = |reason: &str| Command::Waive {
        connection: ConnectionName::default(),
        reason: reason.into(),
    };
    assert!(permitted(&rig.plan, &rig.progress, None).waive);
    rig.command(waive(" ")).command(waive(" no matter "));
    rig.command(waive("again"));
    assert_eq!(
        rig.refusals[1..],
        [
            Refusal::NeedsReason,
            Refusal::NothingToWaive(connection.clone())
        ]
    );
    assert_eq!(
        rig.log.last(),
        Some(&Event::SessionStateWaived {
            connection,
            steps: vec![id("role")],
            reason: "no matter".into()
        })
    );
    rig.start(1).sql(1, fine(TransactionStatus::Idle));
    assert_eq!(rig.states(), ["done", "done", "pending"]);
}

#[test]
fn a_lost_session_puts_a_headless_run_down_only_when_something_is_lost_with_it() {
    for (left, goes_on) in [(vec![SessionState::Role], false), (Vec::new(), true)] {
        let mut plan = plan(&[
            ("role", "sql", &[]),
            ("a", "bash", &[0]),
            ("b", "bash", &[1]),
        ]);
        plan.steps[0].sql.leaves = left;
        let mut rig = headless(plan);
        rig.feed(Input::Continue);
        rig.open().sql(0, fine(TransactionStatus::Idle));
        lose(&mut rig);
        rig.ended(1, WorkEnded::Shell(shell(0)));
        let connection = ConnectionName::default();
        let reason = PauseReason::SessionLost { connection };
        match goes_on {
            true => assert_eq!(rig.progress.ending(), None),
            false => assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason))),
        }
    }
}
