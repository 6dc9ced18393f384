//! No size and no sequence of events makes the screen panic.

use std::time::Duration;

use crossterm::event::{KeyCode, MouseButton, MouseEventKind};
use proptest::prelude::*;
use ratatui::layout::Position;
use stepmark_core::plan::{Plan, Role, SessionState};
use stepmark_core::record::{Event, Outcome, TransactionStatus};
use stepmark_core::runner::{Blocker, ProgressUnit, ServerProgress, Watch};
use stepmark_core::{ConnectionName, StepId, StepIndex};

use super::fixture::{Found, Play, exit, identity, refused, sql};
use super::sample;
use crate::Settings;
use crate::message::Message;
use crate::update::replay;

#[derive(Clone, Debug)]
enum Happening {
    Key(KeyCode),
    Click(u16, u16),
    Wheel(bool, u16, u16),
    Drag(u16, u16),
    Seek,
    ReadAgain,
    Resize(u16, u16),
    Carry,
    End(u8),
    Print(String),
    Paste(String),
    Watch(u8),
    GoUp,
    LoseSession,
    TakeUp,
    Shown,
}

fn happening() -> impl Strategy<Value = Happening> {
    let keys = prop::sample::select(vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Backspace,
    ]);
    let letters =
        prop::sample::select("asrcnxoqy?jkewbudp /vgN<>+-hl ".chars().collect::<Vec<_>>());
    let place = (0_u16..45, 0_u16..14);
    prop_oneof![
        6 => keys.prop_map(Happening::Key),
        6 => letters.prop_map(|c| Happening::Key(KeyCode::Char(c))),
        3 => place.clone().prop_map(|(x, y)| Happening::Click(x, y)),
        2 => place.clone().prop_map(|(x, y)| Happening::Drag(x, y)),
        2 => Just(Happening::Seek),
        1 => Just(Happening::ReadAgain),
        2 => (any::<bool>(), place).prop_map(|(down, (x, y))| Happening::Wheel(down, x, y)),
        2 => (0_u16..=40, 0_u16..=12).prop_map(|(x, y)| Happening::Resize(x, y)),
        4 => Just(Happening::Carry),
        3 => (0_u8..4).prop_map(Happening::End),
        1 => any::<String>().prop_map(Happening::Print),
        1 => any::<String>().prop_map(Happening::Paste),
        2 => any::<u8>().prop_map(Happening::Watch),
        1 => Just(Happening::GoUp),
        1 => Just(Happening::LoseSession),
        2 => Just(Happening::TakeUp),
        4 => Just(Happening::Shown),
    ]
}

fn happen(play: &mut Play, happening: Happening) {
    match happening {
        Happening::Key(code) => play.press(code),
        Happening::Click(x, y) => {
            play.mouse(MouseEventKind::Down(MouseButton::Left), Position::new(x, y));
        }
        Happening::Wheel(true, x, y) => play.mouse(MouseEventKind::ScrollDown, Position::new(x, y)),
        Happening::Wheel(false, x, y) => play.mouse(MouseEventKind::ScrollUp, Position::new(x, y)),
        Happening::Drag(x, y) => {
            play.mouse(MouseEventKind::Drag(MouseButton::Left), Position::new(x, y));
        }
        Happening::Seek => play.seek(),
        Happening::ReadAgain => {
            let records = play.records.clone();
            if play.screen.is_replay() {
                play.press(KeyCode::Char('['));
            } else if records.len() > 12 {
                replay::open(&mut play.screen, records);
            }
        }
        Happening::Resize(x, y) => {
            play.tell(Message::Resized(x, y));
        }
        Happening::Carry => play.carry(),
        Happening::End(how) if play.screen.progress.running().is_some() => {
            let status = [
                TransactionStatus::Idle,
                TransactionStatus::Open,
                TransactionStatus::Failed,
            ];
            let running = play.screen.progress.running().unwrap();
            let is_sql = play.screen.plan().step(running).connection.is_some();
            play.end(match (is_sql, how) {
                (false, how) => exit(i32::from(how)),
                (true, 0) => sql("SELECT 1", status[0]),
                (true, 1) => sql("BEGIN", status[1]),
                (true, how) => refused(status[usize::from(how % 3)]),
            });
        }
        Happening::End(_) => {}
        Happening::Print(text) => play.print("free-space", 1, &[&text]),
        Happening::Paste(text) => {
            play.tell(Message::Paste(text));
        }
        Happening::Watch(seen) => play.sees(seen_by_observer(seen)),
        Happening::GoUp => {
            let running = play.screen.progress.running();
            if running.is_some_and(|step| play.screen.plan().step(step).shell.background) {
                play.goes_up();
            }
        }
        Happening::LoseSession => {
            let epoch = 2;
            let target = Box::new(identity());
            let connection = ConnectionName::default();
            play.happened(vec![Event::TargetIdentified {
                connection,
                epoch,
                target,
            }]);
        }
        Happening::TakeUp => play.taken_up(Vec::new()),
        Happening::Shown => play.shown(),
    }
}

/// The sample with a step that stays up, one that leaves something in its session, and undo steps and a probe.
fn plan() -> Plan {
    let mut plan = sample::plan();
    plan.steps[0].shell.background = true;
    plan.steps[1].sql.leaves = vec![SessionState::Setting];
    plan.steps[4].flow.no_return = true;
    let roles = [
        Role::RollbackOf(StepIndex(0)),
        Role::RollbackOf(StepIndex(1)),
        Role::ProbeOf(StepIndex(1)),
        Role::RollbackOf(StepIndex(5)),
    ];
    for (at, role) in roles.into_iter().enumerate() {
        let mut step = plan.steps[at].clone();
        step.id = StepId::new(format!("belongs-{at}"));
        step.role = role;
        step.shell.background = false;
        plan.steps.push(step);
    }
    Plan::new(plan.title, plan.digest, plan.steps, plan.document)
}

/// Blockers in a row or in a circle, and progress of every kind.
fn seen_by_observer(seen: u8) -> Option<Watch> {
    let number = i32::from(seen);
    let blockers = (0..number % 7).map(|at| Blocker {
        pid: at,
        blocks: (at + number) % 5,
        user: Some("u".repeat(usize::from(seen))),
        application: None,
        client: None,
        state: Some("active".to_owned()),
        state_age: Some(Duration::from_secs(u64::from(seen))),
        transaction_age: None,
        query: Some("SELECT\n1".repeat(usize::from(seen % 9))),
    });
    let progress = ServerProgress {
        command: "COPY FROM".to_owned(),
        phase: None,
        relation: Some("\u{e9}".repeat(usize::from(seen))),
        done: u64::from(seen),
        total: (!seen.is_multiple_of(3)).then_some(u64::from(seen / 3)),
        unit: ProgressUnit::Bytes,
    };
    (!seen.is_multiple_of(5)).then(|| Watch {
        connection: ConnectionName::default(),
        waits_for: None,
        blockers: blockers.collect(),
        progress: (!seen.is_multiple_of(2)).then_some(progress),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_at_any_size(
        columns in 0_u16..=40,
        rows in 0_u16..=12,
        happenings in prop::collection::vec(happening(), 0..40),
    ) {
        let mut play = Play::of(plan(), Settings::default(), columns, rows);
        for happening in happenings {
            happen(&mut play, happening);
            play.draw();
        }
    }
}

#[test]
fn every_size_from_nothing_draws_what_is_unknown_and_what_would_be_undone() {
    let mut play = Play::of(plan(), Settings::default(), 80, 24);
    play.finished("free-space", succeeded(), Found::default());
    play.happened(vec![play.started("begin")]);
    play.taken_up(Vec::new());
    at_every_size(&mut play);
    play.press(KeyCode::Enter);
    assert!(play.screen.dialog.is_some());
    at_every_size(&mut play);
    play.wait(1);
    play.press(KeyCode::Char('u'));
    at_every_size(&mut play);
    play.press(KeyCode::Enter);
    play.carry();
    play.end(sql("DELETE 1", TransactionStatus::Failed));
    at_every_size(&mut play);
}

#[test]
fn every_size_from_nothing_draws_a_run_that_is_read_again() {
    let mut play = super::replaying::finished(80, 24);
    for key in ['[', 'g', 'h', '?'] {
        play.press(KeyCode::Char(key));
        at_every_size(&mut play);
    }
}

fn at_every_size(play: &mut Play) {
    for columns in 0..=60 {
        for rows in 0..=16 {
            play.tell(Message::Resized(columns, rows));
            play.draw();
        }
    }
    play.shown();
}

fn succeeded() -> Outcome {
    Outcome::Succeeded { finding: None }
}

#[test]
fn every_size_from_nothing_draws_every_stage() {
    for columns in 0..=60 {
        for rows in 0..=16 {
            let mut play = Play::new(columns, rows);
            play.draw();
            play.press(KeyCode::Enter);
            play.draw();
            for key in ['s', 'n', '?', 'o', 'e', 'w', 'b', 'v', 'g', '/', 'y'] {
                play.press(KeyCode::Char(key));
                play.draw();
                play.press(KeyCode::Esc);
            }
        }
    }
}
