//! What the operator chose once and for all: flags go before the environment, that before the file, and that before what is
//! usual. Holds no secret and nothing that makes a run less safe.

mod environment;
mod file;
mod origin;
mod path;

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) use file::{ConfigFile, EXAMPLE};
pub(crate) use origin::{Origin, Setting};
pub(crate) use path::{ConfigPath, config_path};

use stepmark_parse::nearest;
use stepmark_tui::{KeyProblem, Keys, Theme};

use crate::arguments::SettingArguments;
use crate::{Complaint, Exit};

use self::environment::Variables;

/// Every setting, with where its value comes from.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) theme: Setting<Theme>,
    pub(crate) mouse: Setting<bool>,
    pub(crate) ascii: Setting<bool>,
    pub(crate) plain: Setting<bool>,
    pub(crate) log_dir: Setting<Option<PathBuf>>,
    pub(crate) sign: Setting<Option<PathBuf>>,
    /// As they are written, each with where it is.
    pub(crate) keys: Vec<(String, Setting<String>)>,
    /// The keys of the screen with those that are set.
    pub(crate) bound: Keys,
}

impl Settings {
    /// The settings here: those of `flags`, of this process' environment, and of the file that it leads to.
    pub(crate) fn here(flags: &SettingArguments) -> Result<Self, Complaint> {
        let environment = |name: &str| std::env::var_os(name);
        let file = match config_path(&environment)? {
            ConfigPath::At(path) => ConfigFile::read(&path)?,
            ConfigPath::None => ConfigFile::default(),
        };
        Self::resolve(flags, &environment, file)
    }

    /// Each setting from the first that gives it.
    pub(crate) fn resolve(
        flags: &SettingArguments,
        environment: &dyn Fn(&str) -> Option<OsString>,
        file: ConfigFile,
    ) -> Result<Self, Complaint> {
        let variables = Variables(environment);
        let on = |set: bool, flag: &'static str, value: bool| {
            set.then_some(Setting::of(value, Origin::Flag(flag)))
        };
        let path = |given: &Option<PathBuf>, flag: &'static str| {
            let given = given.clone();
            given.map(|path| Setting::of(Some(path), Origin::Flag(flag)))
        };
        let theme = variables.theme()?;
        let screen = &flags.screen;
        Ok(Self {
            theme: first([theme, file.theme], Theme::Auto),
            mouse: first(
                [
                    on(screen.no_mouse, "--no-mouse", false),
                    variables.truth("STEPMARK_MOUSE")?,
                    file.mouse,
                ],
                true,
            ),
            ascii: first(
                [
                    on(screen.ascii, "--ascii", true),
                    variables.truth("STEPMARK_ASCII")?,
                    file.ascii,
                ],
                false,
            ),
            plain: first(
                [
                    on(screen.plain, "--plain", true),
                    variables.truth("STEPMARK_PLAIN")?,
                    file.plain,
                ],
                false,
            ),
            log_dir: first(
                [
                    path(&flags.log_dir, "--log-dir"),
                    variables.path("STEPMARK_LOG_DIR"),
                    file.log_dir,
                ],
                None,
            ),
            sign: first(
                [
                    path(&flags.sign, "--sign"),
                    variables.path("STEPMARK_SIGN"),
                    file.sign,
                ],
                None,
            ),
            bound: bound(&file.keys)?,
            keys: file.keys,
        })
    }

    /// Completes what flags say.
    pub(crate) fn complete(flags: &mut SettingArguments) -> Result<(), Complaint> {
        let settings = Self::here(flags)?;
        flags.log_dir = settings.log_dir.value;
        flags.sign = settings.sign.value;
        let screen = &mut flags.screen;
        screen.ascii = settings.ascii.value;
        screen.no_mouse = !settings.mouse.value;
        screen.prefers_plain = settings.plain.value;
        screen.theme = settings.theme.value;
        screen.keys = settings.bound;
        Ok(())
    }

    /// Where runs are kept: the folder that a flag has `given`, else the settings. Those are read in either case, as what is
    /// wrong with them is not to come out some other day.
    pub(crate) fn log_dir(given: Option<PathBuf>) -> Result<Option<PathBuf>, Complaint> {
        let mut flags = SettingArguments {
            log_dir: given,
            ..SettingArguments::default()
        };
        Self::complete(&mut flags)?;
        Ok(flags.log_dir)
    }
}

fn bound(set: &[(String, Setting<String>)]) -> Result<Keys, Complaint> {
    let mut keys = Keys::default();
    for (action, key) in set {
        keys.bind(action, &key.value)
            .map_err(|problem| unbound(&problem, &key.origin))?;
    }
    Ok(keys)
}

/// The first that gives a value, else what is usual.
fn first<T, const COUNT: usize>(given: [Option<Setting<T>>; COUNT], usual: T) -> Setting<T> {
    let mut given = given.into_iter().flatten();
    given.next().unwrap_or(Setting::of(usual, Origin::Default))
}

fn unbound(problem: &KeyProblem, origin: &Origin) -> Complaint {
    let complaint = wrong(origin, problem.to_string());
    match problem {
        KeyProblem::NoSuchAction(name) => {
            let names: Vec<&str> = Keys::actions().map(|(name, ..)| name).collect();
            match nearest(name, names.iter().copied()) {
                Some(near) => complaint.hint(format!("did you mean {near}?")),
                None => complaint.hint(format!("the actions are {}", names.join(", "))),
            }
        }
        KeyProblem::NoKey(_) | KeyProblem::Reserved(_) | KeyProblem::Taken { .. } => {
            complaint.hint("take another key: a single character that nothing else has")
        }
    }
}

fn wrong(origin: &Origin, what: impl Into<String>) -> Complaint {
    let what = what.into();
    Complaint::new(Exit::Usage, format!("{origin}: {what}"))
}

#[cfg(test)]
mod tests;
