//! Where each setting comes from, and what is refused.

use std::path::Path;

use super::*;
use crate::arguments::ScreenArguments;

fn parsed(text: &str) -> Result<ConfigFile, Complaint> {
    ConfigFile::parse(text, Path::new("/etc/c.toml"), Some(Path::new("/home/u")))
}

fn complaint(text: &str) -> String {
    parsed(text).unwrap_err().text()
}

fn origins(flags: &SettingArguments, environment: &[(&str, &str)], text: &str) -> Vec<String> {
    let environment = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.into())
    };
    let settings = Settings::resolve(flags, &environment, parsed(text).unwrap()).unwrap();
    let path =
        |setting: &Setting<Option<PathBuf>>| format!("{:?} {}", setting.value, setting.origin);
    vec![
        format!("{} {}", settings.theme.value.word(), settings.theme.origin),
        format!("{} {}", settings.mouse.value, settings.mouse.origin),
        format!("{} {}", settings.plain.value, settings.plain.origin),
        path(&settings.log_dir),
        path(&settings.sign),
    ]
}

#[test]
fn flags_go_before_the_environment_and_that_before_the_file() {
    let none = SettingArguments::default();
    assert_eq!(
        origins(&none, &[], ""),
        [
            "auto default",
            "true default",
            "false default",
            "None default",
            "None default"
        ]
    );
    let file = "theme = \"dark\"\nmouse = false\nplain = true\n\nlog-dir = \"/var/log/s\"\nsign = \"~/.ssh/key\"\n";
    assert_eq!(
        origins(&none, &[], file),
        [
            "dark /etc/c.toml:1",
            "false /etc/c.toml:2",
            "true /etc/c.toml:3",
            "Some(\"/var/log/s\") /etc/c.toml:5",
            "Some(\"/home/u/.ssh/key\") /etc/c.toml:6"
        ]
    );
    let environment = [
        ("NO_COLOR", "1"),
        ("STEPMARK_MOUSE", "true"),
        ("STEPMARK_PLAIN", ""),
        ("STEPMARK_LOG_DIR", "logs"),
        ("STEPMARK_SIGN", ""),
    ];
    let flags = SettingArguments {
        sign: Some("k".into()),
        screen: ScreenArguments {
            no_mouse: true,
            ..ScreenArguments::default()
        },
        ..SettingArguments::default()
    };
    assert_eq!(
        origins(&flags, &environment, file),
        [
            "none environment variable NO_COLOR",
            "false flag --no-mouse",
            "true /etc/c.toml:3",
            "Some(\"logs\") environment variable STEPMARK_LOG_DIR",
            "Some(\"k\") flag --sign"
        ]
    );
}

#[test]
fn what_a_file_may_not_say_is_told_with_its_place() {
    let cases = [
        (
            "mouse = true\nthem = \"dark\"\n",
            "error: /etc/c.toml:2: there is no setting called them\nhint: did you mean theme?\n",
        ),
        (
            "\nyes = true\n",
            "error: /etc/c.toml:2: yes cannot be set here: it answers questions that are asked for a reason\nhint: give --yes where it is meant\n",
        ),
        (
            "no_target_lock = true",
            "error: /etc/c.toml:1: no_target_lock cannot be set here: it makes every run less safe\nhint: give --no-target-lock where it is meant\n",
        ),
        (
            "password = \"x\"",
            "error: /etc/c.toml:1: password cannot be set here: no secret belongs into a settings file\nhint: leave it out\n",
        ),
        (
            "theme = \"blue\"",
            "error: /etc/c.toml:1: there is no theme called blue\nhint: the themes are auto, dark, light, none\n",
        ),
        (
            "mouse = \"no\"",
            "error: /etc/c.toml:1: mouse is true or false, without quotes\nhint: write mouse = true\n",
        ),
        (
            "log-dir = \"logs\"",
            "error: /etc/c.toml:1: log-dir is “logs”, which is another place in each folder\nhint: begin it with `/` or `~/`\n",
        ),
        (
            "keys = \"a\"",
            "error: /etc/c.toml:1: keys is a table of actions, each with its key\nhint: write a line [keys], and below it lines such as run-on = \"a\"\n",
        ),
        (
            "wobble = 1",
            "error: /etc/c.toml:1: there is no setting called wobble\nhint: the settings are theme, mouse, ascii, plain, log-dir, sign, keys\n",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(complaint(text), expected, "{text}");
    }
    let unbound = |text: &str| {
        let settings = Settings::resolve(
            &SettingArguments::default(),
            &|_| None,
            parsed(text).unwrap(),
        );
        settings.unwrap_err().text()
    };
    assert_eq!(
        unbound("[keys]\nundo = \"U\"\nrun_on = \"R\"\n"),
        "error: /etc/c.toml:3: there is no action called run_on\nhint: did you mean run-on?\n"
    );
    assert_eq!(
        unbound("[keys]\nundo = \"j\"\n"),
        "error: /etc/c.toml:2: j always does the same and cannot be given away\nhint: take another key: a single character that nothing else has\n"
    );
    let broken = complaint("mouse = false\nplain = = true\n");
    assert!(broken.starts_with("error: /etc/c.toml:2: "), "{broken}");
}

#[test]
fn the_example_says_what_is_usual() {
    assert!(parsed(EXAMPLE).is_ok());
    let uncommented: String = EXAMPLE
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .map(|line| format!("{line}\n"))
        .collect();
    let file = parsed(&uncommented).unwrap();
    assert_eq!(file.keys[0].0, "run-on");
    let settings = Settings::resolve(&SettingArguments::default(), &|_| None, file).unwrap();
    let usual = Settings::resolve(
        &SettingArguments::default(),
        &|_| None,
        ConfigFile::default(),
    )
    .unwrap();
    assert_eq!(settings.theme.value, usual.theme.value);
    assert_eq!(settings.mouse.value, usual.mouse.value);
    assert_eq!(settings.ascii.value, usual.ascii.value);
    assert_eq!(settings.plain.value, usual.plain.value);
}

#[test]
fn the_file_is_where_the_environment_says() {
    let path = |environment: &[(&str, &str)]| {
        let environment = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        config_path(&environment)
    };
    let at = |path: &str| ConfigPath::At(path.into());
    assert_eq!(path(&[]).unwrap(), ConfigPath::None);
    assert_eq!(
        path(&[("HOME", "/home/u")]).unwrap(),
        at("/home/u/.config/stepmark/config.toml")
    );
    assert_eq!(
        path(&[("HOME", "/home/u"), ("XDG_CONFIG_HOME", "/c")]).unwrap(),
        at("/c/stepmark/config.toml")
    );
    assert_eq!(
        path(&[("HOME", "/home/u"), ("XDG_CONFIG_HOME", "relative")]).unwrap(),
        at("/home/u/.config/stepmark/config.toml")
    );
    assert_eq!(
        path(&[("HOME", "/home/u"), ("STEPMARK_CONFIG", "")]).unwrap(),
        ConfigPath::None
    );
    let missing = path(&[("STEPMARK_CONFIG", "/nowhere/c.toml")]).unwrap_err();
    assert!(missing.message.contains("there is no such file"));
}
