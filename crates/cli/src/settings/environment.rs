//! Settings in variables of the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use stepmark_tui::Theme;

use super::{Origin, Setting, wrong};
use crate::Complaint;

/// The variables of an environment.
pub(super) struct Variables<'a>(pub(super) &'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    /// One that is empty is as good as none.
    fn value(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A value that is to be one of some words; what is no UTF-8 is none of them.
    fn word(&self, name: &str) -> Option<String> {
        let value = self.value(name)?;
        Some(value.to_string_lossy().into_owned())
    }

    /// The path that `name` holds.
    pub(super) fn path(&self, name: &'static str) -> Option<Setting<Option<PathBuf>>> {
        let path = PathBuf::from(self.value(name)?);
        Some(Setting::of(Some(path), Origin::Environment(name)))
    }

    /// Whether `name` says yes or no.
    pub(super) fn truth(&self, name: &'static str) -> Result<Option<Setting<bool>>, Complaint> {
        let Some(value) = self.word(name) else {
            return Ok(None);
        };
        let origin = Origin::Environment(name);
        match value.as_str() {
            "1" | "true" => Ok(Some(Setting::of(true, origin))),
            "0" | "false" => Ok(Some(Setting::of(false, origin))),
            _ => Err(wrong(&origin, format!("{value} is neither true nor false"))
                .hint(format!("set {name} to true or false, or unset it"))),
        }
    }

    /// The theme: `NO_COLOR` asks for none, whatever else is said.
    pub(super) fn theme(&self) -> Result<Option<Setting<Theme>>, Complaint> {
        const NAME: &str = "STEPMARK_THEME";
        if self.value("NO_COLOR").is_some() {
            return Ok(Some(Setting::of(
                Theme::None,
                Origin::Environment("NO_COLOR"),
            )));
        }
        let Some(word) = self.word(NAME) else {
            return Ok(None);
        };
        let origin = Origin::Environment(NAME);
        match Theme::of_word(&word) {
            Some(theme) => Ok(Some(Setting::of(theme, origin))),
            None => Err(wrong(&origin, format!("there is no theme called {word}"))
                .hint(super::file::themes())),
        }
    }
}
