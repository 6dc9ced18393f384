//! Where what is copied goes.

/// Where what is copied goes. Terminals never answer whether they took something into their clipboard (OSC 52), so this is
/// told from what they are known to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// Into the terminal's clipboard.
    #[default]
    Terminal,
    /// There, and into a file as well: tmux and screen pass it on only where they are set up to.
    TerminalAndFile,
    /// Into a file: there is no clipboard.
    File,
}

impl Clipboard {
    /// What suits a terminal that calls itself `term` (`TERM`), inside tmux (`TMUX`) or screen (`STY`) where those are set.
    pub fn of_terminal(term: Option<&str>, tmux: Option<&str>, sty: Option<&str>) -> Self {
        let is_set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        let term = term.unwrap_or_default();
        let inside = term.starts_with("screen") || term.starts_with("tmux");
        match term {
            "linux" | "dumb" | "vt100" | "vt220" => Self::File,
            _ if inside || is_set(tmux) || is_set(sty) => Self::TerminalAndFile,
            _ => Self::Terminal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_may_refuse_gets_a_file_beside_it() {
        let cases = [
            (Some("xterm-256color"), None, None, Clipboard::Terminal),
            (None, None, None, Clipboard::Terminal),
            (
                Some("xterm"),
                Some("/tmp/tmux"),
                None,
                Clipboard::TerminalAndFile,
            ),
            (Some("xterm"), Some(""), None, Clipboard::Terminal),
            (Some("screen"), None, None, Clipboard::TerminalAndFile),
            (
                Some("xterm"),
                None,
                Some("1.tty"),
                Clipboard::TerminalAndFile,
            ),
            (Some("linux"), None, None, Clipboard::File),
        ];
        for (term, tmux, sty, expected) in cases {
            assert_eq!(
                Clipboard::of_terminal(term, tmux, sty),
                expected,
                "{term:?}"
            );
        }
    }
}
