//! What has to happen in the shell itself: a child could change only its own folder.

use super::NAME;
use super::jobs::JobState;
use super::parse::Command;
use super::pipeline::{Streams, in_words};
use super::run::Shell;
use crate::stdio::write_all;
use crate::sys;
use rustix::process::Signal;
use std::io;

pub(super) const BUILTINS: [&str; 5] = ["cd", "exit", "jobs", "fg", "bg"];

/// Runs a builtin with its redirections; its exit status.
pub(super) fn run(shell: &mut Shell, command: &Command) -> io::Result<i32> {
    let mut streams = Streams::default();
    if let Err(error) = streams.redirect(&command.redirects) {
        write_all(streams.get(2), format!("{NAME}: {error}\n").as_bytes())?;
        return Ok(1);
    }
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["cd"] => Err("say where".to_string()),
        ["cd", to] => std::env::set_current_dir(to)
            .map_err(|error| format!("{to}: {}", in_words(&error))),
        ["exit"] => return shell.leave(None),
        ["exit", status] => match status.parse::<u8>() {
            Ok(status) => return shell.leave(Some(status.into())),
            Err(_) => Err(format!("`{status}` is no number from 0 to 255")),
        },
        ["jobs"] => {
            shell.jobs.reap()?;
            let lines: String =
                shell.jobs.iter().map(|job| job.describe() + "\n").collect();
            write_all(streams.get(1), lines.as_bytes())?;
            shell.jobs.news();
            Ok(())
        }
        ["fg"] | ["bg"] => return resume(shell, words[0], None, &streams),
        ["fg" | "bg", number] => match number.trim_start_matches('%').parse() {
            Ok(number) => return resume(shell, words[0], Some(number), &streams),
            Err(_) => Err(format!("`{number}` is no job's number")),
        },
        _ => Err("too many words".to_string()),
    };
    match result {
        Ok(()) => Ok(0),
        Err(what) => complain(&streams, words[0], &what),
    }
}

fn complain(streams: &Streams, builtin: &str, what: &str) -> io::Result<i32> {
    write_all(
        streams.get(2),
        format!("{NAME}: {builtin}: {what}\n").as_bytes(),
    )?;
    Ok(1)
}

// ANCHOR: resume
/// `fg` and `bg`: SIGCONT for the whole group, and for `fg` the terminal first.
fn resume(
    shell: &mut Shell,
    builtin: &str,
    number: Option<usize>,
    streams: &Streams,
) -> io::Result<i32> {
    shell.jobs.reap()?;
    if shell.terminal.is_none() {
        return complain(streams, builtin, "there is no terminal, so no job control");
    }
    let ended = |job: &&mut super::Job| !matches!(job.state(), JobState::Done(_));
    let Some(job) = shell.jobs.find(number).filter(ended) else {
        return complain(streams, builtin, "there is no such job");
    };
    job.background = builtin == "bg";
    let (number, group, modes) = (job.number, job.group, job.modes.take());
    let text = format!("{}\n", job.text);
    let terminal = shell
        .terminal
        .as_ref()
        .filter(|_| builtin == "fg")
        .zip(group);
    if let Some((terminal, group)) = terminal {
        terminal.give(group, None)?;
    }
    // Not before: whoever reads this may press Ctrl-C, which shall reach the job. By
    // now the shell is in the background.
    sys::without_sigttou(|| write_all(streams.get(1), text.as_bytes()))?;
    if let Some((terminal, group)) = terminal {
        terminal.give(group, modes.as_ref())?;
    }
    shell
        .jobs
        .find(Some(number))
        .expect("it is there")
        .resumed();
    if let Some(group) = group {
        rustix::process::kill_process_group(group, Signal::CONT)?;
    }
    if builtin == "fg" {
        shell.wait_for(number)
    } else {
        Ok(0)
    }
}
// ANCHOR_END: resume
