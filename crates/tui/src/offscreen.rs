//! The screen without a terminal: hears the same, and draws into cells. For benchmarks and for whoever wants a picture.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use stepmark_core::Timestamp;
use stepmark_core::output::OutputReader;

use crate::canvas::Canvas;
use crate::message::Message;
use crate::screen::Screen;
use crate::update::{search, update};
use crate::{News, Opening, Settings};

/// The screen without a terminal.
#[derive(Debug)]
pub struct Offscreen {
    screen: Screen,
    canvas: Canvas,
}

impl Offscreen {
    /// The first screen, of so many columns and rows.
    pub fn new(opening: Opening, settings: Settings, columns: u16, rows: u16) -> Self {
        let mut offscreen = Self {
            screen: Screen::new(opening, settings),
            canvas: Canvas::default(),
        };
        offscreen.tell(Message::Resized(columns, rows));
        offscreen
    }

    /// Takes in what a link has to tell.
    pub fn hear(&mut self, news: News) {
        self.tell(Message::News(news));
    }

    /// It is this late.
    pub fn tick(&mut self, now: Timestamp) {
        self.tell(Message::Tick(now));
    }

    /// A key is pressed; what it asks of a run goes nowhere.
    pub fn press(&mut self, key: KeyEvent) {
        self.tell(Message::Key(key));
    }

    /// Draws a frame; none where it looks like the one before.
    pub fn draw(&mut self, outputs: &dyn OutputReader) -> Option<&Buffer> {
        self.screen.look(outputs);
        update(&mut self.screen, Message::Shown);
        self.canvas.frame(&self.screen).map(|frame| &frame.cells)
    }

    /// Looks on for what is searched for in an output; whether there is more to look through.
    pub fn seek(&mut self, outputs: &dyn OutputReader) -> bool {
        search::seek(&mut self.screen, outputs);
        search::is_seeking(&self.screen)
    }

    fn tell(&mut self, message: Message) {
        update(&mut self.screen, message);
    }
}
