//! The first screen with what the run was given, and what the runbook's estimates add up to.

use std::time::Duration;

use crossterm::event::KeyCode;
use stepmark_core::VariableName;
use stepmark_core::plan::{Interpreter, Plan, StepKind};
use stepmark_core::record::{Event, InputOrigin};

use super::fixture::{Play, exit};
use super::sample::Author;
use super::styles::runs;
use crate::screen::Pane;
use crate::{Colour, Glyphs, Settings};

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

fn plan(estimates: [u64; 3]) -> Plan {
    let bash = StepKind::Shell(Interpreter::Bash);
    let mut author = Author::default();
    author.heading(2, "Move");
    for (id, seconds) in ["dump", "load", "check"].into_iter().zip(estimates) {
        author.step(id, bash, "true\n");
        author.with(|step| {
            step.flow.estimate = (seconds > 0).then(|| Duration::from_secs(seconds));
        });
    }
    author.plan("Move")
}

fn given(name: &str, value: Option<&str>, origin: InputOrigin) -> Event {
    Event::InputGiven {
        name: VariableName::new(name),
        value: value.map(str::to_owned),
        origin,
    }
}

fn opened(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = Play::of(plan([240, 1_200, 90]), settings, columns, rows);
    let variable = "REPORTING_PASSWORD".to_owned();
    play.happened(vec![
        given("app_db", Some("shop"), InputOrigin::Flag),
        given("password", None, InputOrigin::Environment { variable }),
        given("note", Some("two\nlines\u{1b}[2J"), InputOrigin::Prompt),
        given("batch_rows", Some("10000"), InputOrigin::Default),
    ]);
    play
}

#[test]
fn first_screen_with_inputs_80x24() {
    check!(opened(Settings::default(), 80, 24).text());
}

#[test]
fn first_screen_with_inputs_120x40() {
    check!(opened(Settings::default(), 120, 40).text());
}

#[test]
fn first_screen_with_inputs_in_ascii_without_colour() {
    let settings = Settings {
        glyphs: Glyphs::Ascii,
        colour: Colour::Never,
        ..Settings::default()
    };
    check!(opened(settings, 80, 24).text());
}

#[test]
fn styles_of_the_first_screen_with_inputs() {
    check!(runs(&opened(Settings::default(), 80, 24).draw()));
}

#[test]
fn the_header_says_how_long_it_will_take_as_far_as_the_runbook_says() {
    let mut said = String::new();
    for (estimates, columns) in [
        ([240, 1_200, 90], 80),
        ([240, 0, 90], 120),
        ([0, 0, 0], 80),
        ([20, 0, 0], 40),
    ] {
        let mut play = Play::of(plan(estimates), Settings::default(), columns, 24);
        play.press(KeyCode::Enter);
        let mut note = |play: &mut Play| {
            let text = play.text();
            said.push_str(text.lines().next().unwrap_or_default());
            said.push('\n');
        };
        note(&mut play);
        play.screen.focus = Pane::Page;
        play.press(KeyCode::Enter);
        play.carry_and_show();
        play.wait(120);
        note(&mut play);
        play.end(exit(0));
        play.shown();
        note(&mut play);
    }
    check!(said);
}
