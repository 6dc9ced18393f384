//! The version of an installed server, as `postgres --version` prints it. Compares by number only.

use std::fmt;

/// A PostgreSQL version such as `15.18`, or `17beta1`, which sorts as `17.0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
    text: String,
}

impl Version {
    /// Reads the output of `postgres --version`, for example `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
    pub(crate) fn from_output(output: &str) -> Option<Self> {
        let (_, rest) = output.split_once("(PostgreSQL) ")?;
        let text = rest.split_whitespace().next()?;
        let major = leading_number(text)?;
        let minor = text
            .split_once('.')
            .and_then(|(_, minor)| leading_number(minor));
        Some(Self {
            major,
            minor: minor.unwrap_or(0),
            text: text.to_owned(),
        })
    }

    /// The major version: 15 of `15.18`.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The minor version: 18 of `15.18`, 0 of a beta.
    #[must_use]
    pub fn minor(&self) -> u32 {
        self.minor
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[track_caller]
    fn check(output: &str, expected: Option<(u32, u32, &str)>) {
        let version = Version::from_output(output);
        let seen = version
            .as_ref()
            .map(|version| (version.major(), version.minor(), version.to_string()));
        assert_eq!(
            seen,
            expected.map(|(major, minor, text)| (major, minor, text.to_owned()))
        );
    }

    #[test]
    fn versions_are_read_from_what_postgres_prints() {
        check(
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
            Some((15, 18, "15.18")),
        );
        check("postgres (PostgreSQL) 9.6.24\n", Some((9, 6, "9.6.24")));
        check("postgres (PostgreSQL) 17beta1\n", Some((17, 0, "17beta1")));
        check("postgres (PostgreSQL) 19devel\n", Some((19, 0, "19devel")));
        check("bash 5.2\n", None);
        check("", None);
    }

    #[test]
    fn newer_versions_sort_later() {
        let version = |text: &str| Version::from_output(&format!("postgres (PostgreSQL) {text}"));
        assert!(version("9.6.24") < version("15.2"));
        assert!(version("15.2") < version("15.18"));
        assert!(version("15.18") < version("17beta1"));
    }
}
