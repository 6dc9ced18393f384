//! Order, permission, confirmation, stop.

use super::rig::{Rig, fine, plan, refused, target};
use crate::plan::Confirm;
use crate::progress::Ending;
use crate::record::{
    Event, Failure, Mode, Outcome, PauseReason, TransactionEnd, TransactionStatus, Verdict,
};
use crate::runner::{Command, Effect, Input, Refusal, WorkEnded};
use crate::{Attempt, ConnectionName, StepId, StepIndex};

const THREE: &[(&str, &str, &[usize])] =
    &[("a", "bash", &[]), ("b", "bash", &[0]), ("c", "bash", &[1])];

fn id(text: &str) -> StepId {
    StepId::new(text)
}

#[test]
fn a_headless_run_goes_through_and_finishes() {
    let mut rig = Rig::new(plan(THREE), Mode::Headless);
    rig.feed(Input::Continue).exit(0, 0).exit(1, 0).exit(2, 0);
    assert_eq!(rig.states(), ["done", "done", "done"]);
    assert_eq!(
        rig.log.last(),
        Some(&Event::RunFinished {
            verdict: Verdict::Succeeded
        })
    );
    assert_eq!(rig.effects().last(), Some(&Effect::End));
}

#[test]
fn a_failure_stops_a_headless_run_and_later_steps_do_not_start() {
    let mut rig = Rig::new(plan(THREE), Mode::Headless);
    rig.feed(Input::Continue).exit(0, 0).exit(1, 3);
    assert_eq!(rig.states(), ["done", "failed", "pending"]);
    let reason = PauseReason::StepFailed { step: id("b") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
    assert!(matches!(
        &rig.log[rig.log.len() - 2],
        Event::StepFinished {
            outcome: Outcome::Failed {
                failure: Failure::Exit { code: 3 }
            },
            ..
        }
    ));
}

#[test]
fn a_step_whose_needs_are_not_done_is_refused_with_what_is_missing() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(2);
    let missing = vec![(id("b"), "pending")];
    assert_eq!(
        rig.refusals,
        [Refusal::NeedsMissing {
            step: id("c"),
            missing
        }]
    );
    assert_eq!(rig.log, []);
}

#[test]
fn one_step_runs_at_a_time_and_a_finished_one_never_again() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(0).start(0).exit(0, 0).start(0);
    assert_eq!(
        rig.refusals,
        [Refusal::StepRunning(id("a")), Refusal::AlreadyDone(id("a"))]
    );
}

#[test]
fn a_failed_step_is_tried_again_as_the_next_attempt() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(0).exit(0, 1);
    rig.effects();
    rig.start(0);
    assert_eq!(
        rig.effects(),
        [Effect::Perform {
            step: StepIndex(0),
            attempt: Attempt(2)
        }]
    );
}

#[test]
fn a_step_that_was_passed_over_stands_for_what_it_needed_itself() {
    let four: Vec<_> = THREE
        .iter()
        .copied()
        .chain([("d", "bash", &[2][..])])
        .collect();
    let mut rig = Rig::new(plan(&four), Mode::Interactive);
    for step in [1, 2] {
        let (step, reason) = (StepIndex(step), "not here".into());
        rig.command(Command::Skip { step, reason });
    }
    rig.start(3);
    let missing = vec![(id("a"), "pending")];
    let step = id("d");
    assert_eq!(rig.refusals, [Refusal::NeedsMissing { step, missing }]);
    assert_eq!(rig.progress.next(), Some(StepIndex(0)));
    rig.start(0).exit(0, 0);
    assert_eq!(rig.progress.next(), Some(StepIndex(3)));
    rig.start(3);
    assert_eq!(rig.states(), ["done", "skipped", "skipped", "running"]);
}

#[test]
fn skipping_takes_a_reason_and_satisfies_dependants() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    let skip = |reason: &str| Command::Skip {
        step: StepIndex(0),
        reason: reason.into(),
    };
    rig.command(skip("  ")).command(skip(" done by hand "));
    assert_eq!(rig.refusals, [Refusal::NeedsReason]);
    assert_eq!(
        rig.log,
        [Event::StepSkipped {
            step: id("a"),
            reason: "done by hand".into()
        }]
    );
    assert_eq!(rig.progress.next(), Some(StepIndex(1)));
}

#[test]
fn a_required_step_cannot_be_skipped() {
    let mut plan = plan(THREE);
    plan.steps[0].required = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.command(Command::Skip {
        step: StepIndex(0),
        reason: "because".into(),
    });
    assert_eq!(rig.refusals, [Refusal::Required(id("a"))]);
}

#[test]
fn a_confirmation_is_recorded_before_the_step_and_typed_text_must_match() {
    let mut plan = plan(THREE);
    plan.steps[0].confirm = Some(Confirm::Typed("production".into()));
    let mut rig = Rig::new(plan, Mode::Interactive);
    let answer = |text: &str| Command::Confirm {
        step: StepIndex(0),
        answer: text.into(),
    };
    rig.start(0)
        .command(answer("prod"))
        .command(answer("production"));
    let typed = "production".to_owned();
    assert_eq!(
        rig.refusals,
        [
            Refusal::NeedsConfirmation {
                step: id("a"),
                typed: Some(typed.clone())
            },
            Refusal::WrongConfirmation {
                step: id("a"),
                typed
            },
        ]
    );
    assert!(matches!(
        rig.log.as_slice(),
        [
            Event::StepConfirmed { by_flag: false, .. },
            Event::StepStarted { .. }
        ]
    ));
}

#[test]
fn without_a_person_a_question_puts_the_run_down_and_a_flag_answers_it() {
    let mut asked = plan(THREE);
    asked.steps[0].confirm = Some(Confirm::Ask);
    let mut rig = Rig::new(asked.clone(), Mode::Headless);
    rig.feed(Input::Continue);
    let reason = PauseReason::NeedsPerson { step: id("a") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));

    let mut rig = Rig::new(asked, Mode::Headless);
    rig.flow.terms.yes = true;
    rig.feed(Input::Continue);
    assert!(matches!(
        rig.log.as_slice(),
        [
            Event::StepConfirmed { by_flag: true, .. },
            Event::StepStarted { .. }
        ]
    ));
}

#[test]
fn running_on_stops_at_a_failure_and_says_what_is_in_the_way() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.command(Command::RunOn).exit(0, 0).exit(1, 1);
    assert_eq!(rig.states(), ["done", "failed", "pending"]);
    rig.command(Command::RunOn);
    assert_eq!(
        rig.refusals,
        [Refusal::NothingReady {
            blocked_by: Some(id("b"))
        }]
    );
    assert_eq!(rig.progress.ending(), None);
}

#[test]
fn a_signal_cancels_the_step_then_puts_the_run_down() {
    let mut rig = Rig::new(plan(THREE), Mode::Headless);
    rig.feed(Input::Continue)
        .feed(Input::Signal(15))
        .feed(Input::Signal(15));
    let is_cancel = |effect: &Effect| matches!(effect, Effect::Cancel { .. });
    let cancels: Vec<Effect> = rig.effects().into_iter().filter(is_cancel).collect();
    let cancel = |force| Effect::Cancel {
        step: StepIndex(0),
        force,
    };
    assert_eq!(cancels, [cancel(1), cancel(2)]);
    rig.exit(0, 130);
    assert_eq!(rig.states(), ["failed", "pending", "pending"]);
    let stops = rig
        .log
        .iter()
        .filter(|event| matches!(event, Event::StopRequested { .. }));
    assert_eq!(stops.count(), 1);
    let stopped = Ending::Paused(PauseReason::Stopped);
    assert_eq!(rig.progress.ending(), Some(&stopped));
}

#[test]
fn a_timeout_of_an_earlier_attempt_is_not_heard() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(0).exit(0, 1).start(0);
    rig.effects();
    rig.feed(Input::TimedOut {
        step: StepIndex(0),
        attempt: Attempt(1),
    });
    assert_eq!(rig.effects(), []);
    rig.feed(Input::TimedOut {
        step: StepIndex(0),
        attempt: Attempt(2),
    });
    let effects = rig.effects();
    let asked = Effect::Cancel {
        step: StepIndex(0),
        force: 1,
    };
    assert_eq!(effects[0], asked);
    assert!(
        matches!(effects[1], Effect::Arm { .. }),
        "what does not end is cancelled harder"
    );
    rig.exit(0, 130);
    assert!(matches!(
        rig.log.last(),
        Some(Event::StepFinished {
            outcome: Outcome::Failed {
                failure: Failure::TimedOut { .. }
            },
            ..
        })
    ));
}

#[test]
fn leaving_is_refused_while_a_step_runs() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(0).command(Command::Leave);
    assert_eq!(rig.refusals, [Refusal::StepRunning(id("a"))]);
    rig.exit(0, 0).command(Command::Leave);
    assert_eq!(
        rig.progress.ending(),
        Some(&Ending::Paused(PauseReason::Stopped))
    );
}

#[test]
fn a_manual_step_is_ticked_by_a_person() {
    let mut rig = Rig::new(plan(&[("tell", "manual", &[])]), Mode::Interactive);
    rig.start(0).command(Command::Tick {
        step: StepIndex(0),
        values: Vec::new(),
    });
    assert_eq!(rig.refusals, [Refusal::NeedsTick(id("tell"))]);
    assert_eq!(rig.states(), ["done"]);
}

#[test]
fn the_session_is_opened_before_the_intent_and_a_changed_target_stops_the_run() {
    let steps: &[(&str, &str, &[usize])] = &[("a", "sql", &[]), ("b", "sql", &[0])];
    let mut rig = Rig::new(plan(steps), Mode::Interactive);
    rig.start(0);
    assert_eq!(rig.effects(), [Effect::Open(ConnectionName::default())]);
    assert_eq!(rig.log, []);
    rig.open();
    assert!(matches!(
        rig.log.as_slice(),
        [
            Event::TargetIdentified { epoch: 1, .. },
            Event::StepStarted { .. }
        ]
    ));
    rig.sql(0, fine(TransactionStatus::Idle));
    rig.flow.open.clear();
    rig.target = target("7002");
    rig.start(1).open().close(None);
    assert!(matches!(
        rig.refusals.as_slice(),
        [Refusal::TargetChanged { .. }]
    ));
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::Target { .. }))
    ));
}

#[test]
fn until_puts_the_run_down_after_that_step() {
    let mut rig = Rig::new(plan(THREE), Mode::Headless);
    rig.flow.terms.until = Some(StepIndex(1));
    rig.feed(Input::Continue).exit(0, 0).exit(1, 0);
    assert_eq!(
        rig.progress.ending(),
        Some(&Ending::Paused(PauseReason::PartDone))
    );
    assert_eq!(rig.states(), ["done", "done", "pending"]);
}

#[test]
fn until_a_step_whose_transaction_is_rolled_back_is_no_success() {
    let steps: &[(&str, &str, &[usize])] = &[("begin", "sql", &[]), ("b", "sql", &[0])];
    let mut rig = Rig::new(plan(steps), Mode::Headless);
    rig.flow.terms.until = Some(StepIndex(0));
    rig.feed(Input::Continue)
        .open()
        .sql(0, fine(TransactionStatus::Open))
        .close(Some(TransactionEnd::RolledBack));
    assert_eq!(rig.states(), ["undone", "pending"]);
    let reason = PauseReason::TransactionLeftOpen { step: id("begin") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn until_a_step_after_which_an_always_step_fails_is_no_success() {
    let mut plan = plan(THREE);
    plan.steps[1].flow.always = true;
    let mut rig = Rig::new(plan, Mode::Headless);
    rig.flow.terms.until = Some(StepIndex(0));
    rig.feed(Input::Continue).exit(0, 0).exit(1, 3);
    let reason = PauseReason::StepFailed { step: id("b") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn work_that_cannot_begin_is_a_failure_with_its_reason() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(0).ended(
        0,
        WorkEnded::Unstartable {
            message: "no zsh".into(),
        },
    );
    assert_eq!(rig.states()[0], "failed");
}

#[test]
fn sql_refused_by_the_server_fails_the_step_with_its_sqlstate() {
    let mut rig = Rig::new(plan(&[("a", "sql", &[])]), Mode::Headless);
    rig.feed(Input::Continue)
        .open()
        .sql(0, refused("42P01", TransactionStatus::Idle))
        .close(None);
    assert!(rig.log.iter().any(|event| matches!(
        event,
        Event::StepFinished { outcome: Outcome::Failed { failure: Failure::Server(error) }, .. }
            if error.sqlstate == "42P01"
    )));
    let reason = PauseReason::StepFailed { step: id("a") };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn until_counts_a_ticked_and_a_skipped_step_too() {
    let steps: &[(&str, &str, &[usize])] = &[("tell", "manual", &[]), ("b", "bash", &[0])];
    let mut rig = Rig::new(plan(steps), Mode::Headless);
    rig.flow.terms.until = Some(StepIndex(0));
    rig.flow.terms.yes = true;
    rig.feed(Input::Continue);
    assert_eq!(rig.states(), ["done", "pending"]);
    let done = Ending::Paused(PauseReason::PartDone);
    assert_eq!(rig.progress.ending(), Some(&done));

    let mut rig = Rig::new(plan(steps), Mode::Interactive);
    rig.flow.terms.until = Some(StepIndex(0));
    rig.command(Command::Skip {
        step: StepIndex(0),
        reason: "told already".into(),
    });
    assert_eq!(rig.progress.ending(), Some(&done));
}

#[test]
fn a_question_is_asked_again_when_the_session_could_not_be_opened() {
    let mut plan = plan(&[("a", "sql", &[])]);
    plan.steps[0].confirm = Some(Confirm::Ask);
    let mut rig = Rig::new(plan, Mode::Interactive);
    let answer = Command::Confirm {
        step: StepIndex(0),
        answer: "y".into(),
    };
    rig.start(0).command(answer);
    assert_eq!(rig.effects(), [Effect::Open(ConnectionName::default())]);
    rig.open_fails().start(0);
    assert!(matches!(
        rig.refusals.as_slice(),
        [
            Refusal::NeedsConfirmation { .. },
            Refusal::OpenFailed { .. },
            Refusal::NeedsConfirmation { .. }
        ]
    ));
}

#[test]
fn a_connect_that_never_ends_is_given_up_and_a_late_session_is_closed() {
    let mut rig = Rig::new(plan(&[("a", "sql", &[])]), Mode::Interactive);
    rig.start(0).command(Command::Cancel);
    rig.effects();
    rig.open();
    assert_eq!(rig.effects(), [Effect::Close(ConnectionName::default())]);
    rig.close(None);
    assert_eq!(rig.log, []);

    let mut rig = Rig::new(plan(&[("a", "sql", &[])]), Mode::Headless);
    rig.feed(Input::Continue).feed(Input::Signal(15));
    assert_eq!(
        rig.progress.ending(),
        Some(&Ending::Paused(PauseReason::Stopped))
    );
}

#[test]
fn the_first_session_must_lead_where_was_shown() {
    let mut rig = Rig::new(plan(&[("a", "sql", &[])]), Mode::Headless);
    let shown = target("7002");
    rig.flow
        .terms
        .shown
        .insert(ConnectionName::default(), shown);
    rig.feed(Input::Continue).open().close(None);
    assert!(matches!(
        rig.refusals.as_slice(),
        [Refusal::TargetChanged { .. }]
    ));
    assert_eq!(rig.states(), ["pending"]);
}

#[test]
fn a_shell_step_that_was_told_to_stop_is_no_success_whatever_it_exits_with() {
    let mut rig = Rig::new(plan(THREE), Mode::Interactive);
    rig.start(0).command(Command::Cancel).exit(0, 0);
    assert_eq!(rig.states()[0], "failed");
    rig.start(0).exit(0, 0).command(Command::Cancel);
    assert_eq!(rig.states()[0], "done");
}
