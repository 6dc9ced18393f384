//! Styles, for the few screens where they carry weight: as runs of cells that look alike.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use stepmark_core::record::TransactionStatus::{Failed, Open};

use super::fixture::{Play, exit, refused, sql};
use super::sample;
use crate::{Colour, Settings};

/// Every run of styled cells: row, columns, style, text.
pub(super) fn runs(buffer: &Buffer) -> String {
    let mut said = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut x = buffer.area.left();
        while x < buffer.area.right() {
            let look = |x: u16| {
                let cell = &buffer[(x, y)];
                (cell.fg, cell.bg, cell.modifier)
            };
            let start = x;
            let mut text = String::new();
            while x < buffer.area.right() && look(x) == look(start) {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            let (fg, bg, modifier) = look(start);
            let plain = (fg, bg, modifier) == (Color::Reset, Color::Reset, Modifier::empty());
            if !plain {
                let text = text.trim_end();
                said.push_str(&format!(
                    "{y:>2} {start:>3}..{x:<3} {fg} on {bg} {modifier:?} {text:?}\n"
                ));
            }
        }
    }
    said
}

fn failed(settings: Settings) -> Play {
    let mut play = Play::of(sample::plan(), settings, 80, 24);
    play.press(KeyCode::Enter);
    play.run(exit(0));
    play.run(sql("BEGIN", Open));
    play.print("add-column", 1, &["\u{1b}[33mWARNING\u{1b}[0m: it is late"]);
    play.run(refused(Failed));
    play
}

#[test]
fn styles_of_a_failure_in_a_transaction() {
    let buffer = failed(Settings::default()).draw();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(runs(&buffer));
    });
}

#[test]
fn styles_of_a_running_step_and_a_dialog() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Char('q'));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(runs(&play.draw()));
    });
}

#[test]
fn without_colour_no_cell_has_one() {
    let settings = Settings {
        colour: Colour::Never,
        ..Settings::default()
    };
    let buffer = failed(settings).draw();
    for cell in buffer.content() {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
    let loud = Modifier::REVERSED | Modifier::BOLD;
    let badge: String = buffer.content()[80..160]
        .iter()
        .filter(|cell| cell.modifier.contains(loud))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(badge.trim(), "TRANSACTION FAILED \u{b7} 1 held");
}
