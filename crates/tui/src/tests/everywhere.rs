//! Every screen and every dialog at 80×24 and at 160×50, as text and as runs of styles.

use crossterm::event::KeyCode;
use stepmark_core::ConnectionName;
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_core::runner::{Notice, OpenFailure, Setting};

use super::fixture::{Play, exit, sql, text};
use super::styles::runs;
use super::{
    background, flows, lost_state, replaying, screens, states, taken_up, ticking, undo, unknown,
    variables, watching,
};
use crate::Settings;

type Scene = (&'static str, fn(u16, u16) -> Play);

/// Draws `scene` at both sizes.
fn check((name, scene): Scene) {
    for (columns, rows) in [(80, 24), (160, 50)] {
        let buffer = scene(columns, rows).draw();
        let shown = format!("{}---- styles\n{}", text(&buffer), runs(&buffer));
        let name = format!("{name}_{columns}x{rows}");
        insta::with_settings!({
            omit_expression => true,
            prepend_module_to_snapshot => false,
            snapshot_path => "snapshots/everywhere",
        }, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

fn after(mut play: Play, keys: &str) -> Play {
    for c in keys.chars() {
        match c {
            '\n' => play.press(KeyCode::Enter),
            c => play.press(KeyCode::Char(c)),
        }
    }
    play
}

/// The output of the first step has the keys.
fn in_output(columns: u16, rows: u16) -> Play {
    let mut play = screens::running(columns, rows);
    play.press(KeyCode::BackTab);
    play
}

fn every_state(columns: u16, rows: u16) -> Play {
    let mut play = states::every(rows);
    play.tell(crate::message::Message::Resized(columns, rows));
    play
}

fn connection_failed(columns: u16, rows: u16) -> Play {
    let mut play = Play::begun(columns, rows);
    let setting = |name: &str, value: &str, origin: &str| Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        origin: origin.to_owned(),
    };
    let failure = OpenFailure {
        message: "password authentication failed for user \"app\"".to_owned(),
        hint: Some("Check the entry in ~/.pgpass.".to_owned()),
        password: None,
        settings: vec![
            setting("host", "127.0.0.1", "PGHOST"),
            setting("password", "\u{2039}set\u{203a}", "~/.pgpass"),
        ],
    };
    play.notice(Notice::OpenFailed(ConnectionName::default(), failure));
    play
}

fn finished(columns: u16, rows: u16) -> Play {
    let mut play = screens::before_validate(columns, rows);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Char('y'));
    play.carry();
    play.end(sql("ALTER TABLE", Idle));
    play.shown();
    play.press(KeyCode::Char('s'));
    play.keys("kept for the old clients");
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play
}

fn confirm(columns: u16, rows: u16) -> Play {
    let mut play = after(screens::before_validate(columns, rows), "\n");
    play.carry_and_show();
    play
}

fn typed_confirm(columns: u16, rows: u16) -> Play {
    let mut play = after(confirm(columns, rows), "y");
    play.carry();
    play.end(sql("ALTER TABLE", Idle));
    play.shown();
    play.press(KeyCode::Enter);
    play.carry_and_show();
    after(play, "order\n")
}

fn waits(columns: u16, rows: u16) -> Play {
    let mut play = flows::waits(columns, rows);
    let seen = flows::finding(true, "the cell is \u{201c}0\u{201d}");
    flows::waiting(&mut play, 31, Some(seen), Some(12));
    play
}

fn unknown(columns: u16, rows: u16) -> Play {
    unknown::asked(unknown::plan(), Settings::default(), columns, rows)
}

#[test]
fn screens_of_a_run() {
    let scenes: [Scene; 14] = [
        ("first", Play::new),
        ("first_taken_up", |columns, rows| {
            taken_up::put_down(Settings::default(), columns, rows)
        }),
        ("pending", Play::begun),
        ("running", screens::running),
        ("failed", screens::failed),
        ("in_transaction", screens::in_transaction),
        ("every_state", every_state),
        ("finished", finished),
        ("waiting", waits),
        ("retrying", flows::retrying),
        ("up", |columns, rows| {
            background::up(Settings::default(), columns, rows)
        }),
        ("blocked", |columns, rows| {
            watching::blocked(Settings::default(), columns, rows)
        }),
        ("building", |columns, rows| {
            watching::building(Settings::default(), columns, rows)
        }),
        ("output_alone", |columns, rows| {
            after(screens::running(columns, rows), "o")
        }),
    ];
    scenes.into_iter().for_each(check);
}

#[test]
fn searches_the_graph_and_a_run_read_again() {
    let scenes: [Scene; 7] = [
        ("search_typing", |columns, rows| {
            after(Play::begun(columns, rows), "/lock")
        }),
        ("search_found_on_the_page", |columns, rows| {
            after(Play::begun(columns, rows), "/column\nn")
        }),
        ("search_found_in_the_output", |columns, rows| {
            let mut play = after(in_output(columns, rows), "/avail\n");
            play.seek();
            play
        }),
        ("search_found_nowhere", |columns, rows| {
            after(Play::begun(columns, rows), "/nowhere\n")
        }),
        ("graph", |columns, rows| {
            after(replaying::branching(columns, rows), "g")
        }),
        ("replay_at_its_end", replaying::finished),
        ("replay_in_the_middle", |columns, rows| {
            after(replaying::finished(columns, rows), "[[[")
        }),
    ];
    scenes.into_iter().for_each(check);
}

#[test]
fn dialogs_that_ask() {
    let scenes: [Scene; 14] = [
        ("confirm", confirm),
        ("typed_confirm", typed_confirm),
        ("tick", |columns, rows| {
            let names = ["ticket", "window"];
            after(ticking::play(&names, columns, rows), "\nOPS-7")
        }),
        ("skip", |columns, rows| {
            after(Play::begun(columns, rows), "slooked already")
        }),
        ("note", |columns, rows| {
            after(Play::begun(columns, rows), "nquiet tonight")
        }),
        ("abandon", |columns, rows| {
            after(screens::in_transaction(columns, rows), "x")
        }),
        ("undo", |columns, rows| {
            undo::asked(Settings::default(), columns, rows)
        }),
        ("undo_failed", |columns, rows| {
            undo::stopped(Settings::default(), columns, rows)
        }),
        ("unknown", unknown),
        ("resolve", |columns, rows| {
            after(unknown(columns, rows), "d")
        }),
        ("end_background", |columns, rows| {
            after(background::up(Settings::default(), columns, rows), "e")
        }),
        ("state_missing", |columns, rows| {
            lost_state::asked(Settings::default(), columns, rows)
        }),
        ("waive", |columns, rows| {
            after(lost_state::asked(Settings::default(), columns, rows), "w")
        }),
        ("leave_running", |columns, rows| {
            after(screens::running(columns, rows), "q")
        }),
    ];
    scenes.into_iter().for_each(check);
}

#[test]
fn dialogs_that_tell() {
    let scenes: [Scene; 7] = [
        ("leave_open", |columns, rows| {
            after(screens::in_transaction(columns, rows), "q")
        }),
        ("closing_in_the_middle", |columns, rows| {
            let mut play = Play::begun(columns, rows);
            play.run(exit(0));
            after(play, "q")
        }),
        ("closing_at_the_end", |columns, rows| {
            after(finished(columns, rows), "q")
        }),
        ("connection_failed", connection_failed),
        ("blockers", |columns, rows| {
            after(watching::blocked(Settings::default(), columns, rows), "b")
        }),
        ("values", |columns, rows| {
            let mut play = variables::play(Settings::default(), columns, rows);
            variables::give(&mut play);
            after(play, "v")
        }),
        ("help", |columns, rows| {
            after(Play::begun(columns, rows), "?")
        }),
    ];
    scenes.into_iter().for_each(check);
}
