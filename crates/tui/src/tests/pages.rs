//! The page: places, windows and scrolling agree with the whole page laid out at once.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use stepmark_core::plan::{Interpreter, StepKind};

use super::fixture::Play;
use super::sample::{self, Author};
use crate::page::{Page, PageAnchor, PageVariables};
use crate::palette::Palette;
use crate::{Colour, Glyphs, Settings, Theme};

fn whole(page: &Page, columns: usize) -> Vec<PageAnchor> {
    let document = &sample::plan().document;
    let rows = |block| page.rows(document, block, columns).len();
    (0..document.blocks.len())
        .flat_map(|block| (0..rows(block)).map(move |row| PageAnchor { block, row }))
        .collect()
}

proptest! {
    #[test]
    fn windows_and_scrolling_match_the_whole_page(
        columns in 1_usize..90,
        height in 1_usize..40,
        from in 0_usize..80,
        count in 0_usize..50,
    ) {
        let palette = Palette::new(Colour::Sixteen, Theme::Auto);
        let page = Page::new(palette, Glyphs::Unicode, PageVariables::default());
        let document = &sample::plan().document;
        let all = whole(&page, columns);
        let last = all.len().saturating_sub(height);
        let from = from.min(last);
        let expected = &all[from..(from + height).min(all.len())];
        prop_assert_eq!(page.window(document, all[from], columns, height), expected);
        let up = page.above(document, all[from], columns, count);
        prop_assert_eq!(up, all[from.saturating_sub(count)]);
        let down = page.below(document, all[from], columns, (count, height));
        prop_assert_eq!(down, all[(from + count).min(last)]);
    }
}

#[test]
fn ten_thousand_steps_open_and_end_without_rendering_them_all() {
    let mut author = Author::default();
    author.heading(1, "Long");
    for at in 0..10_000 {
        author.heading(2, &format!("Part {at}"));
        author.step(
            &format!("step-{at}"),
            StepKind::Shell(Interpreter::Bash),
            "true\n",
        );
    }
    let mut play = Play::of(author.plan("Long"), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    play.press(KeyCode::End);
    let text = play.text();
    assert!(
        text.contains("Part 9999") && text.contains("step-9999"),
        "{text}"
    );
    let rendered = play.screen.page.rendered();
    assert!(rendered < 200, "{rendered} blocks were rendered");
}

#[test]
fn every_step_can_be_selected_and_is_then_on_the_page() {
    let mut play = Play::begun(80, 24);
    for at in 0..play.screen.plan().steps.len() {
        assert_eq!(play.screen.selected.map(|step| step.0), Some(at));
        let id = play.screen.plan().steps[at].id.to_string();
        let bar = format!("\u{258c} \u{25cb} {id}");
        assert!(play.text().contains(&bar), "{bar} in\n{}", play.text());
        play.press(KeyCode::Down);
    }
}
