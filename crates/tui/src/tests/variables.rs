//! The variables below a SQL step, with what they are worth so far.

use crossterm::event::KeyCode;
use stepmark_core::plan::{FrontMatter, InputKind, InputSpec, Slot, SlotForm, StepKind};
use stepmark_core::record::{Capture, Event, InputOrigin, Outcome};
use stepmark_core::{ConnectionName, VariableName};

use super::fixture::{Found, Play, opening};
use super::sample::{self, Author};
use crate::{Glyphs, Settings, TargetLine};

fn name(name: &str) -> VariableName {
    VariableName::new(name)
}

pub(super) fn play(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut author = Author::default();
    author
        .heading(2, "Copy")
        .step("size", StepKind::Sql, "SELECT 1;\n");
    author.with(|step| step.flow.captures = vec![name("rows_before")]);
    let text = "CREATE ROLE :\"role\" PASSWORD :'password';\nSELECT :'role', :rows_before, :'source_host', :{?note};\n";
    author.step("copy", StepKind::Sql, text);
    author.with(|step| {
        let slot = |written: &str, variable: &str, form: SlotForm| {
            let start = text.find(written).unwrap();
            Slot {
                range: start..start + written.len(),
                name: name(variable),
                form,
            }
        };
        step.slots = vec![
            slot(":\"role\"", "role", SlotForm::Identifier),
            slot(":'password'", "password", SlotForm::Literal),
            slot(":'role'", "role", SlotForm::Literal),
            slot(":rows_before", "rows_before", SlotForm::Plain),
            slot(":'source_host'", "source_host", SlotForm::Literal),
            slot(":{?note}", "note", SlotForm::Test),
        ];
    });
    let input = |variable: &str| InputSpec {
        name: name(variable),
        description: None,
        kind: InputKind::Text,
        default: None,
        secret: variable == "password",
        choices: Vec::new(),
        pattern: None,
        span: 0..0,
        environment: None,
    };
    let front = FrontMatter {
        inputs: vec![input("role"), input("password"), input("note")],
        ..FrontMatter::default()
    };
    let plan = author.plan("Copy").with_front(front);
    let mut play = Play::of(plan, settings, columns, rows);
    play.press(KeyCode::Enter);
    play
}

pub(super) fn give(play: &mut Play) {
    let given = |variable: &str, value: Option<&str>| Event::InputGiven {
        name: name(variable),
        value: value.map(str::to_owned),
        origin: InputOrigin::Flag,
    };
    play.happened(vec![
        given("role", Some("app\nreader")),
        given("password", None),
    ]);
    let found = Found {
        captures: vec![Capture {
            name: name("rows_before"),
            value: Some("1".repeat(300)),
        }],
        ..Found::default()
    };
    play.finished("size", Outcome::Succeeded { finding: None }, found);
}

#[test]
fn each_variable_of_a_step_stands_below_it_once_with_its_value() {
    let mut said = String::new();
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut play = play(Settings::default(), columns, rows);
        play.press(KeyCode::Down);
        said.push_str(&play.text());
        give(&mut play);
        said.push_str(&play.text());
    }
    let settings = Settings {
        glyphs: Glyphs::Ascii,
        ..Settings::default()
    };
    let mut play = play(settings, 80, 24);
    give(&mut play);
    said.push_str(&play.text());
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(said);
    });
}

#[test]
fn a_click_on_a_variable_selects_its_step() {
    let mut play = play(Settings::default(), 80, 24);
    give(&mut play);
    play.press(KeyCode::Up);
    assert_eq!(play.screen.selected, Some(play.step("size")));
    let at = play.find("\u{2039}secret\u{203a}").unwrap();
    play.click(at);
    assert_eq!(play.screen.selected, Some(play.step("copy")));
}

#[test]
fn every_size_from_nothing_draws_variables() {
    for columns in 0..=60 {
        for rows in 0..=16 {
            let mut play = play(Settings::default(), columns, rows);
            play.press(KeyCode::Tab);
            for key in [KeyCode::End, KeyCode::PageUp, KeyCode::Down] {
                play.press(key);
                play.draw();
            }
            give(&mut play);
        }
    }
}

#[test]
fn the_values_dialog_lists_every_connection_and_names_the_run() {
    let mut opening = opening(sample::plan());
    for name in ["replica", "archive", "metrics"] {
        let target = TargetLine {
            connection: ConnectionName::new(name),
            ..opening.targets[0].clone()
        };
        opening.targets.push(target);
    }
    let mut play = Play::opened(opening, Settings::default(), 80, 24);
    play.press(KeyCode::Char('v'));
    assert!(play.screen.dialog.is_some(), "also on the first screen");
    play.press(KeyCode::Esc);
    play.press(KeyCode::Enter);
    let text = play.text();
    assert!(text.contains(" archive (+1 more: v)"), "{text}");
    play.press(KeyCode::Char('v'));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(play.text());
    });
}
