//! Searching: typing what is sought, going from match to match, and forgetting it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use stepmark_core::output::OutputReader;
use tui_input::Input;

use super::{typing, view};
use crate::layout::Geometry;
use crate::needle::Needle;
use crate::page::PageAnchor;
use crate::screen::{Pane, Screen, View};
use crate::search::{Direction, Found, Place, Search, Seek, Sought};

/// Lines of an output that are looked through between two looks at the keys.
const LINES_AT_ONCE: u64 = 2_048;

/// Asks what to search for: in the output where that has the keys, else in the runbook.
pub(super) fn begin(screen: &mut Screen) {
    let place = match (screen.view, screen.focus) {
        (View::Output, _) | (View::Panes, Pane::Output) => Place::Output,
        (View::Panes | View::Graph, _) => Place::Page,
    };
    screen.view = match screen.view {
        View::Graph => View::Panes,
        view @ (View::Panes | View::Output) => view,
    };
    if place == Place::Page && Geometry::of(screen).page.is_empty() {
        screen.focus = Pane::Page;
    }
    let text = screen
        .search
        .take()
        .map_or_else(String::new, |search| search.text);
    screen.search = Some(Search {
        place,
        typing: Some(Input::default()),
        needle: Needle::default(),
        text,
        found: None,
        seek: None,
        said: "",
    });
}

/// Answers a key while it is asked what to search for; whether it did.
pub(super) fn typed(screen: &mut Screen, key: KeyEvent) -> bool {
    let Some(search) = &mut screen.search else {
        return false;
    };
    let Some(input) = &mut search.typing else {
        return false;
    };
    match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
            screen.search = None;
            return false;
        }
        KeyCode::Esc => screen.search = None,
        KeyCode::Backspace if input.value().is_empty() => screen.search = None,
        KeyCode::Enter => look(screen),
        _ => {
            typing::edit_line(input, key);
            search.needle = Needle::new(input.value());
        }
    }
    true
}

/// Takes pasted text into what is sought; whether it did.
pub(super) fn pasted(screen: &mut Screen, text: &str) -> bool {
    let search = screen.search.as_mut();
    let Some((search, input)) = search.and_then(|search| {
        let input = search.typing.take()?;
        Some((search, input))
    }) else {
        return false;
    };
    let first = text.lines().next().unwrap_or_default();
    let input = typing::with_line(input, first);
    search.needle = Needle::new(input.value());
    search.typing = Some(input);
    true
}

/// Goes to the next match from where one looks; nothing typed is what was sought before.
pub(super) fn look(screen: &mut Screen) {
    let Some(search) = &mut screen.search else {
        return;
    };
    let typed = search
        .typing
        .take()
        .map_or_else(String::new, |input| input.value().to_owned());
    if !typed.is_empty() {
        search.text = typed;
    }
    search.needle = Needle::new(&search.text);
    if search.needle.is_empty() {
        screen.search = None;
        return;
    }
    go(screen, Direction::On);
}

/// Goes to the next match in a direction.
pub(super) fn go(screen: &mut Screen, direction: Direction) {
    let Some(search) = &screen.search else {
        return;
    };
    match search.place {
        Place::Page => go_on_page(screen, direction),
        Place::Output => go_in_output(screen, direction),
    }
}

fn go_on_page(screen: &mut Screen, direction: Direction) {
    let geometry = Geometry::of(screen);
    let columns = usize::from(geometry.page.width);
    let Some(search) = &screen.search else {
        return;
    };
    let from = match search.found {
        Some(Found::Page(place)) => (place, false),
        Some(Found::Line(_)) | None => (screen.page_top, true),
    };
    let plan = &screen.opening.plan;
    let found = screen
        .page
        .find(plan, &search.needle, from, columns, direction);
    let said = match found {
        Some(hit) if hit.is_around => around(direction),
        Some(_) => "",
        None => "not found in the runbook",
    };
    if let Some(hit) = found {
        show_place(screen, hit.place);
    }
    if let Some(search) = &mut screen.search {
        search.found = found.map(|hit| Found::Page(hit.place));
        search.said = said;
    }
}

/// Scrolls the page so that `place` is in sight, and not at all where it is already.
fn show_place(screen: &mut Screen, place: PageAnchor) {
    let page = Geometry::of(screen).page;
    let (columns, height) = (usize::from(page.width), usize::from(page.height));
    let document = &screen.opening.plan.document;
    let seen = screen
        .page
        .window(document, screen.page_top, columns, height);
    if !seen.contains(&place) {
        screen.page_top = screen.page.above(document, place, columns, height / 3);
    }
    screen.reading = true;
    view::keep_in_range(screen);
}

fn go_in_output(screen: &mut Screen, direction: Direction) {
    let lines = screen.output.lines;
    let height = u64::from(Geometry::of(screen).output.height);
    let (rows, _) = screen.output_rows(Geometry::of(screen).output.width);
    let top = screen.output.first_row(rows, height);
    let id = screen.output.id.clone();
    let Some(search) = &mut screen.search else {
        return;
    };
    let Some(id) = id.filter(|_| lines > 0) else {
        search.said = "there is no output to search";
        return;
    };
    let last = lines.saturating_sub(1);
    let from = match (search.found, direction) {
        (Some(Found::Line(line)), Direction::On) if line >= last => 0,
        (Some(Found::Line(line)), Direction::On) => line + 1,
        (Some(Found::Line(line)), Direction::Back) => line.checked_sub(1).unwrap_or(last),
        (Some(Found::Page(_)) | None, _) => top,
    };
    search.said = "";
    search.seek = Some(Seek::new(id, from, lines, direction));
}

/// Whether a look through an output is under way.
pub(crate) fn is_seeking(screen: &Screen) -> bool {
    let search = screen.search.as_ref();
    search.is_some_and(|search| search.seek.is_some())
}

/// Looks through a part of the output, so that keys are heard in between.
pub(crate) fn seek(screen: &mut Screen, reader: &dyn OutputReader) {
    let is_shown = |screen: &Screen, seek: &Seek| screen.output.id.as_ref() == Some(&seek.id);
    let Some(mut seek) = screen.search.as_mut().and_then(|search| search.seek.take()) else {
        return;
    };
    if !is_shown(screen, &seek) {
        return;
    }
    let Some(search) = &mut screen.search else {
        return;
    };
    let direction = seek.direction();
    match seek.go_on(&search.needle, reader, LINES_AT_ONCE) {
        Sought::Unfinished => search.seek = Some(seek),
        Sought::Nowhere => search.said = "not found in the output",
        Sought::Found(hit) => {
            search.found = Some(Found::Line(hit.place));
            if hit.is_around {
                search.said = around(direction);
            }
            show_line(screen, hit.place);
        }
    }
}

/// Scrolls the output so that `line` is in sight, with some lines before it.
fn show_line(screen: &mut Screen, line: u64) {
    let output = Geometry::of(screen).output;
    let height = u64::from(output.height);
    let (rows, _) = screen.output_rows(output.width);
    let first = screen.output.first_row(rows, height);
    let is_seen = (first..first + height).contains(&line);
    screen.output.top = Some(match is_seen {
        true => first,
        false => line
            .saturating_sub(height / 3)
            .min(rows.saturating_sub(height)),
    });
}

fn around(direction: Direction) -> &'static str {
    match direction {
        Direction::On => "went on from the start",
        Direction::Back => "went on from the end",
    }
}
