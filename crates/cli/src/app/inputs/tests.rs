//! Where values come from, in which order, and what is said when there is none.

use std::collections::VecDeque;

use super::*;
use crate::app::ask::{Echo, Typed};
use crate::app::set_values::set_values;

const BOOK: &str = r#"---
inputs:
  app_db: { description: Database to move, default: app }
  repl_password: { secret: true, env: REPL_PASSWORD }
  lag: { type: integer, env: LAG }
  size: { choices: [small, large] }
---

- [ ] Name the host <!-- {name=host capture=new_host} -->

```sql {name=look capture=seen}
SELECT 1
```
"#;

/// Somebody whose answers are known beforehand.
#[derive(Default)]
struct Script {
    answers: VecDeque<&'static str>,
    heard: String,
}

impl Script {
    fn of(answers: &[&'static str]) -> Self {
        Self {
            answers: answers.iter().copied().collect(),
            heard: String::new(),
        }
    }
}

impl Ask for Script {
    fn tell(&mut self, text: &str) {
        self.heard.push_str(text);
    }

    fn ask(&mut self, prompt: &str, echo: Echo) -> Typed {
        self.heard.push_str(prompt);
        let Some(answer) = self.answers.pop_front() else {
            return Typed::Left;
        };
        let shown = match echo {
            Echo::Shown => answer,
            Echo::Hidden => "",
        };
        self.heard.push_str(&format!("{shown}\n"));
        Typed::Line(answer.to_owned())
    }
}

fn ask(
    set: &[&str],
    environment: &[(&str, &str)],
    person: Option<&mut dyn Ask>,
) -> Result<Inputs, Complaint> {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    let look = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| (*value).to_owned())
            .ok_or(VarError::NotPresent)
    };
    inputs(&Runbook::of_text(BOOK), set_values(&set)?, &look, person)
}

fn told(found: Result<Inputs, Complaint>) -> String {
    match found {
        Err(complaint) => format!("{}exit {}\n", complaint.text(), complaint.exit.code()),
        Ok(inputs) => inputs
            .given
            .iter()
            .map(|input| {
                format!(
                    "{}={} from {}\n",
                    input.name,
                    input.value,
                    input.origin.phrase()
                )
            })
            .collect(),
    }
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_a_person_and_the_default() {
    let environment = [("REPL_PASSWORD", "s3cret"), ("LAG", "5")];
    assert_eq!(
        told(ask(&["lag=7", "size=small"], &environment, None)),
        "app_db=app from its default\nrepl_password=s3cret from environment variable REPL_PASSWORD\nlag=7 from --set\nsize=small from --set\n"
    );
    let mut person = Script::of(&["", "large"]);
    assert_eq!(
        told(ask(&[], &environment, Some(&mut person))),
        "app_db=app from its default\nrepl_password=s3cret from environment variable REPL_PASSWORD\nlag=5 from environment variable LAG\nsize=large from the prompt\n"
    );
}

#[test]
fn a_person_is_asked_again_until_the_answer_can_be_one() {
    let mut person = Script::of(&["shop", "", "hunter22", "many", "-3", "tiny", "", "large"]);
    let found = told(ask(&[], &[("LAG", "")], Some(&mut person)));
    assert_eq!(
        found,
        "app_db=shop from the prompt\nrepl_password=hunter22 from the prompt\nlag=-3 from the prompt\nsize=large from the prompt\n"
    );
    assert_eq!(
        person.heard,
        "This runbook asks for 4 values. Ctrl-C leaves, and nothing has run.

Database to move (Enter takes the default)
app_db [app]: shop

repl_password (not shown while you type, and never recorded)
repl_password: 
  That is empty; if it is meant so, leave and give --set repl_password=.
repl_password: 

lag (a whole number)
lag: many
  That is not a whole number.
lag: -3

size (one of: small, large)
size: tiny
  That is none of: small, large.
size: 
  That is empty; if it is meant so, leave and give --set size=.
size: large
"
    );
}

#[test]
fn leaving_the_prompt_stops() {
    let mut person = Script::of(&["shop"]);
    assert_eq!(
        told(ask(&[], &[], Some(&mut person))),
        "error: left at a question; nothing was executed\nexit 4\n"
    );
}

#[test]
fn without_a_person_all_that_is_missing_or_refused_is_told_at_once() {
    assert_eq!(
        told(ask(&[], &[], None)),
        "error: 3 inputs have no value
  book.md:4: repl_password: give --set repl_password=@FILE, or export REPL_PASSWORD
  book.md:5: lag: give --set lag=VALUE, or export LAG
  book.md:6: size: give --set size=VALUE
hint: nothing was executed; give the values and run it again
exit 2
"
    );
    assert_eq!(
        told(ask(
            &["size=tiny", "repl_password=a\0bcd"],
            &[("LAG", "x")],
            None
        )),
        "error: 3 inputs have no value they can have
  book.md:4: repl_password: the value from --set is not text
  book.md:5: lag: “x” from environment variable LAG is not a whole number
  book.md:6: size: “tiny” from --set is none of: small, large
hint: nothing was executed; give the values and run it again
exit 2
"
    );
}

#[test]
fn a_variable_that_is_no_text_is_told_once() {
    let broken = |_: &str| Err(VarError::NotUnicode("x".into()));
    let set = set_values(&["size=small".to_owned()]).unwrap();
    assert_eq!(
        told(inputs(&Runbook::of_text(BOOK), set, &broken, None)),
        "error: 2 inputs have no value they can have
  book.md:4: repl_password: the environment variable REPL_PASSWORD is not UTF-8
  book.md:5: lag: the environment variable LAG is not UTF-8
hint: nothing was executed; give the values and run it again
exit 2
"
    );
}

#[test]
fn a_refused_value_is_told_before_anybody_is_asked() {
    let mut person = Script::of(&[]);
    let found = told(ask(&["lag=x"], &[], Some(&mut person)));
    assert!(
        found.starts_with("error: an input cannot have the value it was given\n"),
        "{found}"
    );
    assert_eq!(person.heard, "");
}

#[test]
fn names_that_cannot_be_given_are_told_with_what_can() {
    let cases = [
        (
            "app_bd=x",
            "error: --set app_bd: book.md has no input of that name\nhint: did you mean app_db?\n",
        ),
        (
            "zzz=x",
            "error: --set zzz: book.md has no input of that name\nhint: what can be given: app_db, repl_password, lag, size, new_host\n",
        ),
        (
            "seen=x",
            "error: seen is captured by step look and cannot be given\n  book.md:11\nhint: leave out this --set; only inputs and what manual steps capture can be given\n",
        ),
        (
            "new_host=",
            "error: --set new_host: a captured value is not empty, has at most 64 KiB and no NUL byte\n",
        ),
    ];
    for (flag, expected) in cases {
        assert_eq!(told(ask(&[flag], &[], None)), format!("{expected}exit 2\n"));
    }
}

#[test]
fn what_a_manual_step_captures_can_be_given_and_a_secret_on_the_line_is_warned_of() {
    let set = ["new_host=db2", "repl_password=pass", "lag=1", "size=small"];
    let found = ask(&set, &[], None).unwrap();
    let captures: Vec<_> = found.captures.into_iter().collect();
    assert_eq!(
        captures,
        [(VariableName::new("new_host"), "db2".to_owned())]
    );
    assert_eq!(
        found.warnings,
        [
            "repl_password on the command line can be seen in `ps` and stays in the shell's history; give --set repl_password=@FILE, or export REPL_PASSWORD instead",
            "repl_password is shorter than 8 bytes: it is masked where it stands as a word of its own, and not within other words"
        ]
    );
}
