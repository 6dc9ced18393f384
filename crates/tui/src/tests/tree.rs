//! The tree: which headings and steps get a row, and what it says.

use std::time::Duration;

use crossterm::event::KeyCode;
use stepmark_core::StepIndex;
use stepmark_core::plan::{IdOrigin, Interpreter, Plan, Role, StepKind};

use super::fixture::Play;
use super::sample::{self, Author};
use crate::Settings;
use crate::message::Message;
use crate::tree::Tree;

const BASH: StepKind = StepKind::Shell(Interpreter::Bash);

fn check(plan: &Plan, expected: &[&str]) {
    let tree = Tree::new(plan);
    let rows: Vec<String> = tree
        .rows
        .iter()
        .map(|row| {
            let indent = "  ".repeat(row.depth);
            match row.step {
                Some(step) => format!("{indent}{}: {}", step.0, row.label),
                None => format!("{indent}{}", row.label),
            }
        })
        .collect();
    assert_eq!(rows, expected);
    for (index, _) in plan.indexed() {
        assert_eq!(tree.rows[tree.row_of(index)].step, Some(index));
    }
}

#[test]
fn a_heading_with_one_step_is_that_step() {
    check(
        &sample::plan(),
        &[
            "0: Look first",
            "Add the column",
            "  1: begin",
            "  2: add-column",
            "  3: commit",
            "4: Fill it",
            "Make it required",
            "  5: validate",
            "  6: drop-old",
            "7: Tell people",
        ],
    );
}

#[test]
fn headings_nest_and_steps_without_one_stand_alone() {
    let mut author = Author::default();
    author.step("early", BASH, "true\n");
    author.heading(2, "Outer").step("first", BASH, "true\n");
    author.heading(3, "Inner").step("second", BASH, "true\n");
    author.heading(3, "Other").step("third", BASH, "true\n");
    author.step("fourth", BASH, "true\n");
    check(
        &author.plan("T"),
        &[
            "0: early",
            "Outer",
            "  1: first",
            "  2: Inner",
            "  Other",
            "    3: third",
            "    4: fourth",
        ],
    );
}

#[test]
fn a_derived_id_gives_way_to_a_title_of_its_own() {
    let mut author = Author::default();
    author.heading(2, "Look").step("look", BASH, "true\n");
    author.with(|step| step.id_origin = IdOrigin::Derived);
    author.step("check-the-dashboard", StepKind::Manual, "Check it.");
    author.with(|step| {
        step.id_origin = IdOrigin::Derived;
        step.title = "check the dashboard".to_owned();
    });
    check(
        &author.plan("T"),
        &["Look", "  0: look", "  1: check the dashboard"],
    );
}

#[test]
fn attached_steps_stand_under_the_step_they_belong_to() {
    let mut author = Author::default();
    author.heading(2, "Do").step("do", BASH, "true\n");
    author.step("undo", BASH, "true\n");
    author.with(|step| step.role = Role::RollbackOf(StepIndex(0)));
    author.step("probe", BASH, "true\n");
    author.with(|step| step.role = Role::ProbeOf(StepIndex(0)));
    author.heading(2, "Next").step("next", BASH, "true\n");
    check(
        &author.plan("T"),
        &["0: Do", "  1: undo", "  2: probe", "3: Next"],
    );
}

#[test]
fn a_plan_without_steps_has_no_rows() {
    let mut author = Author::default();
    author.heading(1, "Nothing").paragraph("to do");
    check(&author.plan("Nothing"), &[]);
}

#[test]
fn a_running_step_stands_beside_its_estimate_where_there_is_room() {
    let mut author = Author::default();
    author.heading(2, "Move");
    author.step("a", StepKind::Sql, "SELECT 1;\n");
    author.with(|step| step.flow.estimate = Some(Duration::from_secs(240)));
    author.step("b", StepKind::Sql, "SELECT 1;\n");
    let mut play = Play::of(author.plan("Move"), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Enter);
    play.carry();
    play.wait(75);
    let row = |play: &mut Play| {
        let text = play.text();
        let line = text.lines().find(|line| line.contains("\u{25b6} a"));
        let line = line.expect("the step has a row").to_owned();
        line.chars().take(24).collect::<String>()
    };
    assert_eq!(row(&mut play), "\u{203a}  \u{25b6} a 1 m 15 s of ~4 m ");
    assert!(play.text().contains("running 1 m 15 s of ~4 m"));
    play.tell(Message::Resized(70, 24));
    play.press(KeyCode::Char('<'));
    assert!(
        row(&mut play).contains("1 m 15 s \u{2502}"),
        "{}",
        row(&mut play)
    );
}
