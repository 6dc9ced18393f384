//! `require_auth`: which ways to authenticate a server may ask for. Does not watch it.

/// The methods, as libpq names them.
const METHODS: [&str; 6] = ["password", "md5", "gss", "sspi", "scram-sha-256", "none"];

/// The methods a server may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequiredAuthentication {
    allowed: Vec<&'static str>,
    /// As written.
    pub(crate) written: String,
}

impl RequiredAuthentication {
    pub(super) const EXPECTED: &str = "methods of password, md5, gss, sspi, scram-sha-256 and none, each once, all or none with ! before it";

    /// Reads a list; an empty one requires nothing.
    pub(super) fn parse(text: &str) -> Option<Option<Self>> {
        if text.is_empty() {
            return Some(None);
        }
        let negated = text.starts_with('!');
        let mut named = Vec::new();
        for word in text.split(',') {
            let name = match (negated, word.strip_prefix('!')) {
                (true, Some(name)) => name,
                (false, None) => word,
                _ => return None,
            };
            let method = METHODS.into_iter().find(|method| *method == name)?;
            if named.contains(&method) {
                return None;
            }
            named.push(method);
        }
        let allowed = METHODS
            .into_iter()
            .filter(|method| named.contains(method) != negated);
        Some(Some(Self {
            allowed: allowed.collect(),
            written: text.to_owned(),
        }))
    }

    /// Whether the server may ask for this.
    pub(crate) fn allows(&self, method: &str) -> bool {
        self.allowed.contains(&method)
    }
}

#[cfg(test)]
mod tests {
    use super::RequiredAuthentication;

    #[test]
    fn lists_allow_what_they_name_or_all_else() {
        let cases = [
            ("scram-sha-256", Some("scram-sha-256")),
            ("none,md5", Some("md5 none")),
            ("!password,!md5", Some("gss sspi scram-sha-256 none")),
            ("!password,md5", None),
            ("md5,!password", None),
            ("md5,md5", None),
            ("scram", None),
            ("md5,", None),
        ];
        for (text, expected) in cases {
            let found = RequiredAuthentication::parse(text).map(|read| read.unwrap().allowed);
            assert_eq!(
                found.map(|list| list.join(" ")).as_deref(),
                expected,
                "{text}"
            );
        }
        assert_eq!(RequiredAuthentication::parse(""), Some(None));
    }
}
