//! The settings file, a small TOML file. What it does not know is an error with its place, and so is what would make runs less
//! safe or would hold a secret.

use std::path::{Path, PathBuf};

use stepmark_parse::nearest;
use stepmark_tui::Theme;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Origin, Setting, wrong};
use crate::app::reason;
use crate::{Complaint, Exit};

/// What `stepmark config init` writes: every setting as it is without the file.
pub(crate) const EXAMPLE: &str = "\
# Settings of stepmark; `stepmark config` says which value each has and where it comes from.
# Flags and environment variables go before this file. No secrets here, and nothing that answers for you.

# theme = \"auto\"                 # auto, dark, light, none
# mouse = true                   # false leaves it to the terminal
# ascii = false                  # draw with ASCII signs only
# plain = false                  # ask in lines with numbered answers instead of on the screen
# log-dir = \"/var/log/stepmark\"  # where runs are kept, instead of .stepmark beside each runbook
# sign = \"~/.ssh/id_ed25519\"     # sign each run's log with this key

# [keys]                         # keys of the screen, beside or instead of the usual ones
# run-on = \"a\"
";

/// The settings that there are.
const KNOWN: &[&str] = &[
    "theme", "mouse", "ascii", "plain", "log-dir", "sign", "keys",
];

/// What may not be set here, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("yes", "it answers questions that are asked for a reason"),
    (
        "confirm",
        "it answers questions that are asked for a reason",
    ),
    (
        "accept-changes",
        "it answers a question that is asked for a reason",
    ),
    (
        "orphans",
        "it answers a question that is asked for a reason",
    ),
    ("resolve", "what a step did is said of that step, each time"),
    ("environment", "where a run goes is said each time"),
    ("connect", "where a run goes is said each time"),
    ("url", "where a run goes is said each time"),
    ("database", "where a run goes is said each time"),
    ("host", "where a run goes is said each time"),
    ("set", "inputs are given each time, and some are secret"),
    ("inputs", "inputs are given each time, and some are secret"),
    ("password", "no secret belongs into a settings file"),
    ("secret", "no secret belongs into a settings file"),
    ("token", "no secret belongs into a settings file"),
    ("no-target-lock", "it makes every run less safe"),
    ("target-lock", "it makes every run less safe"),
    ("on-failure", "what follows a failure is said each time"),
    ("scratch", "where a run goes is said each time"),
    ("until", "what a run does is said each time"),
    ("json", "what a run does is said each time"),
];

/// What stands in a settings file; nothing where there is none.
#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    pub(super) theme: Option<Setting<Theme>>,
    pub(super) mouse: Option<Setting<bool>>,
    pub(super) ascii: Option<Setting<bool>>,
    pub(super) plain: Option<Setting<bool>>,
    pub(super) log_dir: Option<Setting<Option<PathBuf>>>,
    pub(super) sign: Option<Setting<Option<PathBuf>>>,
    pub(super) keys: Vec<(String, Setting<String>)>,
}

impl ConfigFile {
    /// Reads the file at `path`; one that is not there says nothing.
    pub(crate) fn read(path: &Path) -> Result<Self, Complaint> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let home = std::env::var_os("HOME").map(PathBuf::from);
                Self::parse(&text, path, home.as_deref())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => {
                let message = format!("cannot read {}: {}", path.display(), reason(&error));
                let hint = "`STEPMARK_CONFIG=` before the command does without the file";
                Err(Complaint::new(Exit::Usage, message).hint(hint))
            }
        }
    }

    /// Understands `text`, the file at `path`; `~/` is in `home`.
    pub(super) fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self, Complaint> {
        let reader = Reader { text, path, home };
        let table = DeTable::parse(text).map_err(|error| {
            let place = reader.origin(error.span().map_or(0, |span| span.start));
            wrong(&place, error.message().replace('\n', ", ")).hint(
                "a setting is a line such as `mouse = false`; `stepmark config init` writes an example",
            )
        })?;
        let mut found = Self::default();
        for (key, value) in table.get_ref() {
            let origin = reader.origin(key.span().start);
            let name: &str = key.get_ref();
            match name {
                "theme" => found.theme = Some(theme(name, value, origin)?),
                "mouse" => found.mouse = Some(truth(name, value, origin)?),
                "ascii" => found.ascii = Some(truth(name, value, origin)?),
                "plain" => found.plain = Some(truth(name, value, origin)?),
                "log-dir" => found.log_dir = Some(reader.place(name, value, origin)?),
                "sign" => found.sign = Some(reader.place(name, value, origin)?),
                "keys" => found.keys = reader.keys(value, &origin)?,
                _ => return Err(unknown(name, &origin)),
            }
        }
        Ok(found)
    }
}

/// A file that is read, for the places of what stands in it.
struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    home: Option<&'a Path>,
}

impl Reader<'_> {
    fn origin(&self, offset: usize) -> Origin {
        let before = self.text.bytes().take(offset);
        Origin::File {
            path: self.path.to_owned(),
            line: 1 + before.filter(|byte| *byte == b'\n').count(),
        }
    }

    /// A path that is the same wherever one stands.
    fn place(
        &self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        origin: Origin,
    ) -> Result<Setting<Option<PathBuf>>, Complaint> {
        let text = text(name, value, &origin)?;
        let path = match (text.strip_prefix("~/"), self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            (Some(_), None) | (None, _) => PathBuf::from(text),
        };
        match path.is_absolute() {
            true => Ok(Setting::of(Some(path), origin)),
            false => Err(wrong(
                &origin,
                format!("{name} is “{text}”, which is another place in each folder"),
            )
            .hint("begin it with `/` or `~/`")),
        }
    }

    fn keys(
        &self,
        value: &Spanned<DeValue<'_>>,
        origin: &Origin,
    ) -> Result<Vec<(String, Setting<String>)>, Complaint> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(
                wrong(origin, "keys is a table of actions, each with its key")
                    .hint("write a line [keys], and below it lines such as run-on = \"a\""),
            );
        };
        let mut keys = Vec::new();
        for (action, key) in table {
            let origin = self.origin(action.span().start);
            let key = text(action.get_ref(), key, &origin)?.to_owned();
            keys.push((action.get_ref().to_string(), Setting::of(key, origin)));
        }
        Ok(keys)
    }
}

/// What the themes are called.
pub(super) fn themes() -> String {
    format!("the themes are {}", Theme::ALL.map(Theme::word).join(", "))
}

fn theme(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    origin: Origin,
) -> Result<Setting<Theme>, Complaint> {
    let word = text(name, value, &origin)?;
    match Theme::of_word(word) {
        Some(theme) => Ok(Setting::of(theme, origin)),
        None => Err(wrong(&origin, format!("there is no theme called {word}")).hint(themes())),
    }
}

fn truth(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    origin: Origin,
) -> Result<Setting<bool>, Complaint> {
    match value.get_ref() {
        DeValue::Boolean(value) => Ok(Setting::of(*value, origin)),
        _ => Err(
            wrong(&origin, format!("{name} is true or false, without quotes"))
                .hint(format!("write {name} = true")),
        ),
    }
}

fn text<'a>(
    name: &str,
    value: &'a Spanned<DeValue<'_>>,
    origin: &Origin,
) -> Result<&'a str, Complaint> {
    match value.get_ref() {
        DeValue::String(value) => Ok(value),
        _ => Err(wrong(origin, format!("{name} is a text, in quotes"))
            .hint(format!("write {name} = \"…\""))),
    }
}

fn unknown(name: &str, origin: &Origin) -> Complaint {
    let spelled = name.replace('_', "-").to_ascii_lowercase();
    let forbidden = FORBIDDEN.iter().find(|(word, _)| *word == spelled);
    if let Some((word, why)) = forbidden {
        let message = format!("{name} cannot be set here: {why}");
        return wrong(origin, message).hint(match super::super::arguments::is_flag(word) {
            true => format!("give --{word} where it is meant"),
            false => "leave it out".to_owned(),
        });
    }
    let complaint = wrong(origin, format!("there is no setting called {name}"));
    match nearest(&spelled, KNOWN.iter().copied()) {
        Some(near) => complaint.hint(format!("did you mean {near}?")),
        None => complaint.hint(format!("the settings are {}", KNOWN.join(", "))),
    }
}
