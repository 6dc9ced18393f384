//! What a shell step is to the run while it goes on.

/// What a shell step is to the run while it goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShellMode {
    /// The run waits for it.
    #[default]
    Foreground,
    /// It stays up while other steps run; it leaves no state.
    Background,
    /// It has the terminal: its standard streams are the terminal, and nothing it prints is kept.
    Terminal,
}
