//! The shell on a terminal, which the test opens itself: it types, and reads the screen.
//!
//! Every wait is for something to appear on the screen or in /proc, never for a time.

#![cfg(target_os = "linux")]

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::tcgetpgrp;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};
use unix_notes::procfs::{self, Stat};
use unix_notes::terminal::{Pty, makes_signals};

/// No wait takes longer, unless something is wrong.
const GUARD: Duration = Duration::from_secs(60);
const PROMPT: &str = "mini-sh> ";

struct Session {
    pty: Pty,
    shell: Child,
}

impl Session {
    fn new() -> Session {
        let pty = Pty::open().expect("a pseudo-terminal");
        let mut command = Command::new(env!("CARGO_BIN_EXE_mini-sh"));
        let shell = pty.spawn(&mut command).expect("the shell runs");
        let mut session = Session { pty, shell };
        session.see(PROMPT);
        session
    }

    fn key(&self, text: &str) {
        self.pty.type_in(text).expect("it is typed");
    }

    /// Waits until `text` is on the screen; what came before it.
    fn see(&mut self, text: &str) -> String {
        self.pty
            .expect(text, GUARD)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs a line to the next prompt; what it printed.
    fn run(&mut self, line: &str) -> String {
        self.key(&format!("{line}\n"));
        self.see("\r\n"); // the echo
        self.see(PROMPT)
    }

    fn pid(&self) -> i32 {
        self.shell.id() as i32
    }

    /// Waits until the shell's children are as `wanted` says.
    fn children(&self, wanted: impl Fn(&[Stat]) -> bool) -> Vec<Stat> {
        let children = || procfs::children(self.pid()).expect("/proc");
        until(|| Some(children()).filter(|children| wanted(children)))
    }

    /// Starts `line` in the foreground and waits until its processes are what the
    /// terminal belongs to, and have called exec.
    fn start(&mut self, line: &str, processes: usize) -> Vec<Stat> {
        self.key(&format!("{line}\n"));
        self.see("\r\n");
        self.children(|all| {
            let ready = |p: &&Stat| p.name != b"mini-sh" && p.foreground == p.group;
            all.iter().filter(ready).count() == processes
        })
    }

    fn foreground(&self) -> i32 {
        let group = tcgetpgrp(self.pty.master()).expect("a foreground group");
        group.as_raw_nonzero().get()
    }

    fn leave(mut self) -> ExitStatus {
        self.key("exit 0\n");
        self.shell.wait().expect("it ends")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // If a test failed: nothing may be left. Fails if the shell has ended.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// Asks again and again until there is an answer.
fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + GUARD;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never happens");
        std::thread::sleep(Duration::from_millis(1)); // lets the others run
    }
}

#[test]
fn ctrl_c_ends_the_foreground_job_and_not_the_shell() {
    let mut session = Session::new();
    session.start("sleep 1000", 1);
    session.key("\x03");
    session.see(PROMPT);
    assert_eq!(session.run("echo alive"), "alive\r\n");
    assert!(session.leave().success());
}

#[test]
fn ctrl_c_reaches_every_process_of_a_pipeline() {
    let mut session = Session::new();
    let processes = session.start("sleep 1000 | cat | cat", 3);
    let group = processes[0].group;
    assert!(
        processes
            .iter()
            .all(|p| p.group == group && p.session == session.pid())
    );
    assert!(
        processes.iter().any(|p| p.pid == group),
        "a group is named for a member"
    );
    assert_eq!(session.foreground(), group);
    session.key("\x03");
    session.see(PROMPT);
    session.children(<[Stat]>::is_empty); // no zombie is left either
    assert_eq!(session.foreground(), session.pid());
    session.leave();
}

#[test]
fn ctrl_c_leaves_the_background_alone() {
    let mut session = Session::new();
    session.run("sleep 1000 &");
    session.start("sleep 2000", 1);
    session.key("\x03");
    session.see(PROMPT);
    let left = session.children(|all| all.len() == 1 && all[0].state == 'S');
    assert!(
        session.run("jobs").contains("[1] running"),
        "the job runs on"
    );
    session.leave();
    until(|| procfs::stat(left[0].pid).is_err().then_some(())); // SIGHUP ends it
}

#[test]
fn ctrl_c_at_the_prompt_drops_the_line() {
    let mut session = Session::new();
    session.key("echo never");
    session.see("echo never");
    session.key("\x03");
    session.see(PROMPT);
    assert_eq!(session.run("echo next"), "next\r\n");
    session.leave();
}

#[test]
fn ctrl_z_stops_fg_continues() {
    let mut session = Session::new();
    session.start("cat", 1);
    session.key("\x1a");
    session.see("[1] stopped by SIGTSTP");
    session.see(PROMPT);
    session.children(|all| all.len() == 1 && all[0].state == 'T');
    assert!(session.run("jobs").contains("[1] stopped by SIGTSTP   cat"));
    session.key("fg\n");
    session.see("fg\r\ncat\r\n");
    session.key("typed\n");
    session.see("typed\r\ntyped\r\n"); // the echo, and what cat wrote
    session.key("\x04"); // the end of its input
    session.see(PROMPT);
    session.children(<[Stat]>::is_empty);
    session.leave();
}

#[test]
fn bg_continues_without_the_terminal() {
    let mut session = Session::new();
    session.start("sleep 1000", 1);
    session.key("\x1a");
    session.see(PROMPT);
    assert_eq!(session.run("bg %1"), "sleep 1000\r\n");
    session.children(|all| all.len() == 1 && all[0].state == 'S');
    assert_eq!(session.foreground(), session.pid());
    assert!(session.run("jobs").contains("running"));
    session.leave();
}

/// A job in the background that reads the terminal is stopped by the kernel.
#[test]
fn the_background_may_not_read_the_terminal() {
    let mut session = Session::new();
    session.run("cat &");
    session.children(|all| all.len() == 1 && all[0].state == 'T');
    assert!(session.run("jobs").contains("[1] stopped by SIGTTIN"));
    session.key("fg 1\n");
    session.see("cat\r\n");
    session.key("now\n");
    session.see("now\r\nnow\r\n");
    session.key("\x03");
    session.see(PROMPT);
    session.leave();
}

/// Many children end at once; signals for them are merged, and none may be forgotten.
#[test]
fn no_zombie_is_left_when_many_end_at_once() {
    let mut session = Session::new();
    for _ in 0..20 {
        session.run("true & true & true & true & true | true | true &");
    }
    session.children(<[Stat]>::is_empty);
    assert_eq!(session.run("jobs").matches("running").count(), 0);
    session.leave();
}

#[test]
fn the_end_of_a_background_job_is_told_before_the_next_prompt() {
    let mut session = Session::new();
    // It may end before the very next prompt.
    let mut said = session.run("sh -c 'exit 3' &");
    session.children(|all| all.iter().all(|p| p.state == 'Z') || all.is_empty());
    said += &session.run("true");
    said += &session.run("true");
    assert!(said.contains("[1] exit 3"), "{said}");
    session.leave();
}

#[test]
fn a_job_that_leaves_the_terminal_raw_does_no_harm() {
    let mut session = Session::new();
    session.run("stty raw -echo");
    assert!(makes_signals(session.pty.slave()).expect("a terminal"));
    assert_eq!(session.run("echo fine"), "fine\r\n");
    session.leave();
}

/// Whoever sees the job's name may press Ctrl-C.
#[test]
fn fg_names_a_job_that_has_the_terminal_already() {
    let mut session = Session::new();
    let group = session.start("cat", 1)[0].group;
    for _ in 0..300 {
        session.key("\x1a");
        session.see(PROMPT);
        session.key("fg\n");
        session.see("fg\r\ncat\r\n");
        assert_eq!(session.foreground(), group);
        // SIGCONT throws away a Ctrl-Z that comes before it.
        session.children(|all| all[0].state != 'T');
    }
    session.key("\x03");
    session.see(PROMPT);
    session.leave();
}

/// Between fork and exec the child has the shell's handler, and the terminal.
#[test]
fn ctrl_c_reaches_a_child_that_has_not_called_exec() {
    let mut session = Session::new();
    for _ in 0..200 {
        session.key("cat\n");
        session.see("cat\r\n");
        let shell = session.pid();
        until(|| (session.foreground() != shell).then_some(()));
        session.key("\x03");
        session.see(PROMPT);
    }
    session.leave();
}

/// In the background it must stop, and not ask for the terminal again and again.
#[test]
fn a_shell_that_is_started_in_the_background_stops() {
    let pty = Pty::open().expect("a pseudo-terminal");
    let mut command = Command::new("sh");
    let script = r#"trap "" TTIN; set -m; "$0" & read x"#;
    command.args(["-c", script, env!("CARGO_BIN_EXE_mini-sh")]);
    let mut sh = pty.spawn(&mut command).expect("sh runs");
    let stopped = || {
        let children = procfs::children(sh.id() as i32).expect("/proc");
        children.into_iter().find(|child| child.state == 'T')
    };
    let shell = Pid::from_raw(until(stopped).pid).expect("a pid");
    kill_process(shell, Signal::KILL).expect("it is stopped");
    sh.kill().expect("it waits for a line");
    sh.wait().expect("it ends");
}

/// Its parent is gone, and with it whoever could call `fg`: nothing can stop it.
#[test]
fn a_shell_in_an_orphaned_group_gives_up() {
    let mut pty = Pty::open().expect("a pseudo-terminal");
    let mut command = Command::new("sh");
    let orphan = r#"{ while kill -0 $$; do :; done; exec "$0" < /dev/tty; } &"#;
    let script = format!("set -m; sh -c '{orphan}' \"$0\" & wait; read x");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_mini-sh")]);
    let mut sh = pty.spawn(&mut command).expect("sh runs");
    pty.expect("no way to the foreground", GUARD)
        .expect("it ends");
    sh.kill().expect("it waits for a line");
    sh.wait().expect("it ends");
}

#[test]
fn exit_warns_of_stopped_jobs_once() {
    let mut session = Session::new();
    session.start("sleep 1000", 1);
    session.key("\x1a");
    session.see(PROMPT);
    let sleeping = session.children(|all| all.len() == 1)[0].pid;
    assert_eq!(session.run("exit"), "there are stopped jobs\r\n");
    session.key("exit 5\n");
    assert_eq!(session.shell.wait().expect("it ends").code(), Some(5));
    until(|| procfs::stat(sleeping).is_err().then_some(()));
}

#[test]
fn the_end_of_the_input_ends_the_shell() {
    let mut session = Session::new();
    session.key("\x04");
    assert_eq!(session.shell.wait().expect("it ends").code(), Some(0));
}

#[test]
fn sigterm_and_sighup_end_the_shell_and_its_jobs() {
    for signal in [Signal::TERM, Signal::HUP] {
        let mut session = Session::new();
        let sleeping = session.start("sleep 1000", 1)[0].pid;
        let shell = Pid::from_child(&session.shell);
        kill_process(shell, signal).expect("it lives");
        let status = session.shell.wait().expect("it ends");
        assert_eq!(status.code(), Some(128 + signal.as_raw()));
        until(|| procfs::stat(sleeping).is_err().then_some(()));
    }
}
