//! Who is at the keys.

use serde::{Deserialize, Serialize};

/// The person (or machine account) that runs a runbook, as the operating system knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Login name of the effective user.
    pub user: String,
    /// Its numeric id.
    pub uid: u32,
    /// Who called `sudo`, if anyone did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sudo_user: Option<String>,
    /// Host name.
    pub host: String,
    /// The terminal's device, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tty: Option<String>,
    /// Address the ssh session comes from, if it is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ssh_client: Option<String>,
}

impl Operator {
    /// Who and where, for a person.
    pub fn phrase(&self) -> String {
        let by = self.sudo_user.as_ref();
        let by = by.map_or_else(String::new, |user| format!(" ({user} by sudo)"));
        format!("{}{by} on {}", self.user, self.host)
    }
}
