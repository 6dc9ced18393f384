//! What people ran into who had a keyboard only, or a mouse only.

use crossterm::event::KeyCode;
use ratatui::layout::Position;
use stepmark_core::VariableName;
use stepmark_core::plan::{Confirm, StepKind};
use stepmark_core::progress::StepState;
use stepmark_core::record::TransactionStatus;
use stepmark_core::runner::{Command, ShellEnded, WorkEnded};

use super::fixture::{Play, exit, sql};
use super::sample::Author;
use super::{lost_state, replaying, unknown};
use crate::Settings;
use crate::dialog::Question;
use crate::layout::layout;
use crate::screen::{Pane, View};

fn title(play: &Play) -> Option<&'static str> {
    Some(play.screen.dialog.as_ref()?.title())
}

fn notice(play: &Play) -> &str {
    play.screen
        .notice
        .as_ref()
        .map_or("", |(_, text)| text.as_str())
}

/// `free-space` was selected by hand and skipped.
fn skipped() -> Play {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Down);
    play.press(KeyCode::Up);
    assert!(!play.screen.following);
    play.press(KeyCode::Char('s'));
    play.keys("looked at it before");
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(1);
    play
}

#[test]
fn a_skip_goes_on_to_the_next_step_however_the_skipped_one_was_selected() {
    let play = skipped();
    let skipped = play.screen.progress.step(play.step("free-space"));
    assert_eq!(skipped.state, StepState::Skipped);
    assert_eq!(play.screen.selected, Some(play.step("begin")));
}

#[test]
fn enter_on_a_skipped_step_goes_to_the_next_one_and_runs_nothing() {
    let mut play = skipped();
    play.press(KeyCode::Up);
    let text = play.text();
    assert!(text.contains("[ Run it after all ]"), "{text}");
    assert!(text.contains("r run it after all"), "{text}");
    assert!(text.contains(" next: begin"), "{text}");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    assert_eq!(play.screen.selected, Some(play.step("begin")));
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [], "held down, it is the same key");
    play.wait(1);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [Command::Start(play.step("begin"))]);
}

#[test]
fn a_skipped_step_runs_after_all_with_r_or_its_button() {
    let mut play = skipped();
    play.press(KeyCode::Up);
    play.press(KeyCode::Char('r'));
    assert_eq!(play.sent, [Command::Start(play.step("free-space"))]);
    let mut play = skipped();
    play.press(KeyCode::Up);
    let at = play.find("[ Run it after all ]").unwrap();
    play.click(at);
    assert_eq!(play.sent, [Command::Start(play.step("free-space"))]);
}

#[test]
fn where_next_is_named_enter_and_a_click_on_it_go_there() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::End);
    assert!(play.text().contains("Enter next step"), "{}", play.text());
    play.press(KeyCode::Enter);
    assert_eq!(play.screen.selected, Some(play.step("free-space")));
    play.press(KeyCode::End);
    let at = play.find("next: free-space").unwrap();
    play.click(at);
    assert_eq!(play.screen.selected, Some(play.step("free-space")));
    assert_eq!(play.sent, []);
}

#[test]
fn c_with_nothing_running_asks_nothing_and_control_c_asks_about_leaving() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    play.press(KeyCode::Char('c'));
    play.press(KeyCode::Char('c'));
    assert_eq!(title(&play), None);
    assert_eq!(notice(&play), "nothing is running; q leaves");
    play.press(KeyCode::Char('?'));
    let at = play.find("cancel a step").unwrap();
    play.click(at);
    assert_eq!(title(&play), None);
    play.control('c');
    assert_eq!(title(&play), Some("Leave"));
    assert_eq!(play.sent, []);
}

#[test]
fn control_c_just_after_what_it_cancelled_does_not_ask_about_leaving() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.control('c');
    assert_eq!(play.sent, [Command::Cancel]);
    play.carry();
    play.end(WorkEnded::Shell(ShellEnded {
        exit: Some(130),
        ..ShellEnded::default()
    }));
    play.shown();
    play.control('c');
    assert_eq!(title(&play), None);
    assert_eq!(notice(&play), "nothing is running; q leaves");
    play.wait(2);
    play.control('c');
    assert_eq!(title(&play), Some("Leave"));
}

#[test]
fn what_is_not_on_the_screen_is_shown_before_it_runs() {
    for (columns, rows, key) in [(80, 24, Some('o')), (50, 16, None), (40, 10, None)] {
        for run in [KeyCode::Enter, KeyCode::Char('a')] {
            let mut play = Play::begun(columns, rows);
            if let Some(key) = key {
                play.press(KeyCode::Char(key));
            }
            play.press(run);
            assert_eq!(play.sent, [], "{columns}x{rows} {run:?}");
            assert!(notice(&play).contains("free-space was out of sight"));
            let text = play.text();
            assert!(text.contains("df -h"), "{text}");
            play.wait(1);
            play.press(run);
            assert_eq!(play.sent.len(), 1, "{columns}x{rows} {run:?}");
        }
    }
}

#[test]
fn the_bar_names_the_step_that_enter_would_show() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('o'));
    assert!(play.text().contains("Enter show free-space"));
    let at = play.find("Enter show free-space").unwrap();
    play.click(at);
    assert_eq!(play.sent, []);
    assert_eq!(play.screen.view, View::Panes);
}

#[test]
fn with_one_pane_at_a_time_a_click_goes_to_the_next() {
    for (columns, rows) in [(50, 16), (40, 10)] {
        let mut play = Play::begun(columns, rows);
        assert!(play.text().contains("Enter show"), "{}", play.text());
        let at = play.find("Tab next").unwrap();
        play.click(at);
        assert_eq!(play.screen.focus, Pane::Page);
        let at = play.find("[ Runbook ]").unwrap();
        play.click(at);
        assert_eq!(play.screen.focus, Pane::Output);
        let at = play.find("[ Output ]").unwrap();
        play.click(at);
        assert_eq!(play.screen.focus, Pane::Tree);
    }
}

#[test]
fn a_search_that_was_typed_is_started_by_a_click() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('/'));
    play.keys("COMMIT");
    let at = play.find("Enter find").unwrap();
    play.click(at);
    let search = play.screen.search.as_ref().unwrap();
    assert!(search.typing.is_none() && search.found.is_some());
}

/// Every line of the help either does something when it is clicked, or stands below the heading that says otherwise.
#[test]
fn each_line_of_the_help_acts_or_says_that_it_is_for_keys_alone() {
    let plays: [fn() -> Play; 3] = [
        || Play::new(80, 40),
        || Play::begun(80, 50),
        || replaying::finished(80, 50),
    ];
    for play in plays {
        let mut help = play();
        help.press(KeyCode::Char('?'));
        let lines = crate::help::lines(&help.screen);
        let heading = lines
            .iter()
            .position(|(_, what, _)| what.starts_with("with keys alone"))
            .unwrap();
        for (at, (keys, what, action)) in lines.iter().enumerate() {
            let says = keys.is_empty() && what.is_empty();
            assert_eq!(action.is_some(), at < heading && !says, "{keys} {what}");
        }
        let at = help.find("Ctrl-Z").unwrap();
        help.click(at);
        assert!(help.screen.dialog.is_none());
    }
    let mut play = replaying::finished(80, 50);
    play.press(KeyCode::Char('?'));
    let at = play.find("the first record").unwrap();
    play.click(at);
    assert_eq!(play.screen.replay.as_ref().unwrap().at, 1);
}

#[test]
fn a_key_without_a_meaning_is_answered() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('z'));
    assert_eq!(notice(&play), "z does nothing here; ? lists the keys");
}

#[test]
fn r_on_another_step_while_one_runs_says_at_once_that_one_runs() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Down);
    play.press(KeyCode::Char('r'));
    assert!(
        notice(&play).starts_with("step free-space is running"),
        "{}",
        notice(&play)
    );
}

#[test]
fn a_probe_that_settled_nothing_is_told_of_in_the_dialog_and_above_the_keys() {
    let mut play = unknown::asked(unknown::plan(), Settings::default(), 120, 40);
    play.press(KeyCode::Char('e'));
    play.carry();
    play.end(unknown::seen(false));
    play.shown();
    play.wait(1);
    let told = play.text();
    assert!(told.contains("Probe is-added ran at "), "{told}");
    play.press(KeyCode::Enter);
    assert_eq!(title(&play), Some("Nobody knows whether it took effect"));
    let text: String = layout(&play.screen)
        .dialog
        .unwrap()
        .text
        .iter()
        .map(|line| format!("{line} "))
        .collect();
    assert!(text.contains("Probe is-added ran at "), "{text}");
    assert!(text.contains("did not settle it"), "{text}");
}

#[test]
fn the_lines_of_the_unknown_dialog_can_be_clicked() {
    let mut play = unknown::asked(unknown::plan(), Settings::default(), 80, 24);
    let at = play.find("d  you know that it was done").unwrap();
    play.click(at);
    assert_eq!(title(&play), Some("It was done"));
}

#[test]
fn where_a_session_was_lost_the_step_says_so_and_offers_what_can_be_done() {
    let mut play = lost_state::play(Settings::default(), 80, 24);
    let text = play.text();
    assert!(text.contains("[ Session lost: what now? ]"), "{text}");
    assert!(text.contains("Enter what was lost"), "{text}");
    assert!(text.contains("fill waits: what steps had left"), "{text}");
    let at = play.find("[ Session lost: what now? ]").unwrap();
    play.click(at);
    assert_eq!(title(&play), Some("Session state is lost"));
    let text = play.text();
    assert!(
        text.contains("settings: ") && text.contains("staging: "),
        "{text}"
    );
}

/// A manual step that asks first.
fn asks(confirm: Confirm, names: &[&str]) -> Play {
    let mut author = Author::default();
    author.heading(2, "Hand over");
    author.step("approval", StepKind::Manual, "Ask on-call for the ticket.");
    author.with(|step| {
        step.confirm = Some(confirm);
        step.flow.captures = names.iter().copied().map(VariableName::new).collect();
    });
    author.step("after", StepKind::Sql, "SELECT 1;\n");
    let mut play = Play::of(author.plan("Hand over"), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    play
}

fn is_ticked(play: &mut Play) {
    play.carry_and_show();
    let state = play
        .screen
        .progress
        .step(play.step("approval"))
        .state
        .clone();
    assert_eq!(state, StepState::Succeeded, "{}", play.text());
    assert_eq!(notice(play), "");
    assert!(play.screen.dialog.is_none() && !play.screen.asked);
}

#[test]
fn one_confirmation_ticks_a_task() {
    let mut play = asks(Confirm::Ask, &[]);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(1);
    assert_eq!(title(&play), Some("Tick this step?"));
    let at = play.find("[ Yes, tick it (y) ]").unwrap();
    play.click(at);
    is_ticked(&mut play);
}

#[test]
fn a_typed_confirmation_ticks_a_task_and_says_tick() {
    let mut play = asks(Confirm::Typed("done".to_owned()), &[]);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(1);
    let text = play.text();
    assert!(text.contains("Type done to tick it."), "{text}");
    play.keys("done");
    play.press(KeyCode::Enter);
    is_ticked(&mut play);
}

#[test]
fn a_task_that_asks_first_and_captures_asks_for_both_once() {
    let mut play = asks(Confirm::Ask, &["ticket"]);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(1);
    play.press(KeyCode::Char('y'));
    let question = play.screen.dialog.as_ref().map(|dialog| &dialog.question);
    assert!(matches!(question, Some(Question::Tick { .. })));
    let text = play.text();
    assert!(text.contains("What is ticket?"), "{text}");
    assert_eq!(text.matches("\u{2502} approval").count(), 1, "{text}");
    play.keys("OPS-17");
    play.press(KeyCode::Enter);
    is_ticked(&mut play);
}

#[test]
fn every_cut_line_of_wide_output_says_so() {
    let mut play = Play::begun(80, 24);
    let wide = |n: usize| format!("-[ RECORD {n} ]-{}+{}", "-".repeat(20), "-".repeat(100 * n));
    let lines: Vec<String> = (1..=4).map(wide).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    play.print("free-space", 1, &lines);
    play.run(exit(0));
    let text = play.text();
    let cut = text.lines().filter(|line| line.contains("RECORD"));
    assert!(cut.clone().count() == 4, "{text}");
    for line in cut {
        assert!(line.ends_with('\u{203a}'), "{line}");
    }
}

#[test]
fn a_long_name_leaves_room_for_what_stands_beside_it() {
    let mut author = Author::default();
    author.heading(2, "One");
    author.step("mk", StepKind::Sql, "SELECT 1;\n");
    author.step(
        "a-heading-that-is-rather-long-longer-than-the-page-is",
        StepKind::Sql,
        "SELECT 2;\n",
    );
    let mut play = Play::of(author.plan("Names"), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    let text = play.text();
    assert!(text.contains("\u{2026} needs mk"), "{text}");
}

#[test]
fn a_copys_file_is_named_whole() {
    let said = "copied the text of one (1 line), also into /tmp/a/b/c/copied-step-one.txt";
    let cut = crate::text::fit_path(said, 64, "\u{2026}");
    assert_eq!(
        cut,
        "copied the text of one (1 line), also into \u{2026}/copied-step-one.txt"
    );
    for columns in 0..=said.len() {
        let cut = crate::text::fit_path(said, columns, "\u{2026}");
        assert!(crate::text::width(&cut) <= columns, "{columns} {cut}");
        assert!(columns < 32 || cut.ends_with("/copied-step-one.txt"));
    }
}

#[test]
fn the_notes_above_a_long_output_go_to_its_ends() {
    let mut play = Play::begun(120, 40);
    let lines: Vec<String> = (0..881).map(|n| format!("line {n}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    play.print("free-space", 1, &lines);
    play.run(exit(0));
    let at = play.find("881 lines").unwrap();
    play.click(at);
    assert_eq!(play.screen.output.top, Some(0));
    let at = play.find("End follows").unwrap();
    play.click(at);
    assert_eq!(play.screen.output.top, None);
}

#[test]
fn more_lines_of_a_dialog_are_a_click_away() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('?'));
    let at = play.find("more lines (Down)").unwrap();
    play.click(at);
    assert!(play.screen.dialog.as_ref().unwrap().top > 1);
    let mut first = Play::new(80, 12);
    let at = first.find("more lines (Down)").unwrap();
    first.click(at);
    assert!(first.screen.first_top > 1);
}

#[test]
fn leaving_while_a_step_runs_says_how_far_the_run_came() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    play.run(sql("BEGIN", TransactionStatus::Idle));
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Char('q'));
    assert_eq!(title(&play), Some("A step is running"));
    let text = play.text();
    assert!(text.contains("2 of 8 steps are done"), "{text}");
}

#[test]
fn a_border_can_still_be_dragged_by_the_name_of_the_output() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Tab);
    let at = play.find("Output").unwrap();
    play.click(Position::new(at.x, at.y));
    assert!(play.screen.dragged.is_some());
}
