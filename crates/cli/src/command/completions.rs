//! `stepmark completions SHELL` and `stepmark man`: made from the same description as `--help`.

use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::app::reason;
use crate::say::hand_out;
use crate::{Arguments, Complaint, Exit};

/// For which shell.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark completions bash > ~/.local/share/bash-completion/completions/stepmark
  stepmark completions zsh > \"${fpath[1]}/_stepmark\"
  stepmark completions fish > ~/.config/fish/completions/stepmark.fish")]
pub struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Where to.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark man | man -l -                            read it
  stepmark man --dir ~/.local/share/man/man1         a page for each command")]
pub struct ManArguments {
    /// Write a page for each command into this folder, instead of printing the first.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Prints what a shell completes `stepmark` by.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "stepmark",
        &mut script,
    );
    hand_out(&script);
    Exit::Done
}

/// Prints the manual page, or writes one for each command.
pub(crate) fn man(arguments: &ManArguments) -> Result<Exit, Complaint> {
    let command = Arguments::command();
    match &arguments.dir {
        None => {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(command).render(&mut page);
            rendered.expect("memory takes what is written");
            hand_out(&page);
        }
        Some(folder) => write_pages(command, folder)?,
    }
    Ok(Exit::Done)
}

fn write_pages(command: clap::Command, folder: &Path) -> Result<(), Complaint> {
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| {
        let message = format!("cannot write into {}: {}", folder.display(), reason(&error));
        Complaint::new(Exit::Failed, message).hint("give another folder with --dir")
    })
}
