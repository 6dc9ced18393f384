//! `stepmark config`: every setting with its value and where that comes from.

mod arguments;

use std::fmt::Display;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

pub(crate) use arguments::{ConfigArguments, ConfigWhat};

use super::list::Table;
use crate::app::reason;
use crate::diagnostics::visible;
use crate::say::say_on_stdout;
use crate::settings::{ConfigPath, EXAMPLE, Setting, Settings, config_path};
use crate::{Complaint, Exit};

/// Prints the settings, or says where their file is, or writes one.
pub(crate) fn config(arguments: &ConfigArguments) -> Result<Exit, Complaint> {
    let environment = |name: &str| std::env::var_os(name);
    match arguments.what {
        Some(ConfigWhat::Path) => say_on_stdout(&format!("{}\n", path()?.display())),
        Some(ConfigWhat::Init) => init(&path()?)?,
        None => {
            let settings = Settings::here(&arguments.settings)?;
            say_on_stdout(&format!(
                "{}\n{}\n",
                table(&settings).text(0),
                file(config_path(&environment)?)
            ));
        }
    }
    Ok(Exit::Done)
}

fn path() -> Result<PathBuf, Complaint> {
    let environment = |name: &str| std::env::var_os(name);
    match config_path(&environment)? {
        ConfigPath::At(path) => Ok(path),
        ConfigPath::None => Err(Complaint::new(
            Exit::Usage,
            "there is no place for a settings file here",
        )
        .hint("set HOME or XDG_CONFIG_HOME, or name a file by STEPMARK_CONFIG")),
    }
}

fn file(path: ConfigPath) -> String {
    match path {
        ConfigPath::At(path) if path.is_file() => {
            format!("file {}", visible(&path.display().to_string()))
        }
        ConfigPath::At(path) => format!(
            "no file {}; `stepmark config init` writes one",
            visible(&path.display().to_string())
        ),
        ConfigPath::None => "no file: STEPMARK_CONFIG is empty, or there is no home".to_owned(),
    }
}

fn table(settings: &Settings) -> Table {
    let mut table = Table::new(&["setting", "value", "from"]);
    let path = |setting: &Setting<Option<PathBuf>>| {
        let path = setting.value.as_ref();
        path.map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    };
    let mut row = |name: &str, value: &dyn Display, origin: &dyn Display| {
        let cells = [name.to_owned(), value.to_string(), origin.to_string()];
        table.row(cells.iter().map(|cell| visible(cell)).collect());
    };
    row(
        "theme",
        &settings.theme.value.word(),
        &settings.theme.origin,
    );
    row("mouse", &settings.mouse.value, &settings.mouse.origin);
    row("ascii", &settings.ascii.value, &settings.ascii.origin);
    row("plain", &settings.plain.value, &settings.plain.origin);
    row(
        "log-dir",
        &path(&settings.log_dir),
        &settings.log_dir.origin,
    );
    row("sign", &path(&settings.sign), &settings.sign.origin);
    for (action, key) in &settings.keys {
        row(&format!("keys.{action}"), &key.value, &key.origin);
    }
    table
}

fn init(path: &Path) -> Result<(), Complaint> {
    if path.is_file() {
        let message = format!("{} is there already", path.display());
        return Err(Complaint::new(Exit::Refused, message)
            .hint("edit it; `stepmark config` says what each setting is worth"));
    }
    let written = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(EXAMPLE.as_bytes())
    };
    written().map_err(|error: std::io::Error| {
        let message = format!("cannot write {}: {}", path.display(), reason(&error));
        Complaint::new(Exit::Failed, message).hint("name another place by STEPMARK_CONFIG")
    })?;
    say_on_stdout(&format!("wrote {}\n", path.display()));
    Ok(())
}
