//! The password file: whether it may be used, and which line fits. Does not decide which file.

use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Endpoint;

/// What a password file gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passfile {
    /// There is none.
    Absent,
    /// Its text.
    Read(String),
    /// It is there and is not used, for this reason.
    Ignored(String),
}

impl Passfile {
    /// Reads the file under libpq's rule: a plain file that neither group nor others may access.
    pub(super) fn read(path: &Path) -> Self {
        let metadata = match std::fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::Absent,
            Err(error) => return Self::Ignored(format!("ignored: {error}")),
        };
        if let Some(reason) = objection(&metadata) {
            return Self::Ignored(reason.to_owned());
        }
        match std::fs::read(path) {
            Ok(bytes) => Self::Read(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => Self::Ignored(format!("ignored: {error}")),
        }
    }
}

fn objection(metadata: &Metadata) -> Option<&'static str> {
    if !metadata.is_file() {
        return Some("ignored: not a plain file");
    }
    (metadata.permissions().mode() & 0o077 != 0)
        .then_some("ignored: group or others may access it; chmod 0600 it")
}

/// The password of the first line that fits, and its number from 1.
pub(super) fn password(
    text: &str,
    endpoint: &Endpoint,
    database: &str,
    user: &str,
) -> Option<(String, usize)> {
    let port = endpoint.port.to_string();
    let hosts = endpoint.passfile_hosts();
    text.lines().enumerate().find_map(|(index, line)| {
        let line = line.trim_end_matches('\r');
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let fields = fields(line);
        let [host, its_port, its_database, its_user, password] = fields.as_slice() else {
            return None;
        };
        let fits = hosts.iter().any(|known| host.fits(known))
            && its_port.fits(&port)
            && its_database.fits(database)
            && its_user.fits(user);
        (fits && !password.text.is_empty()).then(|| (password.text.clone(), index + 1))
    })
}

/// A line that matches exactly these fields, with `:` and `\` escaped.
pub(super) fn line(host: &str, port: &str, database: &str, user: &str, password: &str) -> String {
    [host, port, database, user, password]
        .map(|field| match field {
            "*" => "*".to_owned(),
            field => field.replace('\\', "\\\\").replace(':', "\\:"),
        })
        .join(":")
}

struct Field {
    text: String,
    wild: bool,
}

impl Field {
    fn fits(&self, value: &str) -> bool {
        self.wild || self.text == value
    }
}

/// Cuts a line at its first four unescaped colons; what follows is the password, `:` in it included.
fn fields(line: &str) -> Vec<Field> {
    let mut fields = Vec::with_capacity(5);
    let mut raw = String::new();
    let mut text = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                raw.push('\\');
                if let Some(next) = characters.next() {
                    raw.push(next);
                    text.push(next);
                }
            }
            ':' if fields.len() < 4 => {
                let wild = raw == "*";
                fields.push(Field {
                    text: std::mem::take(&mut text),
                    wild,
                });
                raw.clear();
            }
            _ => {
                raw.push(character);
                text.push(character);
            }
        }
    }
    fields.push(Field { text, wild: false });
    fields
}
