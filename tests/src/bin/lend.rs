//! Runs one step that has the terminal, as a screen does that has let go of it: `lend FOLDER PROGRAM TEXT [CAPTURE…]`.
//!
//! With `LEND_GATE` it says `ready` and waits for somebody to write to that fifo first; each line in the fifo `LEND_CANCELS`
//! is how hard to cancel.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use stepmark_core::VariableName;
use stepmark_core::output::OutputSink;
use stepmark_core::plan::Interpreter;
use stepmark_engines::redact::Redactor;
use stepmark_engines::shell::{Graces, ShellMode, ShellWork, Shells};

struct Nowhere;

impl OutputSink for Nowhere {
    fn write(&self, text: String) {
        println!("recorded: {text}");
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, program, text, captures @ ..] = &arguments[..] else {
        panic!("lend FOLDER PROGRAM TEXT [CAPTURE…]");
    };
    if let Some(gate) = std::env::var_os("LEND_GATE") {
        println!("ready");
        fs::read(gate).expect("a fifo");
    }
    let graces = Graces {
        interrupt: Duration::from_millis(100),
        terminate: Duration::from_millis(100),
        ..Graces::STANDARD
    };
    let shells = Shells::start_with(graces).expect("shells");
    let (sender, ended) = mpsc::channel();
    let done = Box::new(move |end| sender.send(end).expect("somebody listens"));
    let run = shells.run(
        work(folder, program, text, captures),
        Arc::new(Nowhere),
        done,
    );
    if let Some(cancels) = std::env::var_os("LEND_CANCELS") {
        std::thread::spawn(move || {
            let lines = BufReader::new(File::open(cancels).expect("a fifo")).lines();
            for force in lines.map_while(Result::ok) {
                run.cancel(force.parse().expect("a number"));
            }
        });
    }
    let ended = ended.recv().expect("it ends");
    let keys = rustix::io::ioctl_fionread(std::io::stdin()).unwrap_or(0);
    println!("ended: {ended:?}");
    println!("{keys} keys left");
    println!("{} left behind", shells.stop().ended);
}

fn work(folder: &str, program: &str, text: &str, captures: &[String]) -> ShellWork {
    let (interpreter, program) = match program {
        "bash" => (Interpreter::Bash, Vec::new()),
        "psql" => (Interpreter::Psql, Vec::new()),
        other => (Interpreter::Other, vec![other.to_owned()]),
    };
    ShellWork {
        interpreter,
        program,
        mode: ShellMode::Terminal,
        text: text.to_owned(),
        psql: "psql".into(),
        variables: Vec::new(),
        removed: Vec::new(),
        psql_variables: Vec::new(),
        expectation: None,
        captures: captures.iter().map(VariableName::new).collect(),
        folder: folder.into(),
        starts_in: None,
        state: PathBuf::from(folder).join("state"),
        redactor: Redactor::new([]),
        lock: None,
    }
}
