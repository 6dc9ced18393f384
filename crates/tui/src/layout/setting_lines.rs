//! Connection settings as aligned lines: name, value, origin.

use stepmark_core::runner::Setting;

/// The settings, a line each, aligned. Values are shown as they are: secrets were replaced before they came here.
pub(super) fn setting_lines(settings: &[Setting]) -> Vec<String> {
    let widest = |text: fn(&Setting) -> &str| {
        let widths = settings.iter().map(|setting| text(setting).chars().count());
        widths.max().unwrap_or(0)
    };
    let names = widest(|setting| &setting.name);
    let values = widest(|setting| &setting.value);
    settings
        .iter()
        .map(|setting| {
            let (name, value, origin) = (&setting.name, &setting.value, &setting.origin);
            format!("{name:<names$}  {value:<values$}  {origin}")
        })
        .collect()
}
