//! Colours of output, one line in, styled runs out.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use crate::Colour;
use crate::sgr::{plain, styled};

fn check(line: &str, expected: &[(&str, Style)]) {
    let expected: Vec<Span<'static>> = expected
        .iter()
        .map(|(text, style)| Span::styled((*text).to_owned(), *style))
        .collect();
    assert_eq!(styled(line, Colour::Full), expected, "{line:?}");
}

#[test]
fn colours_become_styles() {
    let plain = Style::new();
    let red = plain.fg(Color::Red);
    check("plain", &[("plain", plain)]);
    check("", &[]);
    check(
        "a\u{1b}[31mb\u{1b}[0mc",
        &[("a", plain), ("b", red), ("c", plain)],
    );
    check(
        "a\u{1b}[31mb\u{1b}[mc",
        &[("a", plain), ("b", red), ("c", plain)],
    );
    check("\u{9b}31mb", &[("b", red)]);
    check("\u{1b}[31m\u{1b}[32mb", &[("b", plain.fg(Color::Green))]);
    check(
        "\u{1b}[1;31mb\u{1b}[22mc",
        &[
            ("b", red.add_modifier(Modifier::BOLD)),
            ("c", red.remove_modifier(Modifier::BOLD | Modifier::DIM)),
        ],
    );
    check(
        "\u{1b}[91;104mb\u{1b}[39;49mc",
        &[
            ("b", plain.fg(Color::LightRed).bg(Color::LightBlue)),
            ("c", plain),
        ],
    );
    check("\u{1b}[38;5;208mb", &[("b", plain.fg(Color::Indexed(208)))]);
    check(
        "\u{1b}[48;2;1;2;3mb",
        &[("b", plain.bg(Color::Rgb(1, 2, 3)))],
    );
    check(
        "\u{1b}[38;5;208;1mb",
        &[(
            "b",
            plain.fg(Color::Indexed(208)).add_modifier(Modifier::BOLD),
        )],
    );
    check("\u{1b}[38;5;999mb", &[("b", plain)]);
    check("\u{1b}[38mb", &[("b", plain)]);
    check("\u{1b}[99999999mb", &[("b", plain)]);
}

#[test]
fn everything_else_is_dropped() {
    let plain = Style::new();
    for dropped in [
        "\u{1b}[2J",
        "\u{1b}[10;10H",
        "\u{1b}[?25l",
        "\u{1b}[>31m",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]52;c;aGk=\u{1b}\\",
        "\u{1b}P1$r0m\u{1b}\\",
        "\u{1b}(B",
        "\u{1b}c",
        "\u{7}",
        "\u{8}\r",
        "\u{90}",
        "\u{7f}",
        "\u{1b}[8m",
    ] {
        check(&format!("a{dropped}b"), &[("ab", plain)]);
    }
    check("a\u{1b}", &[("a", plain)]);
    check("a\u{1b}[31", &[("a", plain)]);
    check("a\u{1b}]0;never ends", &[("a", plain)]);
    check("a\u{202e}b", &[("a\u{fffd}b", plain)]);
    check("a\tb", &[("a       b", plain)]);
    check("\u{4e16}\tb", &[("\u{4e16}      b", plain)]);
}

#[test]
fn without_colour_the_weight_stays() {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let found = styled("\u{1b}[1;31;48;5;3mb", Colour::Never);
    assert_eq!(found, [Span::styled("b", bold)]);
}

#[test]
fn a_megabyte_of_tabs_is_drawn_in_one_go() {
    let line = "a\t".repeat(512 * 1024);
    assert_eq!(plain(&line).len(), 8 * 512 * 1024);
    let drawn = plain("\u{1b}[31ma\u{1b}[0mb\t\u{754c}\tc").into_owned();
    assert_eq!(drawn, "ab      \u{754c}      c");
}
