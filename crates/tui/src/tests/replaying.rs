//! A run that is read again: each record in turn, what was seen then, and nothing that could be asked of it.

use crossterm::event::KeyCode;
use stepmark_core::StepIndex;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::{Progress, StepState};
use stepmark_core::record::TransactionStatus::{Idle, Open};
use stepmark_core::record::{Event, PauseReason};

use super::fixture::{Play, exit, refused, sql};
use super::sample::Author;
use crate::message::Message;
use crate::wish::Wish;
use crate::{Opening, Settings};

/// Two branches that come together, the first step of which is done.
pub(super) fn branching(columns: u16, rows: u16) -> Play {
    let mut author = Author::default();
    author.heading(2, "Branches");
    let needs: [&[usize]; 6] = [&[], &[0], &[0], &[0], &[1, 2], &[3, 4]];
    for (at, needs) in needs.into_iter().enumerate() {
        let ids = [
            "begin",
            "copy-users",
            "copy-orders",
            "watch",
            "compare",
            "switch",
        ];
        author.step(ids[at], StepKind::Sql, "SELECT 1;\n");
        author.with(|step| step.needs = needs.iter().copied().map(StepIndex).collect());
    }
    let mut play = Play::of(author.plan("Branches"), Settings::default(), columns, rows);
    play.press(KeyCode::Enter);
    play.run(sql("SELECT 1", Idle));
    play
}

/// The sample run up to a failure inside its transaction, put down, and read again.
pub(super) fn finished(columns: u16, rows: u16) -> Play {
    let mut play = Play::begun(columns, rows);
    play.print("free-space", 1, &["/dev/sda1  90G  12G  78G  14% /"]);
    play.run(exit(0));
    play.run(sql("BEGIN", Open));
    play.print("add-column", 1, &["ALTER TABLE"]);
    play.run(refused(Idle));
    let step = play.screen.plan().steps[2].id.clone();
    let reason = PauseReason::StepFailed { step };
    play.happened(vec![Event::RunPaused { reason }]);
    play.read_again()
}

fn states(play: &Play) -> Vec<StepState> {
    let plan = play.screen.plan();
    let steps = plan.indexed();
    steps
        .map(|(index, _)| play.screen.progress.step(index).state.clone())
        .collect()
}

#[test]
fn wherever_one_goes_the_screen_is_the_fold_of_the_records_up_to_there() {
    let mut play = finished(80, 24);
    let records = play.records.clone();
    let at = |play: &Play| play.screen.replay.as_ref().unwrap().at;
    assert_eq!(at(&play), records.len());
    let keys = [
        '{', ']', ']', 'h', ']', 'l', '[', '[', '}', 'h', '{', 'h', '}', 'l',
    ];
    for key in keys {
        play.press(KeyCode::Char(key));
        let mut expected = Progress::new(play.screen.plan());
        for record in &records[..at(&play)] {
            expected.apply(play.screen.plan(), record);
        }
        let expected: Vec<StepState> = play
            .screen
            .plan()
            .indexed()
            .map(|(index, _)| expected.step(index).state.clone())
            .collect();
        assert_eq!(states(&play), expected, "after {key}");
        assert_eq!(play.screen.now, Some(records[at(&play) - 1].at));
        play.draw();
    }
}

#[test]
fn arrows_go_from_record_to_record_and_brackets_from_outcome_to_outcome() {
    let mut play = finished(80, 24);
    let all = play.records.len();
    let at = |play: &Play| play.screen.replay.as_ref().unwrap().at;
    play.press(KeyCode::Left);
    assert_eq!(at(&play), all - 1);
    play.press(KeyCode::Right);
    assert_eq!(at(&play), all);
    play.press(KeyCode::Right);
    assert_eq!(at(&play), all);
    play.press(KeyCode::Char('{'));
    assert_eq!(at(&play), 1);
    play.press(KeyCode::Left);
    assert_eq!(at(&play), 1);
    for id in ["free-space", "begin", "add-column"] {
        play.press(KeyCode::Char(']'));
        let last = &play.records[at(&play) - 1].event;
        assert!(
            matches!(last, Event::StepFinished { step, .. } if step.as_str() == id),
            "{last:?}"
        );
    }
    play.press(KeyCode::Char('['));
    let text = play.text();
    assert!(text.contains("begin done: 1.5 s"), "{text}");
}

#[test]
fn nothing_can_be_asked_of_it_and_q_leaves_at_once() {
    let mut play = finished(80, 24);
    for key in "arscnxuwe".chars() {
        play.press(KeyCode::Char(key));
        assert_eq!(play.sent, [], "{key}");
        assert!(play.screen.dialog.is_none(), "{key}");
    }
    play.control('c');
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    assert!(play.find("[ Run ]").is_none() && play.find("[ Retry ]").is_none());
    let key = crossterm::event::KeyEvent::from(KeyCode::Char('q'));
    assert_eq!(play.tell(Message::Key(key)), [Wish::Quit]);
}

#[test]
fn the_output_of_each_step_is_there_once_it_was_started() {
    let mut play = finished(80, 24);
    play.press(KeyCode::Char('{'));
    assert!(!play.text().contains("/dev/sda1"));
    play.press(KeyCode::Char(']'));
    assert!(play.text().contains("/dev/sda1"), "{}", play.text());
}

#[test]
fn a_run_without_records_opens_and_says_nothing() {
    let opening: Opening = super::fixture::opening(super::sample::plan());
    let mut play = Play::opened(opening, Settings::default(), 80, 24);
    play.records.clear();
    let mut play = play.read_again();
    for key in "hl[]{}".chars() {
        play.press(KeyCode::Char(key));
        play.draw();
    }
}

#[test]
fn who_has_chosen_a_step_keeps_it_where_the_run_was_taken_up_or_an_undo_failed() {
    let resumed = || {
        let mut play = Play::begun(80, 24);
        play.run(exit(0));
        play.happened(vec![Event::RunPaused {
            reason: PauseReason::Stopped,
        }]);
        play.taken_up(Vec::new());
        play.read_again()
    };
    let stopped = || super::undo::stopped(Settings::default(), 80, 24).read_again();
    for mut play in [resumed(), stopped()] {
        play.press(KeyCode::Char('{'));
        play.press(KeyCode::End);
        play.press(KeyCode::Up);
        let chosen = play.screen.selected;
        assert!(!play.screen.following);
        for _ in 0..play.records.len() {
            play.press(KeyCode::Char('l'));
            assert_eq!(play.screen.selected, chosen);
        }
    }
    let mut following = resumed();
    following.press(KeyCode::Char('{'));
    following.press(KeyCode::Char('}'));
    assert_eq!(following.screen.selected, Some(StepIndex(1)));
}
