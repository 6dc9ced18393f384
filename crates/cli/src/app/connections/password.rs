//! Asking for a password that a server wants and nothing gives, before there is a screen. It is kept in memory alone, with
//! the connection's settings; steps get it by a private file as any other.

use stepmark_core::ConnectionName;
use stepmark_core::record::TargetIdentity;
use stepmark_core::runner::{OpenFailure, PasswordProblem};
use stepmark_engines::postgres::Settings;

use crate::Complaint;
use crate::app::ask::{Ask, Echo, Typed};
use crate::app::inputs::left;

/// How often a password may be typed wrong before the failure stands.
const TRIES_MAX: usize = 3;
/// Where the report says that the password came from.
const ORIGIN: &str = "typed at the prompt";

/// Identifies the server with `identify`; where it wants a password that is missing, `person` is asked for it, and `settings`
/// have it from then on. A password that was given and is wrong is not asked for: it is to be corrected where it is.
pub(super) fn identified(
    name: &ConnectionName,
    settings: &mut Settings,
    person: Option<&mut dyn Ask>,
    identify: &dyn Fn(&Settings) -> Result<TargetIdentity, OpenFailure>,
) -> Result<Result<TargetIdentity, OpenFailure>, Complaint> {
    let mut found = identify(settings);
    let (Some(person), Err(failure)) = (person, &found) else {
        return Ok(found);
    };
    if failure.password != Some(PasswordProblem::Missing) {
        return Ok(found);
    }
    let place = settings.display_url();
    for _ in 0..TRIES_MAX {
        let prompt = format!("Password for {name}, {place}: ");
        let password = match person.ask(&prompt, Echo::Hidden) {
            Typed::Left => return Err(left()),
            Typed::Line(password) => password,
        };
        let asked = settings.clone().with_password(&password, ORIGIN);
        found = identify(&asked);
        match &found {
            Err(failure) if failure.password.is_some() => {
                person.tell("  The server does not take it.\n");
            }
            Ok(_) | Err(_) => {
                *settings = asked;
                break;
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stepmark_engines::postgres::Account;

    /// Types `lines` and then leaves; remembers what it was told and asked.
    struct Person(Vec<&'static str>, String);

    impl Ask for Person {
        fn tell(&mut self, text: &str) {
            self.1 += text;
        }

        fn ask(&mut self, prompt: &str, echo: Echo) -> Typed {
            assert_eq!(echo, Echo::Hidden);
            self.1 += prompt;
            self.1.push('\n');
            match self.0.is_empty() {
                true => Typed::Left,
                false => Typed::Line(self.0.remove(0).to_owned()),
            }
        }
    }

    fn failure((message, password): (&str, Option<PasswordProblem>)) -> OpenFailure {
        OpenFailure {
            message: format!("cannot connect to db:5432: {message}"),
            hint: None,
            password,
            settings: Vec::new(),
        }
    }

    /// What is told and asked, and how it ends, at a server that takes `sesame` alone.
    fn asked(url: &str, typed: &[&'static str]) -> (String, String) {
        let account = Account::default();
        let mut settings = Settings::resolve(Some((url, "here")), &|_| None, &account).unwrap();
        let missing = "the server asks for a password and none is set";
        let wrong = "28P01: password authentication failed for user \"ann\"";
        let identify = |settings: &Settings| {
            Err(failure(match settings.passwords().next() {
                None => (missing, Some(PasswordProblem::Missing)),
                Some("sesame") => ("nothing more is looked at", None),
                Some(_) => (wrong, Some(PasswordProblem::Wrong)),
            }))
        };
        let mut person = Person(typed.to_vec(), String::new());
        let name = ConnectionName::new("source");
        let end = match identified(&name, &mut settings, Some(&mut person), &identify) {
            Err(complaint) => format!("exit {}", complaint.exit.code()),
            Ok(Err(failure)) => failure.message.split_once(": ").unwrap().1.to_owned(),
            Ok(Ok(_)) => unreachable!("nobody is identified here"),
        };
        let kept = settings.passwords().next().unwrap_or("none").to_owned();
        (person.1, format!("{end}; {kept}"))
    }

    #[test]
    fn a_missing_password_is_asked_for_up_to_three_times() {
        let prompt = "Password for source, postgresql://ann@db:5432/shop: \n";
        let wrong = "  The server does not take it.\n";
        let again = format!("{prompt}{wrong}{prompt}");
        let failed = "28P01: password authentication failed for user \"ann\"; none";
        let cases = [
            (
                &["sesame"][..],
                prompt.to_owned(),
                "nothing more is looked at; sesame",
            ),
            (
                &["no", "sesame"],
                again.clone(),
                "nothing more is looked at; sesame",
            ),
            (
                &["a", "b", "c", "sesame"],
                format!("{again}{wrong}{prompt}{wrong}"),
                failed,
            ),
            (&[], prompt.to_owned(), "exit 4; none"),
        ];
        for (typed, told, end) in cases {
            let found = asked("postgresql://ann@db/shop", typed);
            assert_eq!(found, (told, end.to_owned()), "{typed:?}");
        }
    }

    #[test]
    fn a_password_that_was_given_is_not_asked_for() {
        let found = asked("postgresql://ann:wrong@db/shop", &["sesame"]);
        let end = "28P01: password authentication failed for user \"ann\"; wrong";
        assert_eq!(found, (String::new(), end.to_owned()));
    }
}
