//! Asking a person for a line, before there is a screen.

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A line, without its end.
    Line(String),
    /// Ctrl-C, Ctrl-D, or a terminal that is gone: the person wants nothing of this to happen.
    Left,
}

/// Whether what is typed can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    /// It can.
    Shown,
    /// It cannot, nor how long it is.
    Hidden,
}

/// Somebody who can be told things and asked for a line.
pub(crate) trait Ask {
    /// Says `text`, which ends its lines itself.
    fn tell(&mut self, text: &str);

    /// Puts `prompt` at the start of a line and takes what is typed after it.
    fn ask(&mut self, prompt: &str, echo: Echo) -> Typed;
}
