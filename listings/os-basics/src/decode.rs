//! System calls in words, in the notation of `strace`.
//!
//! What a call takes and answers is a convention between it and its callers; nothing in
//! the registers tells a number from an address. So there is a table.

use crate::tracer::Call;
use nix::errno::Errno;
use nix::libc;
use std::fs::File;
use std::os::unix::fs::FileExt;

/// The name of a call on this machine, such as `openat`.
pub fn name(number: u64) -> String {
    let known = usize::try_from(number).ok().and_then(syscalls::Sysno::new);
    known.map_or_else(|| format!("syscall_{number:#x}"), |call| call.name().into())
}

/// What an argument means.
#[derive(Clone, Copy)]
enum Arg {
    Number,
    Size,
    Octal,
    Hex,
    Address,
    Folder,
    Path,
    Words,
    Env,
    /// Bytes that the call reads; their number is the argument at this index.
    Input(usize),
    /// Bytes that the call wrote, as many as it answers.
    Output,
    /// One of the names, then names of bits.
    Names(&'static [(u64, &'static str)]),
    /// The permissions of a new file: only there if the flags before ask for one.
    NewMode,
}

use Arg::{Address, Env, Folder, Hex, Input, Names, NewMode, Number};
use Arg::{Octal, Output, Path, Size, Words};

/// Pairs of a constant of libc and its name.
macro_rules! names {
    ($($name:ident)+) => {
        &[$((libc::$name as u64, stringify!($name))),+]
    };
}

const OPEN: &[(u64, &str)] = names![
    O_RDONLY O_WRONLY O_RDWR O_CREAT O_EXCL O_NOCTTY O_TRUNC O_APPEND O_NONBLOCK
    O_DIRECTORY O_NOFOLLOW O_CLOEXEC O_PATH
];
const ACCESS: &[(u64, &str)] = names![F_OK R_OK W_OK X_OK];
const PROTECTION: &[(u64, &str)] = names![PROT_NONE PROT_READ PROT_WRITE PROT_EXEC];
const MAPPING: &[(u64, &str)] = names![
    MAP_SHARED MAP_PRIVATE MAP_FIXED MAP_ANONYMOUS MAP_NORESERVE MAP_DENYWRITE MAP_STACK
];
const AT: &[(u64, &str)] = names![AT_SYMLINK_NOFOLLOW AT_REMOVEDIR AT_EMPTY_PATH];
const STATX: &[(u64, &str)] = &[(0xfff, "STATX_ALL")];
const PIPE: &[(u64, &str)] = &[
    (0, "0"),
    (libc::O_NONBLOCK as u64, "O_NONBLOCK"),
    (libc::O_CLOEXEC as u64, "O_CLOEXEC"),
];

/// What the arguments of a call mean. Of one that is not here, all six are shown.
fn arguments(name: &str) -> &'static [Arg] {
    match name {
        "access" => &[Path, Names(ACCESS)],
        "brk" => &[Address],
        "chdir" | "rmdir" | "unlink" => &[Path],
        "close" | "exit" | "exit_group" | "fsync" => &[Number],
        "clone" => &[Hex, Address],
        "dup" => &[Number],
        "dup2" => &[Number, Number],
        "epoll_create1" => &[Number],
        "epoll_ctl" => &[Number, Number, Number, Address],
        "epoll_pwait" => &[Number, Address, Number, Number, Address, Size],
        "epoll_wait" => &[Number, Address, Number, Number],
        "eventfd2" => &[Number, Number],
        "execve" => &[Path, Words, Env],
        "faccessat" | "faccessat2" => &[Folder, Path, Names(ACCESS)],
        "fadvise64" => &[Number, Number, Number, Number],
        "fcntl" => &[Number, Number, Address],
        "fstat" => &[Number, Address],
        "getcwd" => &[Address, Size],
        "getdents64" => &[Number, Address, Size],
        "getrandom" => &[Output, Size, Number],
        "getpid" | "getppid" | "gettid" | "getuid" | "geteuid" | "getgid"
        | "getegid" => &[],
        "ioctl" => &[Number, Hex, Address],
        "io_uring_setup" => &[Number, Address],
        "io_uring_enter" => &[Number, Number, Number, Number, Address, Size],
        "kill" => &[Number, Number],
        "tgkill" => &[Number, Number, Number],
        "lseek" => &[Number, Number, Number],
        "mkdir" => &[Path, Octal],
        "mmap" => &[
            Address,
            Size,
            Names(PROTECTION),
            Names(MAPPING),
            Number,
            Hex,
        ],
        "mprotect" => &[Address, Size, Names(PROTECTION)],
        "munmap" => &[Address, Size],
        "newfstatat" => &[Folder, Path, Address, Names(AT)],
        "open" => &[Path, Names(OPEN), NewMode],
        "openat" => &[Folder, Path, Names(OPEN), NewMode],
        "pipe2" => &[Address, Names(PIPE)],
        "pread64" => &[Number, Output, Size, Number],
        "pwrite64" => &[Number, Input(2), Size, Number],
        "prlimit64" => &[Number, Number, Address, Address],
        "read" => &[Number, Output, Size],
        "readlink" => &[Path, Output, Size],
        "rseq" => &[Address, Hex, Number, Hex],
        "rt_sigaction" => &[Number, Address, Address, Size],
        "rt_sigprocmask" => &[Number, Address, Address, Size],
        "sched_yield" => &[],
        "set_robust_list" => &[Address, Size],
        "socketpair" => &[Number, Hex, Number, Address],
        "set_tid_address" => &[Address],
        "stat" | "lstat" => &[Path, Address],
        "statx" => &[Folder, Path, Names(AT), Names(STATX), Address],
        "wait4" => &[Number, Address, Number, Address],
        "write" => &[Number, Input(2), Size],
        _ => &[Address; 6],
    }
}

/// A call in words, as far as it is known.
#[derive(Debug)]
pub struct Line {
    name: String,
    /// A gap is what the call will have written when it is left.
    args: Vec<Option<String>>,
}

// ANCHOR: entered
impl Line {
    /// Reads what `call` points to, while its thread stands at the entry: later it may
    /// be gone, as after execve.
    pub fn entered(call: &Call) -> Line {
        let name = name(call.number);
        let memory = Memory::of(call.thread);
        let mut args = Vec::new();
        for (i, arg) in arguments(&name).iter().enumerate() {
            let made = i > 0 && call.args[i - 1] & libc::O_CREAT as u64 != 0;
            match arg {
                Output => args.push(None),
                NewMode if !made => {}
                arg => args.push(Some(argument(*arg, call.args[i], call, &memory))),
            }
        }
        Line { name, args }
    }

    /// The whole line, when the call was left.
    pub fn left(&self, call: &Call, answer: i64) -> String {
        let text = |arg: &Option<String>, i: usize| match arg {
            Some(text) => text.clone(),
            None => {
                Memory::of(call.thread).quoted(call.args[i], answer.max(0) as usize)
            }
        };
        let args = self.args.iter().enumerate();
        let args: Vec<String> = args.map(|(i, arg)| text(arg, i)).collect();
        let line = format!("{}({})", self.name, args.join(", "));
        format!("{line} = {}", self.answer(answer))
    }
    // ANCHOR_END: entered

    /// The name of the call.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line of a call that never returned.
    pub fn unanswered(&self) -> String {
        let args = self.args.iter().map(|arg| arg.as_deref().unwrap_or("…"));
        let args: Vec<&str> = args.collect();
        format!("{}({}) = ?", self.name, args.join(", "))
    }

    fn answer(&self, answer: i64) -> String {
        match answer {
            // The kernel's own: it will make the call again, after a signal.
            -516..=-512 => "? (interrupted)".to_string(),
            -4095..=-1 => {
                let errno = Errno::from_raw(-answer as i32);
                let words = std::io::Error::from(errno).to_string();
                let words = words.split(" (os error").next().unwrap_or_default();
                format!("-1 {errno:?} ({words})")
            }
            _ if ["mmap", "brk", "mremap"].contains(&self.name.as_str()) => {
                format!("{answer:#x}")
            }
            _ => answer.to_string(),
        }
    }
}

fn argument(arg: Arg, value: u64, call: &Call, memory: &Memory) -> String {
    match arg {
        Number => (value as i32).to_string(), // the calls look at the lower half only
        Size => value.to_string(),
        Hex if value == 0 => "0".to_string(),
        Hex => format!("{value:#x}"),
        Octal | NewMode => format!("{value:#05o}").replacen("0o", "0", 1),
        Address => address(value),
        Folder if value as i32 == libc::AT_FDCWD => "AT_FDCWD".to_string(),
        Folder => (value as i32).to_string(),
        Path => memory.text(value),
        Words => memory.words(value),
        Env => format!("{} /* {} vars */", address(value), memory.count(value)),
        Input(len) => memory.quoted(value, call.args[len] as usize),
        Output => address(value),
        Names(names) => flags(value, names),
    }
}

fn address(value: u64) -> String {
    match value {
        0 => "NULL".to_string(),
        value => format!("{value:#x}"),
    }
}

/// The names of the bits; a rest without a name as a number.
fn flags(value: u64, names: &[(u64, &str)]) -> String {
    let mut rest = value & u64::from(u32::MAX);
    let mut found = Vec::new();
    // O_RDONLY is 0 and has no bit: it is what is there if nothing else is.
    if names
        .iter()
        .any(|(bits, name)| *bits == 0 && *name == "O_RDONLY")
        && rest & 3 == 0
    {
        found.push("O_RDONLY");
    }
    for (bits, name) in names {
        if *bits != 0 && rest & bits == *bits {
            rest &= !bits;
            found.push(name);
        }
    }
    match (rest, found.is_empty()) {
        (0, true) => names
            .iter()
            .find(|(bits, _)| *bits == 0)
            .map_or("0", |(_, name)| name)
            .to_string(),
        (0, false) => found.join("|"),
        (_, true) => format!("{rest:#x}"),
        (_, false) => format!("{}|{rest:#x}", found.join("|")),
    }
}

/// The memory of a traced thread that stands still.
struct Memory(Option<File>);

/// More bytes of a string are not shown.
const SHOWN: usize = 32;
/// More words of a command are not shown, a longer path is none.
const MAX_WORDS: usize = 32;
const MAX_PATH: usize = 4096;

// ANCHOR: memory
impl Memory {
    /// It is a file, too.
    fn of(thread: i32) -> Memory {
        Memory(File::open(format!("/proc/{thread}/mem")).ok())
    }

    /// Up to `len` bytes at `address`: fewer where the memory ends.
    fn read(&self, address: u64, len: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; len];
        let read = self.0.as_ref()?.read_at(&mut bytes, address).ok()?;
        bytes.truncate(read);
        Some(bytes)
    }
    // ANCHOR_END: memory

    fn word(&self, address: u64) -> Option<u64> {
        let bytes = self.read(address, 8)?;
        Some(u64::from_ne_bytes(bytes.try_into().ok()?))
    }

    /// A string that ends with a zero.
    fn text(&self, address: u64) -> String {
        match self.read(address, MAX_PATH) {
            Some(bytes) if bytes.contains(&0) => {
                let text = bytes.split(|byte| *byte == 0).next();
                quote(text.expect("a split has a first part"))
            }
            _ => self::address(address),
        }
    }

    /// `len` bytes, cut where they are too many.
    fn quoted(&self, address: u64, len: usize) -> String {
        match self.read(address, len.min(SHOWN)) {
            Some(bytes) if len > SHOWN => quote(&bytes) + "...",
            Some(bytes) => quote(&bytes),
            None => self::address(address),
        }
    }

    /// The addresses in a list that ends with a null.
    fn list(&self, address: u64) -> impl Iterator<Item = u64> {
        let word = move |i| self.word(address.wrapping_add(8 * i));
        (0_u64..)
            .map_while(word)
            .take_while(|pointer| *pointer != 0)
    }

    fn count(&self, address: u64) -> usize {
        self.list(address).take(1 << 20).count()
    }

    fn words(&self, address: u64) -> String {
        let words = self.list(address).take(MAX_WORDS + 1);
        let mut words: Vec<String> = words.map(|pointer| self.text(pointer)).collect();
        if words.len() > MAX_WORDS {
            words[MAX_WORDS] = "...".to_string();
        }
        format!("[{}]", words.join(", "))
    }
}

/// As C writes it, with the shortest octal number for what has no letter.
fn quote(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => text += "\\\"",
            b'\\' => text += "\\\\",
            b'\n' => text += "\\n",
            b'\r' => text += "\\r",
            b'\t' => text += "\\t",
            0x0b => text += "\\v",
            0x0c => text += "\\f",
            b' '..=b'~' => text.push(char::from(*byte)),
            _ if bytes.get(i + 1).is_some_and(u8::is_ascii_digit) => {
                text += &format!("\\{byte:03o}");
            }
            _ => text += &format!("\\{byte:o}"),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_quoted_as_strace_does() {
        assert_eq!(quote(b"a\"b\\c\n\t\r\x0b\x0c"), r#""a\"b\\c\n\t\r\v\f""#);
        assert_eq!(quote(b"\x7fELF\x02\x01\0\0"), r#""\177ELF\2\1\0\0""#);
        assert_eq!(quote(b"\x001\xff"), r#""\0001\377""#);
    }

    #[test]
    fn flags_have_names_and_a_rest() {
        let flag = |f: i32| f as u64;
        assert_eq!(flags(0, OPEN), "O_RDONLY");
        assert_eq!(flags(flag(libc::O_CLOEXEC), OPEN), "O_RDONLY|O_CLOEXEC");
        let write = flag(libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC);
        assert_eq!(flags(write, OPEN), "O_WRONLY|O_CREAT|O_TRUNC");
        assert_eq!(flags(0, PROTECTION), "PROT_NONE");
        assert_eq!(flags(0, ACCESS), "F_OK");
        assert_eq!(flags(0, MAPPING), "0");
        assert_eq!(flags(0x8000_0000, ACCESS), "0x80000000");
    }

    /// Addresses that point nowhere are shown, not followed.
    #[test]
    fn wild_addresses_are_only_shown() {
        let memory = Memory::of(std::process::id() as i32);
        for wild in [1, u64::MAX, u64::MAX - 4, 1 << 63, 0xdead_beef_0000] {
            let shown = format!("{wild:#x}");
            assert_eq!(memory.text(wild), shown);
            assert_eq!(memory.quoted(wild, usize::MAX), shown);
            assert_eq!(memory.words(wild), "[]");
            assert_eq!(memory.count(wild), 0);
        }
        assert_eq!(memory.text(0), "NULL");
    }

    #[test]
    fn a_number_without_a_name_is_shown() {
        assert_eq!(name(u64::MAX), "syscall_0xffffffffffffffff");
        assert_eq!(name(0x1_0000), "syscall_0x10000");
    }
}
