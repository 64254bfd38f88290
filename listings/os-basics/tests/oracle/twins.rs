//! One function for each program of oracle/, and the list of them.

#![allow(unsafe_code)]

use nix::fcntl::{OFlag, open};
use nix::sys::signal::{SigHandler, signal};
use nix::sys::stat::Mode;
use nix::unistd::{Uid, geteuid, mkfifo, seteuid};
use os_basics::errors::{ERRORS, SystemError};
use os_basics::limits::{Resource, become_nobody, lower, status};
use os_basics::process::{Child, Program, Signal};
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::process::ExitCode;
use std::sync::{Mutex, mpsc};
use std::thread;

type Twin = fn() -> io::Result<()>;

macro_rules! twins {
    ($($twin:ident),+ $(,)?) => {
        /// Every twin, by the name of its program with `_` for `-`.
        const TWINS: &[(&str, Twin)] = &[$((stringify!($twin), $twin)),+];
    };
}

twins! {
    errors_of_open, error_numbers, lowest_descriptor, stale_descriptor, would_block,
    sync_and_async, spawn_errors, exit_status, too_many_files, files_at_once,
    too_many_processes, out_of_memory, file_too_large, no_permission,
}

/// Without a name it lists them.
pub fn main() -> ExitCode {
    let Some(name) = std::env::args().nth(1) else {
        for (name, _) in TWINS {
            println!("{}", name.replace('_', "-"));
        }
        return ExitCode::SUCCESS;
    };
    let name = name.replace('-', "_");
    let Some((_, twin)) = TWINS.iter().find(|(twin, _)| *twin == name) else {
        eprintln!("`{name}` is no twin; without a name all are listed");
        return ExitCode::from(2);
    };
    match twin() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `body` in a folder of its own.
fn in_folder(body: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    std::env::set_current_dir(folder.path())?;
    body()
}

/// `code errno | message` of an error, as the programs print it.
fn told(error: &SystemError) -> String {
    format!("{} {} | {error}", error.code(), -error.errno)
}

// ANCHOR: errors-of-open
fn errors_of_open() -> io::Result<()> {
    fn attempt(path: &str, options: &OpenOptions) {
        let open = options.open(path);
        let open = open.map_err(|error| SystemError::new(error, "open").at(path));
        let read = open.and_then(|mut file| {
            let read = file.read(&mut [0]);
            read.map_err(|error| SystemError::new(error, "read"))
        });
        match read {
            Ok(_) => println!("no error"),
            Err(error) => {
                let message: String = error.to_string().chars().take(64).collect();
                let (code, errno) = (error.code(), -error.errno);
                println!("{code} {errno} {} | {message}", error.syscall);
            }
        }
    }
    let r = OpenOptions::new().read(true).to_owned();
    let w = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .to_owned();
    let wx = OpenOptions::new().write(true).create_new(true).to_owned();
    in_folder(|| {
        fs::write("file", "text")?;
        fs::create_dir("folder")?;
        symlink("loop", "loop")?;
        attempt("missing", &r);
        attempt("file/below", &r);
        attempt("folder", &r);
        attempt("folder", &w);
        attempt("file", &wx);
        attempt("loop", &r);
        attempt(&"x".repeat(256), &r);
        attempt("", &r);
        Ok(())
    })
}
// ANCHOR_END: errors-of-open

fn error_numbers() -> io::Result<()> {
    for (number, code, message) in ERRORS {
        println!("{} {code} {message}", -number);
    }
    Ok(())
}

fn lowest_descriptor() -> io::Result<()> {
    let null = || File::open("/dev/null");
    let (a, b, c) = (null()?, null()?, null()?);
    let [first, second, third] = [&a, &b, &c].map(AsRawFd::as_raw_fd);
    println!("in ascending order {}", first < second && second < third);
    drop(b);
    let zero = File::open("/dev/zero")?;
    println!(
        "the number in the middle again {}",
        zero.as_raw_fd() == second
    );
    drop((a, c));
    let zero = File::open("/dev/zero")?;
    println!("the lowest that is free {}", zero.as_raw_fd() == first);
    Ok(())
}

// ANCHOR: stale-descriptor
fn stale_descriptor() -> io::Result<()> {
    fn read(fd: RawFd) -> Result<String, SystemError> {
        let mut buffer = [0; 20];
        // SAFETY: none, and that is the point: a borrow promises that the descriptor is
        // open, and nothing here keeps the promise. It is only used to read.
        let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
        match nix::unistd::read(borrowed, &mut buffer) {
            Ok(n) => Ok(String::from_utf8_lossy(&buffer[..n]).into_owned()),
            Err(errno) => Err(SystemError::new(errno, "read")),
        }
    }
    in_folder(|| {
        fs::write("a", "for everybody")?;
        fs::write("b", "for nobody else")?;
        let a = File::open("a")?;
        let fd = a.as_raw_fd();
        drop(a);
        println!("{}", read(fd).expect_err("it is closed"));
        let _b = File::open("b")?;
        println!("{}", read(fd).expect("it is open again"));
        Ok(())
    })
}
// ANCHOR_END: stale-descriptor

// ANCHOR: would-block
fn would_block() -> io::Result<()> {
    in_folder(|| {
        mkfifo("pipe", Mode::S_IRWXU)?;
        let flags = OFlag::O_RDWR | OFlag::O_NONBLOCK;
        let mut pipe = File::from(open("pipe", flags, Mode::empty())?);
        let mut buffer = [0; 100];

        let error = pipe.read(&mut buffer).expect_err("nothing is there");
        println!("{}", told(&SystemError::new(error, "read")));
        pipe.write_all(b"seven..")?;
        println!("asked for 5, got {}", pipe.read(&mut buffer[..5])?);
        println!("asked for 100, got {}", pipe.read(&mut buffer)?);
        Ok(())
    })
}
// ANCHOR_END: would-block

// ANCHOR: sync-and-async
fn sync_and_async() -> io::Result<()> {
    const FILE: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/sync-and-async.cjs");
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().next().unwrap_or_default();
        line.chars().take(22).collect::<String>()
    };
    let (answer, answers) = mpsc::channel();
    std::thread::spawn(move || answer.send(fs::read(FILE))); // the pool, one thread
    println!("1 {}", text(&fs::read(FILE)?));
    println!("2 end of the main script");
    // The loop: only now does anybody look whether an answer is there.
    let bytes = answers.recv().map_err(io::Error::other)??;
    println!("3 {}", text(&bytes));
    Ok(())
}
// ANCHOR_END: sync-and-async

fn spawn_errors() -> io::Result<()> {
    const EMITTED: [&str; 5] = ["EACCES", "EAGAIN", "EMFILE", "ENFILE", "ENOENT"];
    let mut later: Vec<String> = Vec::new(); // errors are emitted from a tick
    let mut running: Vec<Child> = Vec::new();
    in_folder(|| {
        fs::write("text", "not a program")?;
        fs::write("garbage", "neither")?;
        fs::set_permissions("garbage", Permissions::from_mode(0o755))?;
        for (file, program) in [
            ("./missing", Program::new("./missing")),
            ("./text", Program::new("./text")),
            ("/bin/true", Program::new("/bin/true").cwd("nowhere")),
            ("./text/below", Program::new("./text/below")),
            ("./garbage", Program::new("./garbage")),
            (
                "/bin/true",
                Program::new("/bin/true").args(["x".repeat(200_000)]),
            ),
        ] {
            let error = match program.spawn() {
                Ok(child) => {
                    running.push(child);
                    continue;
                }
                Err(errno) => SystemError::new(errno, "spawn"),
            };
            let (code, errno) = (error.code(), -error.errno);
            if EMITTED.contains(&code) {
                later.push(format!("emitted {code} {errno} | spawn {file} {code}"));
            } else {
                println!("thrown {code} {errno} | spawn {code}");
            }
        }
        later.iter().for_each(|line| println!("{line}"));
        for child in running {
            let ending = child.wait()?.to_string();
            println!(
                "exit {}",
                ending.replace("code ", "").replace("signal ", "")
            );
        }
        Ok(())
    })
}

fn exit_status() -> io::Result<()> {
    for script in [
        "exit 0",
        "exit 7",
        "exit 300",
        "kill -TERM $$",
        "kill -KILL $$",
        "exit 143",
    ] {
        let ending = Program::new("/bin/sh")
            .args(["-c", script])
            .spawn()?
            .wait()?;
        println!("{script} | {ending}");
    }
    Ok(())
}

fn too_many_files() -> io::Result<()> {
    lower(Resource::RLIMIT_NOFILE, 64)?;
    let complain = |what: &str, error: io::Error, syscall, path: &str| {
        println!(
            "{what} | {}",
            told(&SystemError::new(error, syscall).at(path))
        );
    };
    let mut open: Vec<File> = Vec::new();
    loop {
        match File::open("/dev/null") {
            Ok(file) => open.push(file),
            Err(error) => break complain("open", error, "open", "/dev/null"),
        }
    }
    println!(
        "the last number is {}",
        open.last().map_or(-1, AsRawFd::as_raw_fd)
    );
    if let Err(error) = File::open("/dev/null") {
        complain("once more", error, "open", "/dev/null");
    }
    if let Err(error) = fs::read_dir("/") {
        complain("a folder", error, "scandir", "/");
    }
    let spawned = Program::new("/bin/true").spawn(); // needs a pipe of its own
    open.pop();
    println!(
        "with one less {}",
        File::open("/dev/null")?.as_raw_fd() == 63
    );
    let error = SystemError::new(spawned.expect_err("no descriptor is left"), "spawn");
    println!("program | spawn /bin/true {}", error.code());
    Ok(())
}

/// What the pool is given. A file of up to 512 KiB is one job, a larger one is several:
/// it is open while the jobs that were there before it are done.
enum Job {
    All(&'static str),
    Open(&'static str),
    Rest(File),
}

fn work(job: Job) -> io::Result<Option<Job>> {
    match job {
        Job::All(file) => fs::read(file).map(|_| None),
        Job::Open(file) => File::open(file).map(|file| Some(Job::Rest(file))),
        Job::Rest(mut file) => file.read_to_end(&mut Vec::new()).map(|_| None),
    }
}

fn files_at_once() -> io::Result<()> {
    fn attempt(what: &str, at_once: usize, job: fn() -> Job) {
        let refused = Mutex::new(None);
        for _ in 0..150 / at_once {
            let queue =
                Mutex::new((0..at_once).map(|_| job()).collect::<VecDeque<_>>());
            let next = || queue.lock().expect("no panic").pop_front();
            let worker = || {
                while let Some(job) = next() {
                    match work(job) {
                        Ok(job) => queue.lock().expect("no panic").extend(job),
                        Err(error) => *refused.lock().expect("no panic") = Some(error),
                    }
                }
            };
            thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(worker))));
        }
        match refused.into_inner().expect("no panic") {
            Some(error) => {
                println!("{what} | {}", SystemError::new(error, "open").code())
            }
            None => println!("{what} | all are read"),
        }
    }
    in_folder(|| {
        fs::write("half", [0; 512 * 1024])?;
        fs::write("more", [0; 512 * 1024 + 1])?;
        lower(Resource::RLIMIT_NOFILE, 64)?;
        attempt("512 KiB, 150 at once", 150, || Job::All("half"));
        attempt("a byte more, 150 at once", 150, || Job::Open("more"));
        attempt("a byte more, 15 at once", 15, || Job::Open("more"));
        Ok(())
    })
}

// ANCHOR: too-many-processes
fn too_many_processes() -> io::Result<()> {
    lower(Resource::RLIMIT_NPROC, 1)?;
    become_nobody()?;
    let spawned = Program::new("/bin/true")
        .spawn()
        .expect_err("we are one too many");
    let process = SystemError::new(spawned, "spawn");
    let thread = std::thread::Builder::new()
        .spawn(|| ())
        .expect_err("so is a thread");
    println!("thread | {}", SystemError::new(thread, "clone3").code());
    // Node throws the one. The other is emitted, from a tick, so it comes later.
    let (code, errno) = (process.code(), -process.errno);
    println!("process | {code} {errno} | spawn /bin/true {code}");
    Ok(())
}
// ANCHOR_END: too-many-processes

// ANCHOR: out-of-memory
fn out_of_memory() -> io::Result<()> {
    let limit = (status("VmSize")? + 256 * 1024) * 1024;
    lower(Resource::RLIMIT_AS, limit)?;
    let attempt = |what: &str, size: usize| {
        let mut buffer: Vec<u8> = Vec::new();
        match buffer.try_reserve_exact(size) {
            Ok(()) => {
                buffer.extend((0..size).map(|_| 0));
                println!("{what} | {} bytes", buffer.len());
            }
            Err(error) => match io::Error::from(error).kind() {
                io::ErrorKind::OutOfMemory => println!("{what} | refused"),
                other => println!("{what} | {other:?}"),
            },
        }
    };
    attempt("1 MiB", 1 << 20);
    attempt("1 GiB", 1 << 30);
    attempt("1 MiB", 1 << 20);
    Ok(())
}
// ANCHOR_END: out-of-memory

// ANCHOR: file-too-large
fn file_too_large() -> io::Result<()> {
    // Node ignores this signal from its start. Rust does not, and would die of it.
    // SAFETY: to ignore a signal runs no code of ours.
    unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn)? };
    in_folder(|| {
        lower(Resource::RLIMIT_FSIZE, 1000)?;
        let mut file = File::create("file")?;
        println!("wrote {}", file.write(&[0; 2000])?);
        let error = file.write(&[0; 1000]).expect_err("it is full");
        println!("{}", told(&SystemError::new(error, "write")));
        println!("the file has {}", file.metadata()?.size());
        Ok(())
    })
}
// ANCHOR_END: file-too-large

fn no_permission() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    std::env::set_current_dir(folder.path())?;
    fs::set_permissions(".", Permissions::from_mode(0o755))?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o000)
        .open("secret")?;
    let root = geteuid().is_root();
    if root {
        seteuid(Uid::from_raw(65534))?;
    }
    for (flags, read, write) in
        [("r", true, false), ("w", false, true), ("r+", true, true)]
    {
        match OpenOptions::new().read(read).write(write).open("secret") {
            Ok(_) => println!("no error"),
            Err(error) => {
                let error = SystemError::new(error, "open").at("secret");
                println!("{flags} | {}", told(&error));
            }
        }
    }
    if root {
        seteuid(Uid::from_raw(0))?;
    }
    Ok(())
}
