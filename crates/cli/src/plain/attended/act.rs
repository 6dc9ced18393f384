//! What to do next: the answers that work now, and what each does.

use std::fmt::Write as _;

use stepmark_core::StepIndex;
use stepmark_core::output::OutputId;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::StepState;
use stepmark_core::record::Verdict;
use stepmark_core::runner::{Command, may_roll_back, may_skip, may_start, permitted, verdict};

use super::menu::{Choice, Menu};
use super::{Answer, Attended, Question, print, step_text, summary, told};

/// Lines of an output that are told again at once.
const LINES_AT_ONCE: u64 = 500;
/// Bytes of a line of it.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Answers from this number on are offered among all of them only.
const RARE: u8 = 13;

/// What can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Run,
    RunOn,
    Skip,
    Undo,
    Note,
    Other,
    Abandon,
    More,
    Leave,
    Waive,
    End,
    Probe,
    Steps,
    Output,
    Variables,
    Text,
}

impl Act {
    /// The word for it, whatever it is called where it is offered.
    fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::RunOn => "on",
            Self::Skip => "skip",
            Self::Undo => "undo",
            Self::Note => "note",
            Self::Other => "go",
            Self::Abandon => "roll",
            Self::More => "more",
            Self::Leave => "leave",
            Self::Waive => "waive",
            Self::End => "end",
            Self::Probe => "probe",
            Self::Steps => "list",
            Self::Output => "output",
            Self::Variables => "variables",
            Self::Text => "text",
        }
    }
}

impl Attended<'_> {
    /// Tells the step that comes next, asks what to do, and has it done.
    pub(super) fn turn(&mut self) {
        let step = self.current();
        if self.present(step) {
            return;
        }
        let menu = self.menu(step);
        let about = step.map_or_else(String::new, |step| format!("{}: ", self.known().id(step)));
        match self.ask(&format!("{about}{}answer: ", menu.line()), Question::Turn) {
            Answer::Line(line) if line.is_empty() => {}
            Answer::Line(line) => match menu.meant(&line) {
                Some(act) => self.act(act, step, &menu),
                None => self.said(&line, step),
            },
            Answer::Back => self.leave_asked(),
            Answer::Overtaken => {}
        }
    }

    /// What was typed that is none of the answers: one with what it is about behind it, a step, or one that does not work now.
    fn said(&mut self, line: &str, step: Option<StepIndex>) {
        let all = Menu::new(
            self.answers(step)
                .into_iter()
                .map(|(_, choice)| choice)
                .collect(),
        );
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        if let Some(act) = all.meant(line) {
            let why = self.why_not(act, step);
            return print(&format!("That does not work now: {why}.\n"));
        }
        match all.meant(word) {
            Some(Act::Other) => self.go_to_named(rest),
            Some(Act::Note) => {
                let text = rest.to_owned();
                self.send(Command::Note { step, text });
            }
            Some(Act::Steps) if rest == "left" => print(&summary::left(self.known())),
            Some(_) | None if self.named(line).is_some() => self.go_to_named(line),
            Some(_) | None => print("That is none of the answers; 8 tells all of them.\n"),
        }
    }

    /// Why `act` is not among the answers now.
    fn why_not(&self, act: Act, step: Option<StepIndex>) -> String {
        let known = self.known();
        let (plan, progress) = (known.plan, known.progress);
        let refused = |found: Option<String>| {
            found.unwrap_or_else(|| "6 and the number of a step goes to one first".to_owned())
        };
        let message = |refusal| told::refused(&refusal);
        match act {
            Act::Run => refused(
                step.and_then(|step| may_start(plan, progress, step).err())
                    .map(message),
            ),
            Act::Skip => refused(
                step.and_then(|step| may_skip(plan, progress, step).err())
                    .map(message),
            ),
            Act::Undo => {
                let refusal = may_roll_back(plan, progress, None).err();
                refusal.map_or_else(String::new, message)
            }
            Act::RunOn => "nothing is left that could run".to_owned(),
            Act::Other => "there is no other step".to_owned(),
            Act::Abandon => "no transaction is open".to_owned(),
            Act::Waive => "nothing was lost with a session".to_owned(),
            Act::End => "no step is up in the background".to_owned(),
            Act::Probe => match step {
                Some(step) if plan.probes_of(step).next().is_none() => {
                    format!("{} has no probe (a step with `probe={0}`)", known.id(step))
                }
                Some(_) | None => refused(None),
            },
            Act::Output => match step {
                Some(step) => format!("{} was not tried yet", known.id(step)),
                None => refused(None),
            },
            Act::Text => refused(None),
            Act::Note | Act::More | Act::Leave | Act::Steps | Act::Variables => String::new(),
        }
    }

    /// Tells `step` where that was not done yet; whether something was asked with that.
    fn present(&mut self, step: Option<StepIndex>) -> bool {
        let known = self.known();
        let state = step.map_or(StepState::Pending, |step| known.state(step).clone());
        let now = Some((step, state));
        if self.told == now {
            return false;
        }
        let text = match step {
            Some(step) => self.step_told(step),
            None => match verdict(known.plan, known.progress) {
                Some(Verdict::Succeeded) => "Every step is done; 9 ends the run.\n".to_owned(),
                Some(Verdict::RolledBack) => {
                    "The rollback is complete: all that has an undo is undone. 9 ends the run; 6 goes to a step.\n"
                        .to_owned()
                }
                None => "Nothing is left that could run.\n".to_owned(),
            },
        };
        let blank = if self.printer.is_blank { "" } else { "\n" };
        print(&format!("{blank}{text}"));
        self.printer.is_blank = false;
        self.told = now;
        let unknown = step.filter(|step| *self.known().state(*step) == StepState::Unknown);
        if let Some(step) = unknown {
            self.settle(step);
        }
        unknown.is_some()
    }

    /// `step` as it is told unasked: whole where it was not told yet, and its first lines where only its state is new.
    fn step_told(&mut self, step: StepIndex) -> String {
        let known = self.known();
        let kind = known.step(step).kind.word();
        let place = step_text::place(known, step);
        let is_old = self.places.get(kind) == Some(&place);
        let is_read = self.read.contains(&step);
        let mut text = step_text::headline(known, step);
        if !is_old {
            text.push_str(&place);
        }
        if !is_read {
            text.push_str(&step_text::what(known, step, step_text::LINES_MAX));
        }
        let is_tried = matches!(
            known.state(step),
            StepState::Failed | StepState::Undone { .. }
        );
        if let Some(refusal) = may_start(known.plan, known.progress, step)
            .err()
            .filter(|_| is_tried)
        {
            let _ = writeln!(text, "  It cannot run now: {}.", told::refused(&refusal));
        }
        self.places.insert(kind, place);
        self.read.insert(step);
        text
    }

    /// The answers that work now.
    fn menu(&self, step: Option<StepIndex>) -> Menu<Act> {
        let mut choices = self.answers(step);
        choices.retain(|(works, _)| *works);
        let mut choices: Vec<Choice<Act>> = choices.into_iter().map(|(_, choice)| choice).collect();
        // Where there is a way to end the run, it is what comes next.
        if step.is_none() && verdict(&self.opening.plan, self.progress()).is_some() {
            choices.sort_by_key(|choice| choice.act != Act::Leave);
        }
        Menu::new(choices)
    }

    /// All answers, and whether each works now.
    fn answers(&self, step: Option<StepIndex>) -> Vec<(bool, Choice<Act>)> {
        let known = self.known();
        let can = permitted(known.plan, known.progress, step);
        let leave = match verdict(known.plan, known.progress) {
            Some(Verdict::Succeeded) => "end the run",
            Some(Verdict::RolledBack) => "end the run as rolled back",
            None => "leave",
        };
        let has_others = known.plan.steps.len() > 1;
        let was_tried = step.is_some_and(|step| known.progress.step(step).attempt.is_some());
        let runs = can.start || can.retry || can.resolve;
        let up = known.progress.steps_up().next();
        let end = up.map_or_else(String::new, |up| format!("end {}", known.id(up)));
        let all = [
            (runs, 1, 'r', self.run_words(step), Act::Run),
            (can.run_on, 2, 'a', "run on", Act::RunOn),
            (can.skip, 3, 's', "skip", Act::Skip),
            (can.roll_back, 4, 'u', "undo", Act::Undo),
            (true, 5, 'n', "note", Act::Note),
            (has_others, 6, 'g', "another step", Act::Other),
            (
                can.abandon,
                7,
                'x',
                "roll the open transaction back",
                Act::Abandon,
            ),
            (true, 8, '?', "more", Act::More),
            (true, 9, 'q', leave, Act::Leave),
            (
                can.waive,
                10,
                'w',
                "go on without what was lost",
                Act::Waive,
            ),
            (up.is_some(), 11, 'e', &end, Act::End),
            (can.probe, 12, 'p', "run its probe", Act::Probe),
            (true, RARE, 'l', "list the steps", Act::Steps),
            (was_tried, 14, 'o', "tell its output again", Act::Output),
            (true, 15, 'v', "tell the variables", Act::Variables),
            (
                step.is_some(),
                16,
                't',
                "tell the step again, whole",
                Act::Text,
            ),
        ];
        let choice = |(works, number, letter, label, act): (bool, u8, char, &str, Act)| {
            let choice = Choice {
                number,
                letter: Some(letter),
                label: label.to_owned(),
                words: vec![act.word().to_owned()],
                act,
                is_rare: number >= RARE,
            };
            (works, choice)
        };
        all.map(choice).into()
    }

    /// What the first answer does with `step`.
    fn run_words(&self, step: Option<StepIndex>) -> &'static str {
        let known = self.known();
        let Some(step) = step else {
            return "run";
        };
        match (known.state(step), known.step(step).kind) {
            (StepState::Unknown, _) => "settle",
            (StepState::Failed | StepState::Undone { .. }, _) => "try again",
            (StepState::Succeeded | StepState::RolledBack, _) => "run again",
            (_, StepKind::Manual) => "tick",
            (_, StepKind::Sql | StepKind::Shell(_)) => "run",
        }
    }

    fn act(&mut self, act: Act, step: Option<StepIndex>, menu: &Menu<Act>) {
        match (act, step) {
            (Act::Run, Some(step)) => self.run(step),
            (Act::Skip, Some(step)) => self.skip(step),
            (Act::Probe, Some(step)) => self.send(Command::Probe(step)),
            (Act::Output, Some(step)) => self.tell_output(step),
            (Act::Text, Some(step)) => {
                print(&step_text::step_text(self.known(), step, usize::MAX));
            }
            (Act::Run | Act::Skip | Act::Probe | Act::Output | Act::Text, None) => {}
            (Act::RunOn, _) => self.send(Command::RunOn),
            (Act::Undo, step) => self.undo(step),
            (Act::Note, step) => {
                if let Some(text) = self.text("", "note") {
                    self.send(Command::Note { step, text });
                }
            }
            (Act::Other, _) => self.go_to(),
            (Act::Abandon, step) => self.abandon(step),
            (Act::More, _) => print(&format!("{}{}", menu.lines(), summary::HOW)),
            (Act::Leave, _) => self.leave(),
            (Act::Waive, step) => {
                if let Some(connection) = self.known().lacking(step) {
                    self.waive(connection);
                }
            }
            (Act::End, _) => self.end(),
            (Act::Steps, _) => print(&summary::list(self.known())),
            (Act::Variables, _) => self.tell_variables(),
        }
    }

    /// Runs, ticks or settles.
    fn run(&mut self, step: StepIndex) {
        let planned = self.opening.plan.step(step);
        if self.progress().step(step).state == StepState::Unknown {
            return self.settle(step);
        }
        if planned.kind != StepKind::Manual {
            return self.send(Command::Start(step));
        }
        let mut values = Vec::new();
        for name in &planned.flow.captures {
            let question = format!("What is {name}? The value is recorded.\n");
            match self.text(&question, name.as_str()) {
                Some(value) => values.push(value),
                None => return,
            }
        }
        self.ticked = planned.confirm.is_some().then(|| (step, values.clone()));
        self.send(Command::Tick { step, values });
    }

    fn skip(&mut self, step: StepIndex) {
        let id = &self.opening.plan.step(step).id;
        let question = format!(
            "Why is {id} skipped? The reason is recorded, and steps that need it may run then.\n"
        );
        if let Some(reason) = self.text(&question, "reason") {
            self.send(Command::Skip { step, reason });
        }
    }

    fn go_to(&mut self) {
        print(&summary::list(self.known()));
        if let Some(typed) = self.line("", "number or name of the step") {
            self.go_to_named(&typed);
        }
    }

    fn go_to_named(&mut self, typed: &str) {
        let plan = &self.opening.plan;
        let mut main = plan.indexed().filter(|(_, step)| step.is_main());
        let numbered = typed.parse::<usize>().ok();
        let numbered = numbered.and_then(|number| main.nth(number.checked_sub(1)?));
        let found = numbered.map(|(step, _)| step);
        match found.or_else(|| self.named(typed)) {
            Some(step) => {
                self.chosen = Some(step);
                self.read.remove(&step);
                self.told = None;
            }
            None => print(&format!("There is no step called {typed}.\n")),
        }
    }

    fn named(&self, id: &str) -> Option<StepIndex> {
        let mut steps = self.opening.plan.indexed();
        let found = steps.find(|(_, step)| step.id.as_str() == id);
        found.map(|(step, _)| step)
    }

    fn abandon(&mut self, step: Option<StepIndex>) {
        let Some((connection, held)) = self.known().open_transaction(step) else {
            return;
        };
        let question = format!("Send ROLLBACK on {connection}? {}\n", told::held(held));
        if self.is_confirmed(&question, "roll back") {
            self.send(Command::Abandon(connection));
        }
    }

    fn end(&mut self) {
        let Some(up) = self.progress().steps_up().next() else {
            return;
        };
        let id = self.known().id(up);
        let question = format!(
            "{id} is up. It is asked to end, and killed with all that it started if it does not.\n"
        );
        if self.is_confirmed(&question, "end it") {
            self.send(Command::StopBackground(up));
        }
    }

    /// Leaves, asking first where that would lose something.
    fn leave(&mut self) {
        if let Some((connection, held)) = self.known().open_transaction(None) {
            let question = format!(
                "Leaving ends the session of {connection}, which rolls its transaction back. {}\n",
                told::held(held)
            );
            if !self.is_confirmed(&question, "roll back and leave") {
                return;
            }
        }
        self.send(Command::Leave);
    }

    /// Ctrl-C at the question what to do next; a second one leaves.
    fn leave_asked(&mut self) {
        let question = match self.known().open_transaction(None) {
            Some((connection, held)) => format!(
                "Leave? The transaction open on {connection} is rolled back. {}\n",
                told::held(held)
            ),
            None => match verdict(&self.opening.plan, self.progress()) {
                Some(Verdict::Succeeded) => "Leave? Every step is done, and the run ends.\n",
                Some(Verdict::RolledBack) => {
                    "Leave? All that has an undo is undone, and the run ends as rolled back.\n"
                }
                None if self.opening.scratch => {
                    "Leave? The run ends here for good: its throwaway servers go with it.\n"
                }
                None => "Leave? The run stays resumable.\n",
            }
            .to_owned(),
        };
        let menu = Menu::numbered(&[('b', "no, stay", false), ('q', "yes, leave", true)]);
        let chosen = self.choose(&question, &menu);
        let is_overtaken = self.gone || self.over || !self.is_idle();
        if chosen == Some(true) || (chosen.is_none() && !is_overtaken) {
            self.send(Command::Leave);
        }
    }

    fn tell_output(&mut self, step: StepIndex) {
        let Some(attempt) = self.progress().step(step).attempt else {
            return;
        };
        let id = OutputId {
            step: self.opening.plan.step(step).id.clone(),
            attempt,
        };
        let outputs = self.printer.outputs;
        let length = outputs.length(&id).lines;
        let mut from = 0;
        while from < length {
            let until = length.min(from + LINES_AT_ONCE);
            for line in outputs.lines(&id, from..until, LINE_BYTES_MAX) {
                print(&format!("  {line}\n"));
            }
            from = until;
        }
        if length == 0 {
            print("  It printed nothing.\n");
        }
    }

    fn tell_variables(&self) {
        let mut text = String::new();
        for (name, binding) in self.progress().bindings() {
            let _ = writeln!(text, "  {name} = {}", step_text::shown(binding));
        }
        match text.is_empty() {
            true => print("  There are none.\n"),
            false => print(&text),
        }
    }
}
