//! Themes: the same screen in the colours of each, and never a background of our own.

use ratatui::style::Color;
use stepmark_core::record::TransactionStatus::{Failed, Open};

use super::fixture::{Play, exit, refused, sql};
use super::sample;
use super::styles::runs;
use crate::{Colour, Settings, Theme};

fn play(colour: Colour, theme: Theme) -> Play {
    let settings = Settings {
        colour,
        theme,
        ..Settings::default()
    };
    let mut play = Play::of(sample::plan(), settings, 80, 24);
    play.press(crossterm::event::KeyCode::Enter);
    play.run(exit(0));
    play.run(sql("BEGIN", Open));
    play.run(refused(Failed));
    play
}

#[test]
fn a_failure_in_a_transaction_in_every_theme() {
    let mut said = String::new();
    for (colour, theme) in [
        (Colour::Sixteen, Theme::Light),
        (Colour::Indexed, Theme::Dark),
        (Colour::Full, Theme::Dark),
        (Colour::Full, Theme::Light),
    ] {
        said.push_str(&format!("==== {} {colour:?}\n", theme.word()));
        said.push_str(&runs(&play(colour, theme).draw()));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(said);
    });
}

#[test]
fn no_theme_paints_a_background_and_all_say_the_same() {
    let expected = play(Colour::Never, Theme::Auto).text();
    for colour in [
        Colour::Never,
        Colour::Sixteen,
        Colour::Indexed,
        Colour::Full,
    ] {
        for theme in Theme::ALL {
            let mut play = play(colour, theme);
            let buffer = play.draw();
            assert!(buffer.content().iter().all(|cell| cell.bg == Color::Reset));
            assert_eq!(play.text(), expected, "{colour:?} {theme:?}");
        }
    }
}

#[test]
fn the_theme_none_has_no_colour_at_any_depth() {
    let buffer = play(Colour::Full, Theme::None).draw();
    assert!(buffer.content().iter().all(|cell| cell.fg == Color::Reset));
}

#[test]
fn words_of_themes_are_read_back() {
    for theme in Theme::ALL {
        assert_eq!(Theme::of_word(theme.word()), Some(theme));
    }
    assert_eq!(Theme::of_word("blue"), None);
}
