//! Steps held in a transaction, and what settles them.

use super::rig::{Rig, fine, plan, refused};
use crate::plan::{Plan, Role};
use crate::progress::{Ending, Progress, StepState};
use crate::record::{Event, Fate, Mode, PauseReason, Record, TransactionEnd, TransactionStatus};
use crate::runner::{
    Command, Effect, Input, Refusal, Report, SqlEnded, SqlStop, after_death, may_start, permitted,
};
use crate::{Attempt, ConnectionName, StepId, StepIndex, Timestamp};

fn begin_insert_end() -> Plan {
    plan(&[
        ("begin", "sql", &[]),
        ("insert", "sql", &[0]),
        ("end", "sql", &[1]),
        ("d", "sql", &[2]),
    ])
}

fn held() -> Rig {
    let mut rig = Rig::new(begin_insert_end(), Mode::Interactive);
    let open = TransactionStatus::Open;
    rig.start(0)
        .open()
        .sql(0, fine(open))
        .start(1)
        .sql(1, fine(open));
    assert_eq!(rig.states(), ["held", "held", "pending", "pending"]);
    rig
}

fn ending(end: TransactionEnd) -> SqlEnded {
    SqlEnded {
        ends: vec![end],
        ..fine(TransactionStatus::Idle)
    }
}

#[test]
fn commit_settles_the_held_steps_as_done() {
    let mut rig = held();
    rig.start(2).sql(2, ending(TransactionEnd::Committed));
    assert_eq!(rig.states(), ["done", "done", "done", "pending"]);
}

#[test]
fn rollback_by_a_step_undoes_the_held_steps_and_the_runbook_goes_on() {
    let mut rig = held();
    rig.start(2).sql(2, ending(TransactionEnd::RolledBack));
    assert_eq!(rig.states(), ["undone", "undone", "done", "pending"]);
    assert_eq!(rig.progress.next(), Some(StepIndex(3)));
    rig.start(3).sql(3, fine(TransactionStatus::Idle));
    assert!(rig.progress.is_complete(&rig.plan));
}

#[test]
fn commit_of_a_failed_transaction_fails_and_leaves_nothing_done() {
    let mut rig = held();
    let stop = Some(SqlStop::RolledBack);
    rig.start(2).sql(
        2,
        SqlEnded {
            stop,
            ..ending(TransactionEnd::RolledBack)
        },
    );
    assert_eq!(rig.states(), ["undone", "undone", "failed", "pending"]);
    assert!(!rig.progress.is_complete(&rig.plan));
}

#[test]
fn abandoning_undoes_the_held_steps_and_they_are_next_again() {
    let mut rig = held();
    rig.command(Command::Abandon(ConnectionName::default()));
    assert!(
        rig.effects()
            .contains(&Effect::Abandon(ConnectionName::default()))
    );
    let end = TransactionEnd::RolledBack;
    rig.feed(Input::Report(Report::Abandoned {
        connection: ConnectionName::default(),
        end,
    }));
    assert_eq!(rig.states(), ["undone", "undone", "pending", "pending"]);
    assert_eq!(rig.progress.next(), Some(StepIndex(0)));
}

#[test]
fn behind_a_skipped_step_of_an_undone_transaction_nothing_starts_before_it_is_opened_again() {
    let mut rig = Rig::new(begin_insert_end(), Mode::Interactive);
    let skip = |step| Command::Skip {
        step: StepIndex(step),
        reason: "not now".into(),
    };
    rig.start(0).open().sql(0, fine(TransactionStatus::Open));
    rig.command(skip(1));
    assert_eq!(rig.progress.next(), Some(StepIndex(2)));
    rig.command(Command::Abandon(ConnectionName::default()));
    let end = TransactionEnd::RolledBack;
    rig.feed(Input::Report(Report::Abandoned {
        connection: ConnectionName::default(),
        end,
    }));
    rig.start(2);
    assert_eq!(rig.states(), ["undone", "skipped", "pending", "pending"]);
    assert_eq!(rig.progress.next(), Some(StepIndex(0)));
    rig.start(0).sql(0, fine(TransactionStatus::Open));
    assert_eq!(rig.progress.next(), Some(StepIndex(2)));
}

#[test]
fn a_session_lost_while_idle_undoes_the_held_steps() {
    let mut rig = held();
    let message = "server closed the connection".into();
    rig.feed(Input::Report(Report::Lost {
        connection: ConnectionName::default(),
        message,
    }));
    assert_eq!(rig.states(), ["undone", "undone", "pending", "pending"]);
    assert!(!rig.flow.open.contains(&ConnectionName::default()));
}

#[test]
fn a_session_lost_during_commit_makes_everything_unknown() {
    let mut rig = held();
    let stop = Some(SqlStop::Lost {
        message: "gone".into(),
        in_doubt: true,
    });
    rig.start(2).sql(
        2,
        SqlEnded {
            stop,
            ..SqlEnded::default()
        },
    );
    assert_eq!(rig.states(), ["unknown", "unknown", "unknown", "pending"]);
    rig.start(2);
    assert!(matches!(
        rig.refusals.as_slice(),
        [Refusal::OutcomeUnknown(_)]
    ));
}

#[test]
fn a_session_lost_during_an_insert_undoes_the_transaction_for_certain() {
    let mut rig = held();
    let stop = Some(SqlStop::Lost {
        message: "gone".into(),
        in_doubt: false,
    });
    rig.start(2).sql(
        2,
        SqlEnded {
            stop,
            ..SqlEnded::default()
        },
    );
    assert_eq!(rig.states(), ["undone", "undone", "failed", "pending"]);
}

#[test]
fn a_fence_that_commits_and_opens_again_is_held_and_settles_the_others() {
    let mut rig = held();
    let ends = vec![TransactionEnd::Committed];
    rig.start(2).sql(
        2,
        SqlEnded {
            ends,
            ..fine(TransactionStatus::Open)
        },
    );
    assert_eq!(rig.states(), ["done", "done", "held", "pending"]);
}

#[test]
fn a_run_that_ends_with_a_transaction_open_says_so_and_is_not_a_success() {
    let mut rig = Rig::new(plan(&[("begin", "sql", &[])]), Mode::Headless);
    rig.feed(Input::Continue)
        .open()
        .sql(0, fine(TransactionStatus::Open));
    rig.close(Some(TransactionEnd::RolledBack));
    assert_eq!(rig.states(), ["undone"]);
    let reason = PauseReason::TransactionLeftOpen {
        step: StepId::new("begin"),
    };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn only_descendants_of_the_opener_use_a_session_in_a_transaction() {
    let steps: &[(&str, &str, &[usize])] = &[("begin", "sql", &[]), ("other", "sql", &[])];
    let mut rig = Rig::new(plan(steps), Mode::Interactive);
    rig.start(0)
        .open()
        .sql(0, fine(TransactionStatus::Open))
        .start(1);
    assert!(matches!(
        rig.refusals.as_slice(),
        [Refusal::OutsideTransaction { .. }]
    ));
}

#[test]
fn a_failed_step_inside_a_transaction_leaves_the_others_held() {
    let mut rig = held();
    rig.start(2)
        .sql(2, refused("23505", TransactionStatus::Failed));
    assert_eq!(rig.states(), ["held", "held", "failed", "pending"]);
}

#[test]
fn nothing_starts_in_a_failed_transaction_but_what_leads_out_of_it() {
    let mut steps = begin_insert_end();
    steps.steps[3].needs = vec![StepIndex(1)];
    steps.steps[3].sql.leads_out = true;
    let steps = Plan::new(steps.title, steps.digest, steps.steps, steps.document);
    let mut rig = Rig::new(steps, Mode::Interactive);
    let open = TransactionStatus::Open;
    rig.start(0).open().sql(0, fine(open));
    rig.start(1).sql(1, fine(open)).start(2);
    rig.sql(2, refused("23505", TransactionStatus::Failed));
    let failed = Refusal::TransactionFailed {
        step: StepId::new("end"),
        connection: ConnectionName::default(),
    };
    let message = "the transaction open on default has failed, so its server would refuse step end: roll it back first (x)";
    assert_eq!(failed.message(), message);
    let may = |rig: &Rig, step: usize| may_start(&rig.plan, &rig.progress, StepIndex(step));
    assert_eq!(may(&rig, 2), Err(failed.clone()));
    assert_eq!(may(&rig, 3), Ok(()));
    let can = permitted(&rig.plan, &rig.progress, Some(StepIndex(2)));
    assert!(!can.retry && can.skip && can.abandon, "{can:?}");
    rig.start(2);
    assert_eq!(rig.refusals, [failed]);
    rig.start(3).sql(3, ending(TransactionEnd::RolledBack));
    assert_eq!(rig.states(), ["undone", "undone", "failed", "done"]);
    assert!(!matches!(
        may(&rig, 2),
        Err(Refusal::TransactionFailed { .. })
    ));
}

#[test]
fn a_probe_does_not_run_in_a_failed_transaction() {
    let mut steps = plan(&[("a", "sql", &[]), ("b", "sql", &[0]), ("is-a", "sql", &[])]);
    steps.steps[2].role = Role::ProbeOf(StepIndex(0));
    let steps = Plan::new(steps.title, steps.digest, steps.steps, steps.document);
    let mut rig = Rig::new(steps, Mode::Interactive);
    let step = StepIndex(0);
    rig.start(0).open().sql(0, fine(TransactionStatus::Idle));
    assert!(permitted(&rig.plan, &rig.progress, Some(step)).probe);
    rig.start(1)
        .sql(1, refused("23505", TransactionStatus::Failed));
    assert!(!permitted(&rig.plan, &rig.progress, Some(step)).probe);
    rig.command(Command::Probe(step));
    let refusal = rig.refusals.pop();
    assert!(matches!(refusal, Some(Refusal::TransactionFailed { .. })));
}

#[test]
fn death_undoes_held_steps_and_makes_the_step_under_way_unknown() {
    let dead = |rig: &Rig| -> Vec<&'static str> {
        let mut progress: Progress = rig.progress.clone();
        for event in after_death(&rig.plan, &rig.progress) {
            let record = Record {
                seq: 99,
                at: Timestamp::from_micros(0),
                event,
            };
            progress.apply(&rig.plan, &record);
        }
        (0..4)
            .map(|at| progress.step(StepIndex(at)).state.word())
            .collect()
    };
    let mut rig = held();
    assert_eq!(dead(&rig), ["undone", "undone", "pending", "pending"]);
    rig.start(2);
    assert_eq!(dead(&rig), ["unknown", "unknown", "unknown", "pending"]);
}

#[test]
fn death_during_a_shell_step_loses_the_transaction_for_certain() {
    let steps: &[(&str, &str, &[usize])] = &[("begin", "sql", &[]), ("shell", "bash", &[0])];
    let mut plan = plan(steps);
    plan.steps[1].connection = Some(ConnectionName::default());
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0)
        .open()
        .sql(0, fine(TransactionStatus::Open))
        .start(1);
    let ends: Vec<Event> = after_death(&rig.plan, &rig.progress);
    assert!(matches!(
        ends.as_slice(),
        [
            Event::TransactionEnded {
                end: TransactionEnd::Lost,
                ..
            },
            Event::StepInterrupted { .. }
        ]
    ));
}

#[test]
fn the_fold_of_the_records_is_all_there_is() {
    let mut rig = held();
    rig.start(2).sql(2, ending(TransactionEnd::RolledBack));
    let mut again = Progress::new(&rig.plan);
    for (at, event) in rig.log.iter().enumerate() {
        let seq = at as u64 + 1;
        let record = Record {
            seq,
            at: Timestamp::from_micros(0),
            event: event.clone(),
        };
        let line = serde_json::to_string(&record).unwrap();
        again.apply(&rig.plan, &serde_json::from_str(&line).unwrap());
    }
    assert_eq!(again, rig.progress);
    let by = Some(StepId::new("end"));
    assert_eq!(
        rig.state(0),
        &StepState::Undone {
            end: TransactionEnd::RolledBack,
            by
        }
    );
    let ended = |event: &&Event| matches!(event, Event::TransactionEnded { .. });
    assert_eq!(rig.log.iter().filter(ended).count(), 1);
}

#[test]
fn nothing_runs_on_by_itself_after_a_session_was_lost() {
    let lost = || {
        Input::Report(Report::Lost {
            connection: ConnectionName::default(),
            message: "gone".into(),
        })
    };
    let steps: &[(&str, &str, &[usize])] = &[
        ("begin", "sql", &[]),
        ("shell", "bash", &[0]),
        ("insert", "sql", &[1]),
    ];
    let mut rig = Rig::new(plan(steps), Mode::Headless);
    rig.feed(Input::Continue)
        .open()
        .sql(0, fine(TransactionStatus::Open))
        .feed(lost())
        .exit(1, 0);
    assert_eq!(rig.states(), ["undone", "done", "pending"]);
    let connection = ConnectionName::default();
    let reason = PauseReason::SessionLost { connection };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));

    let mut rig = Rig::new(plan(steps), Mode::Interactive);
    rig.command(Command::RunOn)
        .open()
        .sql(0, fine(TransactionStatus::Open))
        .feed(lost())
        .exit(1, 0);
    assert_eq!(rig.states(), ["undone", "done", "pending"]);
    assert_eq!(rig.progress.running(), None);
}

/// A headless run whose `transaction` step lost its session while the announced COMMIT was under way.
fn commit_in_doubt(mode: Mode) -> Rig {
    let mut plan = plan(&[("a", "sql", &[]), ("b", "bash", &[0])]);
    plan.steps[0].sql.transaction = true;
    let mut rig = Rig::new(plan, mode);
    rig.start(0).open();
    rig.feed(Input::Report(Report::CommitReady {
        step: StepIndex(0),
        attempt: Attempt(1),
        connection: ConnectionName::default(),
        transaction_id: Some("741".into()),
    }));
    rig.effects();
    let stop = SqlStop::Lost {
        message: "gone".into(),
        in_doubt: true,
    };
    rig.sql(
        0,
        SqlEnded {
            statements: 1,
            finished: 1,
            stop: Some(stop),
            ..SqlEnded::default()
        },
    );
    rig
}

fn resolve(rig: &mut Rig, fate: Result<Fate, String>) {
    rig.feed(Input::Report(Report::Resolved {
        step: StepIndex(0),
        attempt: Attempt(1),
        fate,
    }));
}

#[test]
fn a_commit_without_an_answer_is_asked_about_before_anything_else_happens() {
    let mut rig = commit_in_doubt(Mode::Interactive);
    assert_eq!(rig.states(), ["unknown", "pending"]);
    let ask = Effect::Resolve {
        step: StepIndex(0),
        attempt: Attempt(1),
        connection: ConnectionName::default(),
        transaction_id: "741".into(),
    };
    assert_eq!(rig.effects(), [ask]);
    rig.command(Command::RunOn);
    assert_eq!(rig.refusals.pop(), Some(Refusal::Busy));
    resolve(&mut rig, Ok(Fate::Committed));
    assert_eq!(rig.states(), ["done", "pending"]);
    rig.start(1);
    assert_eq!(rig.states(), ["done", "running"]);
}

#[test]
fn what_the_server_says_of_a_commit_settles_its_step_and_silence_leaves_it_unknown() {
    let cases = [
        (Ok(Fate::Aborted), "failed"),
        (Err("nobody answers".to_owned()), "unknown"),
    ];
    for (fate, state) in cases {
        let mut rig = commit_in_doubt(Mode::Headless);
        let told = fate.clone();
        resolve(&mut rig, fate);
        assert_eq!(rig.states(), [state, "pending"], "{told:?}");
        let reason = match rig.progress.ending() {
            Some(Ending::Paused(reason)) => reason.clone(),
            other => panic!("{other:?}"),
        };
        let step = StepId::new("a");
        let expected = match told {
            Ok(_) => PauseReason::StepFailed { step },
            Err(_) => PauseReason::StepUnknown { step },
        };
        assert_eq!(reason, expected);
    }
}

#[test]
fn a_commit_that_turns_out_well_lets_a_run_go_on_in_a_new_session() {
    let mut rig = commit_in_doubt(Mode::Headless);
    resolve(&mut rig, Ok(Fate::Committed));
    assert_eq!(rig.states(), ["done", "running"]);
}

#[test]
fn a_stop_does_not_wait_for_what_the_server_says() {
    let mut rig = commit_in_doubt(Mode::Headless);
    rig.feed(Input::Signal(15));
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::StepUnknown { .. }))
    ));
}
