//! `/proc`: what the kernel says about processes, as files (proc(5)).

use std::fs;
use std::io;

/// The first fields of `/proc/PID/stat`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    pub pid: i32,
    /// The program's name: at most 15 bytes, of any kind but NUL.
    pub name: Vec<u8>,
    /// `R` runs, `S` sleeps, `T` is stopped, `Z` is a zombie.
    pub state: char,
    pub parent: i32,
    /// Its process group.
    pub group: i32,
    pub session: i32,
    /// The foreground group of its terminal, -1 if it has none.
    pub foreground: i32,
}

// ANCHOR: stat
/// Takes apart `PID (NAME) STATE PARENT GROUP SESSION TERMINAL FOREGROUND …`. The name
/// may hold spaces and parentheses, so its end is the *last* `)`.
pub fn parse_stat(text: &[u8]) -> Option<Stat> {
    let open = text.iter().position(|byte| *byte == b'(')?;
    let close = text.iter().rposition(|byte| *byte == b')')?;
    let pid = std::str::from_utf8(&text[..open]).ok()?;
    let rest = std::str::from_utf8(text.get(close + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    let mut number = || fields.next()?.parse().ok();
    Some(Stat {
        pid: pid.trim().parse().ok()?,
        name: text.get(open + 1..close)?.to_vec(),
        state,
        parent: number()?,
        group: number()?,
        session: number()?,
        foreground: {
            number()?; // the terminal's device
            number()?
        },
    })
}
// ANCHOR_END: stat

/// Reads `/proc/PID/stat`.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] if there is no such process (any more).
pub fn stat(pid: i32) -> io::Result<Stat> {
    let text = fs::read(format!("/proc/{pid}/stat"))?;
    parse_stat(&text).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// All processes whose parent is `parent`, zombies too.
///
/// # Errors
/// If `/proc` cannot be read.
pub fn children(parent: i32) -> io::Result<Vec<Stat>> {
    let pids = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    // A process that ends while we look is none of them.
    Ok(pids
        .filter_map(|pid| stat(pid).ok())
        .filter(|s| s.parent == parent)
        .collect())
}

/// Does `pid` ignore `signal` (a number)?
///
/// # Errors
/// As [`stat`].
pub fn ignores(pid: i32, signal: i32) -> io::Result<bool> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let mask = mask.ok_or(io::ErrorKind::InvalidData)?;
    Ok(mask >> (signal - 1) & 1 == 1)
}
