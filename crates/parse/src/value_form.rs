//! The forms an attribute's value can have.

/// What stands after an attribute's `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueForm {
    /// Nothing; `=true` and `=false` are read as well.
    Flag,
    /// Nothing, or any text.
    FlagOrText,
    /// Nothing, or a connection's name.
    FlagOrConnection,
    /// A step id to be given.
    NewId,
    /// The id of a step named elsewhere.
    StepId,
    /// Ids of steps named elsewhere, with commas, or `none`.
    StepIds,
    /// A connection's name.
    Connection,
    /// A duration above zero: `500ms`, `30s`, `5m`, `2h`, `1h30m`.
    Duration,
    /// A whole number from 1.
    Count,
    /// A variable's name.
    Name,
    /// Names of variables, with commas.
    Names,
    /// `empty`, `rows`, a text, or a regular expression between slashes.
    Expectation,
    /// Any text.
    Text,
    /// The path of a file, from the folder of the one it is written in.
    Path,
}

impl ValueForm {
    /// How the attribute called `name` is written.
    pub fn example(self, name: &str) -> String {
        match self {
            Self::Flag => name.to_owned(),
            Self::FlagOrText => format!("{name}, or {name}=\"text\""),
            Self::FlagOrConnection => format!("{name}, or {name}=CONNECTION"),
            Self::NewId => format!("{name}=ID"),
            Self::StepId => format!("{name}=STEP"),
            Self::StepIds => format!("{name}=STEP,STEP or {name}=none"),
            Self::Connection => format!("{name}=CONNECTION"),
            Self::Duration => format!("{name}=30s"),
            Self::Count => format!("{name}=3"),
            Self::Name => format!("{name}=NAME"),
            Self::Names => format!("{name}=a,b"),
            Self::Expectation => {
                format!("{name}=empty, {name}=rows, {name}=\"text\" or {name}=/regex/")
            }
            Self::Text => format!("{name}=\"text\""),
            Self::Path => format!("{name}=PATH"),
        }
    }
}
