//! The question before a run against production: is this where it should go? Does not judge whether the servers are
//! production; the runbook says what it is written for.

use stepmark_core::StepId;
use stepmark_core::plan::FrontMatter;
use stepmark_driver::EnvironmentAnswer;
use stepmark_engines::sanitize::sanitize;
use stepmark_tui::{Reach, TargetLine};

use super::ask::{Ask, Echo, Typed};
use super::inputs::left;
use crate::{Complaint, Exit};

/// The environment that asks, and the word that answers.
pub(crate) const PRODUCTION: &str = "production";
/// So many steps are named that never succeeded.
const UNTRIED_NAMED_MAX: usize = 8;
/// How often the word may be typed wrong before the run is given up.
const TRIES_MAX: usize = 3;

/// What was answered where the runbook names its environment; `flag` is `--environment`.
pub(crate) fn confirm_environment(
    front: &FrontMatter,
    flag: Option<&str>,
    targets: &[TargetLine],
    known: &dyn Fn() -> (Vec<StepId>, String),
    person: Option<&mut dyn Ask>,
) -> Result<Option<EnvironmentAnswer>, Complaint> {
    let Some(environment) = &front.environment else {
        return match flag {
            Some(_) => Err(Complaint::new(
                Exit::Refused,
                "the runbook names no environment, and --environment does",
            )
            .hint(
                "nothing was executed; leave --environment out, or run the runbook that is meant",
            )),
            None => Ok(None),
        };
    };
    let answered = |answer: String, by_flag| {
        Ok(Some(EnvironmentAnswer {
            environment: environment.clone(),
            answer,
            by_flag,
        }))
    };
    match (flag, person) {
        (Some(flag), _) if flag == environment => {
            if flag == PRODUCTION {
                crate::say::say_on_stderr(&sanitize(&known_words(&known())));
            }
            answered(flag.to_owned(), true)
        }
        (Some(flag), _) => Err(Complaint::new(
            Exit::Refused,
            format!("the runbook is written for {environment}, and --environment says {flag}"),
        )
        .hint(format!("nothing was executed; if it is meant for {environment}, give --environment {environment}"))),
        (None, _) if environment != PRODUCTION => Ok(None),
        (None, None) => Err(Complaint::new(
            Exit::Refused,
            "the runbook is written for production, and nobody is here to confirm that",
        )
        .details(targets.iter().map(line))
        .details(known_words(&known()).lines().map(str::to_owned))
        .hint("nothing was executed; give --environment production, which is recorded; --yes does not answer this")),
        (None, Some(person)) => answered(asked(targets, &known(), person)?, false),
    }
}

/// Shows where the connections lead, and takes the word.
fn asked(
    targets: &[TargetLine],
    known: &(Vec<StepId>, String),
    person: &mut dyn Ask,
) -> Result<String, Complaint> {
    let lines: Vec<String> = targets
        .iter()
        .map(|target| format!("  {}\n", line(target)))
        .collect();
    person.tell(&format!(
        "\nThis runbook is written for production.\n{}",
        lines.concat()
    ));
    person.tell(&known_words(known));
    for _ in 0..TRIES_MAX {
        match person.ask("Type production to go on, Ctrl-C to leave: ", Echo::Shown) {
            Typed::Left => return Err(left()),
            Typed::Line(word) if word.trim() == PRODUCTION => return Ok(word.trim().to_owned()),
            Typed::Line(_) => person.tell("  That is not the word.\n"),
        }
    }
    let message = "production was not confirmed; nothing was executed";
    Err(Complaint::new(Exit::Stopped, message))
}

/// What runs before this one say of it: which steps never succeeded, and whether it was rehearsed.
fn known_words((untried, rehearsed): &(Vec<StepId>, String)) -> String {
    format!("{}This runbook was {rehearsed}.\n", untried_words(untried))
}

/// What to say of steps whose exact text never succeeded; nothing when there are none.
fn untried_words(untried: &[StepId]) -> String {
    let shown: Vec<&str> = untried
        .iter()
        .take(UNTRIED_NAMED_MAX)
        .map(StepId::as_str)
        .collect();
    let more = match untried.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match untried.len() {
        0 => String::new(),
        1 => format!(
            "This exact text never succeeded in any run this machine knows: {}\n",
            shown[0]
        ),
        count => format!(
            "{count} steps never succeeded with this exact text in any run this machine knows: {}{more}\n",
            shown.join(", ")
        ),
    }
}

/// Where a connection leads: as the server itself says, else as its settings do.
fn line(target: &TargetLine) -> String {
    let name = &target.connection;
    match &target.reach {
        Reach::Identified(identity) => format!(
            "{name}: database {} on {}:{} as {}, {}",
            identity.database,
            identity.host,
            identity.port,
            identity.user,
            identity.role.word()
        ),
        Reach::Failed(_) | Reach::Untried => {
            let setting = |name: &str| {
                let found = target.settings.iter().find(|setting| setting.name == name);
                found.map_or("?", |setting| setting.value.as_str())
            };
            let asked = match &target.reach {
                Reach::Failed(failure) => format!("not reachable: {}", failure.message),
                Reach::Identified(_) | Reach::Untried => "not asked yet".to_owned(),
            };
            format!(
                "{name}: database {} on {}:{} as {}, {asked}",
                setting("dbname"),
                setting("host"),
                setting("port"),
                setting("user")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use stepmark_core::ConnectionName;
    use stepmark_core::runner::Setting;

    use super::*;

    struct Script(VecDeque<&'static str>, String);

    impl Ask for Script {
        fn tell(&mut self, text: &str) {
            self.1.push_str(text);
        }

        fn ask(&mut self, prompt: &str, _: Echo) -> Typed {
            self.1.push_str(prompt);
            let answer = self.0.pop_front();
            answer.map_or(Typed::Left, |answer| {
                self.1.push_str(&format!("{answer}\n"));
                Typed::Line(answer.to_owned())
            })
        }
    }

    fn target() -> TargetLine {
        let settings = [
            ("host", "db1"),
            ("port", "5432"),
            ("user", "app"),
            ("dbname", "shop"),
        ];
        let setting = |(name, value): (&str, &str)| Setting {
            name: name.to_owned(),
            value: value.to_owned(),
            origin: String::new(),
        };
        TargetLine {
            connection: ConnectionName::default(),
            reach: Reach::Untried,
            settings: settings.into_iter().map(setting).collect(),
        }
    }

    fn confirm(
        environment: Option<&str>,
        flag: Option<&str>,
        person: Option<&mut dyn Ask>,
    ) -> String {
        let front = FrontMatter {
            environment: environment.map(str::to_owned),
            ..FrontMatter::default()
        };
        match confirm_environment(
            &front,
            flag,
            &[target()],
            &|| (vec![StepId::new("copy")], "never rehearsed".to_owned()),
            person,
        ) {
            Ok(None) => "not asked".to_owned(),
            Ok(Some(given)) => format!("{} by flag: {}", given.answer, given.by_flag),
            Err(complaint) => format!("{} {}", complaint.exit.code(), complaint.message),
        }
    }

    #[test]
    fn production_needs_its_word_and_others_need_none() {
        let nobody = || None;
        assert_eq!(confirm(None, None, nobody()), "not asked");
        assert_eq!(confirm(Some("staging"), None, nobody()), "not asked");
        assert_eq!(
            confirm(Some("production"), Some("production"), nobody()),
            "production by flag: true"
        );
        assert_eq!(
            confirm(Some("staging"), Some("production"), nobody()),
            "3 the runbook is written for staging, and --environment says production"
        );
        assert_eq!(
            confirm(None, Some("production"), nobody()),
            "3 the runbook names no environment, and --environment does"
        );
        assert_eq!(
            confirm(Some("production"), None, nobody()),
            "3 the runbook is written for production, and nobody is here to confirm that"
        );
    }

    #[test]
    fn a_person_has_three_tries_and_sees_where_it_goes() {
        let mut person = Script(["yes", "production "].into(), String::new());
        assert_eq!(
            confirm(Some("production"), None, Some(&mut person)),
            "production by flag: false"
        );
        let prompt = "Type production to go on, Ctrl-C to leave: ";
        assert_eq!(
            person.1,
            format!(
                "\nThis runbook is written for production.\n  default: database shop on db1:5432 as app, not asked yet\nThis exact text never succeeded in any run this machine knows: copy\nThis runbook was never rehearsed.\n{prompt}yes\n  That is not the word.\n{prompt}production \n"
            )
        );
        let mut person = Script(["y", "Production", "", "production"].into(), String::new());
        assert_eq!(
            confirm(Some("production"), None, Some(&mut person)),
            "4 production was not confirmed; nothing was executed"
        );
        let mut person = Script(VecDeque::new(), String::new());
        assert_eq!(
            confirm(Some("production"), None, Some(&mut person)),
            "4 left at a question; nothing was executed"
        );
    }
}
