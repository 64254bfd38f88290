//! A terminal, and what it makes of what is typed.

use crate::{GUARD, Said, actor};
use std::io::{self, Read};
use std::process::{Command, Stdio};
use unix_notes::terminal::{Pty, makes_signals, set_raw};

// ANCHOR: ctrl-c
pub fn ctrl_c(said: &mut Said) -> io::Result<()> {
    let mut pty = Pty::open()?;
    let mut parent = pty.spawn(&mut actor("ctrl-c", "parent"))?; // starts the child
    pty.expect("ready", GUARD)?;
    pty.expect("ready", GUARD)?;
    pty.type_in("\x03")?;
    let told = pty.expect("raw\r\n", GUARD)?;
    if told.contains("parent got SIGINT") && told.contains("child got SIGINT") {
        said.push("cooked: parent and child got SIGINT".to_string());
    }
    pty.type_in("\x03")?;
    pty.expect("parent read ", GUARD)?;
    said.push(format!("raw: parent read {}", pty.expect("\r\n", GUARD)?));
    parent.wait().map(drop)
}
// ANCHOR_END: ctrl-c

// ANCHOR: raw-mode-shared
pub fn raw_mode_shared(said: &mut Said) -> io::Result<()> {
    let mut sh = Command::new("sh");
    sh.args(["-c", "printf started >&2; cat"]);
    for (who, mut command) in [("sh", sh), ("node", actor("hold-modes", ""))] {
        let pty = Pty::open()?;
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        command.stdout(pty.slave().try_clone_to_owned()?);
        let mut child = command.spawn()?;
        let mut started = [0; "started".len()];
        child
            .stderr
            .take()
            .expect("it is piped")
            .read_exact(&mut started)?;
        let is_raw = set_raw(pty.slave()).is_ok(); // what the parent remembers
        let before = !makes_signals(pty.slave())?;
        drop(child.stdin.take());
        child.wait()?;
        let after = !makes_signals(pty.slave())?;
        said.push(format!(
            "{who}: {before}, then {after}; isRaw says {is_raw}"
        ));
    }
    Ok(())
}
// ANCHOR_END: raw-mode-shared
