//! A run with a person at the terminal and no screen: each step is told and asked about as lines, answered by a number or a
//! letter and Enter. Decides nothing: it passes on what was answered, and tells what came of it.

mod act;
mod answers;
mod asides;
mod console;
mod known;
mod menu;
mod page;
mod step_text;
mod summary;
mod told;
mod undoing;
mod unknown;
mod watching;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use stepmark_core::plan::Role;
use stepmark_core::progress::{Before, Progress, StepState};
use stepmark_core::record::{Event, Record, Verdict};
use stepmark_core::runner::{Activity, Command, Glimpse, Notice, verdict};
use stepmark_core::{StepId, StepIndex};
use stepmark_driver::{Cursor, Driver, Remote};
use stepmark_tui::Opening;

use self::console::{Console, Heard};
use self::known::Known;
use self::menu::Menu;
use self::watching::Watching;
use super::{PATIENCE, Printer, print};

/// Shows the run and asks about it until it is over. A terminal that is or goes away puts it down.
pub(crate) fn attend(driver: &Driver, opening: &Opening, warnings: &str) -> Progress {
    super::opening(opening, warnings);
    let mut cursor = driver.feed().cursor();
    let console = Console::open().and_then(|console| {
        driver.feed().wake(console.waker()?);
        Ok(console)
    });
    let Ok(console) = console else {
        driver.remote().signal(signal_hook::consts::SIGHUP);
        return super::follow(&opening.plan, cursor, driver.outputs());
    };
    let (records, glimpse) = cursor.news();
    let mut attended = Attended {
        opening,
        remote: driver.remote(),
        cursor,
        printer: Printer::of(&opening.plan, driver.outputs()),
        console,
        glimpse,
        notices: VecDeque::new(),
        before: Before::default(),
        watching: Watching::nothing(),
        first: opening.first.clone(),
        awaits: false,
        over: false,
        gone: false,
        leaving: false,
        chosen: None,
        last: None,
        told: None,
        read: BTreeSet::new(),
        places: BTreeMap::new(),
        ticked: None,
        lent: None,
    };
    attended.begin(&records);
    attended.go_on();
    print(&format!("log {}\n", opening.log));
    attended.printer.progress
}

/// A run and the person who is asked about it.
struct Attended<'a> {
    opening: &'a Opening,
    remote: Remote,
    cursor: Cursor,
    printer: Printer<'a>,
    console: Console,
    glimpse: Glimpse,
    /// What was said and not answered yet.
    notices: VecDeque<Notice>,
    before: Before,
    watching: Watching,
    /// What the run was taken up for, until it was asked about.
    first: Option<Command>,
    /// Whether a command was sent and nothing came of it yet.
    awaits: bool,
    /// Whether nothing more will come from the run.
    over: bool,
    /// Whether the terminal went away.
    gone: bool,
    /// Whether leaving was asked for while a step runs, and not confirmed yet.
    leaving: bool,
    /// The step that the person went to.
    chosen: Option<StepIndex>,
    /// The step of the main flow that was worked on last.
    last: Option<StepIndex>,
    /// The step that was told last, or that there is none, and where it stood.
    told: Option<(Option<StepIndex>, StepState)>,
    /// The steps that were told whole.
    read: BTreeSet<StepIndex>,
    /// What was said last of where steps of a kind run.
    places: BTreeMap<&'static str, String>,
    /// What was typed for a manual step that has to be confirmed first.
    ticked: Option<(StepIndex, Vec<String>)>,
    /// The step that has the terminal.
    lent: Option<StepId>,
}

/// What came of asking.
enum Answer {
    /// A line, trimmed.
    Line(String),
    /// Ctrl-C or Ctrl-D.
    Back,
    /// What happened meanwhile makes the question another one.
    Overtaken,
}

impl<'a> Attended<'a> {
    /// What is known by now.
    fn known(&self) -> Known<'_> {
        Known {
            plan: &self.opening.plan,
            progress: &self.printer.progress,
            opening: self.opening,
        }
    }

    fn progress(&self) -> &Progress {
        &self.printer.progress
    }

    /// Tells what will run where, and what was before where the run is taken up.
    fn begin(&mut self, records: &[std::sync::Arc<Record>]) {
        let is_taking_up =
            |record: &std::sync::Arc<Record>| matches!(record.event, Event::RunResumed { .. });
        let past = records.iter().rposition(is_taking_up);
        let past = past.map_or(0, |at| at + 1);
        for record in &records[..past] {
            self.before.hear(record, &self.printer.progress);
            self.printer.progress.apply(&self.opening.plan, record);
        }
        print(&summary::steps(self.known()));
        match &self.before.taken_up {
            Some(before) => {
                print(&summary::taken_up(self.known(), before));
                print(summary::HOW_SHORT);
            }
            None => print(summary::HOW),
        }
        for record in &records[past..] {
            self.hear(record);
        }
    }

    /// Asks and tells, one after the other, until the run is over.
    fn go_on(&mut self) {
        loop {
            self.follow();
            if self.over {
                return;
            }
            if let Some(notice) = self.notices.pop_front() {
                self.answer(notice);
                continue;
            }
            match self.first.take() {
                Some(Command::RollBack { to }) => self.undo(to),
                Some(command) => self.send(command),
                None => self.turn(),
            }
        }
    }

    /// Tells what happens until something is to be asked, and hears what is said meanwhile.
    fn follow(&mut self) {
        loop {
            self.listen(Standing::Nothing);
            if self.over || (self.is_idle() && !self.gone) {
                return;
            }
            if self.gone {
                self.over |= self.cursor.wait(PATIENCE);
                continue;
            }
            match self.console.hear(PATIENCE) {
                Heard::Line(line) => self.aside(&line),
                Heard::Interrupt => self.cancel(),
                Heard::Gone => self.left_alone(),
                Heard::End | Heard::Continued | Heard::Nothing => {}
            }
        }
    }

    fn is_idle(&self) -> bool {
        let is_quiet = self.glimpse.activity == Activity::Idle;
        (is_quiet && self.progress().running().is_none() && !self.awaits)
            || !self.notices.is_empty()
    }

    /// Takes in and tells what is new; whether there was anything.
    fn listen(&mut self, standing: Standing) -> bool {
        #[cfg(debug_assertions)]
        crate::drill::panic_if_asked();
        let (records, glimpse) = self.cursor.news();
        let seen = self.printer.notice_seen;
        let notices: Vec<(u64, Notice)> = glimpse.notices_after(seen).cloned().collect();
        let is_new = !records.is_empty() || !notices.is_empty();
        if is_new && standing == Standing::Prompt {
            print("\n");
        }
        for record in &records {
            self.hear(record);
        }
        self.printer.output(false);
        let seen = self.watching.news(&glimpse, Instant::now());
        if !seen.is_empty() {
            print(&seen);
        }
        if self.glimpse.activity != Activity::Idle && glimpse.activity == Activity::Idle {
            self.awaits = false;
        }
        for (number, notice) in notices {
            self.printer.notice_seen = number;
            self.awaits = false;
            self.notices.push_back(notice);
        }
        self.glimpse = glimpse;
        self.over = self.cursor.wait(Duration::ZERO);
        is_new
    }

    fn hear(&mut self, record: &Record) {
        self.before.hear(record, &self.printer.progress);
        self.awaits &= is_followed(&record.event);
        let told = self.told.as_ref().and_then(|(step, _)| *step);
        self.printer.announced = told.map(|step| self.opening.plan.step(step).id.clone());
        self.printer.record(record);
        self.terminal(&record.event);
        match &record.event {
            Event::StepStarted { step, .. }
            | Event::StepSkipped { step, .. }
            | Event::StepNotNeeded { step, .. }
            | Event::StepResolved { step, .. } => {
                self.leaving = false;
                self.told = None;
                self.went_to(self.opening.plan.index_of(step));
            }
            Event::StepFinished { step, .. } => {
                self.told = None;
                let index = self.opening.plan.index_of(step);
                let failed = |index: &StepIndex| {
                    let state = &self.progress().step(*index).state;
                    matches!(state, StepState::Failed | StepState::Unknown)
                };
                self.went_to(index.filter(failed));
            }
            Event::TransactionEnded { .. } => self.told = None,
            Event::RollbackStarted { .. } | Event::RunPaused { .. } | Event::RunFinished { .. } => {
                self.chosen = None;
            }
            _ => {}
        }
    }

    /// Gives the terminal to a step and takes it back. Whatever ends that step gives it back, also where no record says so;
    /// what ends another one does not.
    fn terminal(&mut self, event: &Event) {
        match event {
            Event::TerminalLent { step, .. } => {
                self.lent = Some(step.clone());
                self.console.lend();
                self.remote.terminal_free();
            }
            Event::StepFinished { step, .. } | Event::StepInterrupted { step, .. }
                if self.lent.as_ref() != Some(step) => {}
            Event::TerminalReturned { .. }
            | Event::StepFinished { .. }
            | Event::StepInterrupted { .. }
            | Event::RunPaused { .. }
            | Event::RunFinished { .. } => {
                self.lent = None;
                self.console.take_back();
            }
            _ => {}
        }
    }

    /// Work goes on at `step`, and no longer where the person went to.
    fn went_to(&mut self, step: Option<StepIndex>) {
        if let Some(step) = step {
            self.chosen = None;
            self.last = Some(match self.opening.plan.step(step).role {
                Role::Main => step,
                Role::RollbackOf(of) | Role::ProbeOf(of) => of,
            });
        }
    }

    /// The step that is asked about.
    fn current(&self) -> Option<StepIndex> {
        let (known, progress) = (self.known(), self.progress());
        let stuck = |step: &StepIndex| {
            matches!(
                known.state(*step),
                StepState::Failed | StepState::Undone { by: None, .. } | StepState::RolledBack
            )
        };
        let next = || match self.last {
            Some(last) => progress.next_from(last),
            None => progress.next(),
        };
        // Where to go on from what was undone is for the person to say.
        let is_undone = verdict(known.plan, progress) == Some(Verdict::RolledBack);
        if self.chosen.is_none() && is_undone {
            return None;
        }
        self.chosen
            .or_else(|| progress.next_undo())
            .or_else(|| known.first_unknown())
            .or_else(|| self.last.filter(stuck))
            .or_else(next)
            .or_else(|| known.first_stuck())
    }

    /// Sends a command, whose answer is then waited for.
    fn send(&mut self, command: Command) {
        self.awaits = true;
        self.remote.command(command);
    }

    /// The terminal went away: the run is put down and not left alone.
    fn left_alone(&mut self) {
        if !std::mem::replace(&mut self.gone, true) {
            self.remote.signal(signal_hook::consts::SIGHUP);
        }
    }

    /// Asks for a line. What happens meanwhile is told.
    fn ask(&mut self, prompt: &str, question: Question) -> Answer {
        self.console.prompt(prompt);
        loop {
            match self.console.hear(PATIENCE) {
                Heard::Line(line) => return Answer::Line(line),
                Heard::Interrupt | Heard::End => {
                    print("\n");
                    return Answer::Back;
                }
                Heard::Gone => {
                    self.left_alone();
                    return Answer::Overtaken;
                }
                Heard::Continued => print(prompt),
                Heard::Nothing => {}
            }
            if !self.listen(Standing::Prompt) {
                continue;
            }
            let is_other =
                question == Question::Turn || !self.is_idle() || !self.notices.is_empty();
            if self.over || is_other {
                return Answer::Overtaken;
            }
            print(prompt);
        }
    }

    /// Asks for one of the answers of `menu`; none when the person goes back, or the question is overtaken.
    fn choose<A: Copy>(&mut self, question: &str, menu: &Menu<A>) -> Option<A> {
        let prompt = format!("{}answer: ", menu.line());
        print(question);
        loop {
            match self.ask(&prompt, Question::Aside) {
                Answer::Line(line) if line.is_empty() => {}
                Answer::Line(line) => match menu.meant(&line) {
                    Some(act) => return Some(act),
                    None => print("That is none of the answers.\n"),
                },
                Answer::Back | Answer::Overtaken => return None,
            }
        }
    }

    /// Asks whether to do something; no where the person goes back. `yes` is what is done then.
    fn is_confirmed(&mut self, question: &str, yes: &str) -> bool {
        let yes = format!("yes, {yes}");
        let menu = Menu::numbered(&[('n', "no", false), ('y', yes.as_str(), true)]);
        self.choose(question, &menu).unwrap_or(false)
    }

    /// Asks for a text that is recorded and may not be empty; none where the person goes back.
    fn text(&mut self, question: &str, prompt: &str) -> Option<String> {
        let text = self.line(question, prompt);
        if text.is_none() && !self.gone {
            print("Nothing was recorded.\n");
        }
        text
    }

    /// Asks for a line that may not be empty; none where the person goes back.
    fn line(&mut self, question: &str, prompt: &str) -> Option<String> {
        print(question);
        let prompt = format!("{prompt} (Ctrl-C goes back): ");
        loop {
            match self.ask(&prompt, Question::Aside) {
                Answer::Line(line) if line.is_empty() => print("Nothing was typed.\n"),
                Answer::Line(line) => return Some(line),
                Answer::Back | Answer::Overtaken => return None,
            }
        }
    }

    /// Asks for exactly `wanted`; no where the person goes back.
    fn typed(&mut self, question: &str, wanted: &str) -> bool {
        print(question);
        let prompt = format!("Type {wanted} to go on (Ctrl-C goes back): ");
        loop {
            match self.ask(&prompt, Question::Aside) {
                Answer::Line(line) if line == wanted => return true,
                Answer::Line(_) => print(&format!("That is not \u{201c}{wanted}\u{201d}.\n")),
                Answer::Back | Answer::Overtaken => return false,
            }
        }
    }
}

/// Whether what answers a command is still to come: a start, or why there is none.
fn is_followed(event: &Event) -> bool {
    matches!(
        event,
        Event::StepConfirmed { .. }
            | Event::TargetIdentified { .. }
            | Event::RollbackStarted { .. }
    )
}

/// What stands on the last line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nothing.
    Nothing,
    /// A prompt, which what is told must not be appended to.
    Prompt,
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// What to do next: any news changes it.
    Turn,
    /// Something that stays as it is while nothing runs.
    Aside,
}
