//! Steps held in a transaction, and what settles them.

use super::rig::{Rig, fine, plan, refused};
use crate::ConnectionName;
use crate::plan::Plan;
use crate::progress::{Ending, Progress, StepState};
use crate::record::{Event, Mode, PauseReason, Record, TransactionEnd, TransactionStatus};
use crate::runner::{Command, Effect, Input, Refusal, Report, SqlEnded, SqlStop, after_death};
use crate::{StepId, StepIndex, Timestamp};

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
