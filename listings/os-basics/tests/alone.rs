//! What can only be tested in a process with one thread: the fork that runs Rust code.
//! A harness has threads, so this file is its own.

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() {
    alone::main();
}

#[cfg(target_os = "linux")]
mod alone {
    use nix::errno::Errno;
    use os_basics::limits::{Resource, lower, page_faults};
    use os_basics::memory::{FileMap, Pages, page_size};
    use os_basics::process::{Ending, Signal, fork};
    use std::io::{Read, Write};

    macro_rules! tests {
        ($($test:ident),+ $(,)?) => {
            const TESTS: &[(&str, fn())] = &[$((stringify!($test), $test)),+];
        };
    }

    tests! {
        memory_is_copied_when_it_is_written,
        a_page_that_was_only_read_faults_again,
        a_child_has_its_own_variables,
        a_panic_stays_in_the_child,
        no_line_is_written_twice,
        a_page_that_a_file_lost_is_a_signal,
        a_second_thread_is_noticed,
    }

    /// One after the other: a panic is a failure and ends it.
    pub fn main() {
        let filter = std::env::args().nth(1).filter(|arg| !arg.starts_with('-'));
        let chosen =
            |name: &str| filter.as_ref().is_none_or(|part| name.contains(part));
        let mut passed = 0;
        for (name, test) in TESTS.iter().filter(|(name, _)| chosen(name)) {
            println!("test {name} ...");
            test();
            passed += 1;
        }
        println!("{passed} passed, 0 failed");
    }

    fn touched(pages: usize) -> Pages {
        let new = || Pages::new(pages * page_size()).expect("it is not much");
        let mut memory = new().in_small_pages().unwrap_or_else(|_| new());
        (0..pages).for_each(|i| memory[i * page_size()] = 1);
        memory
    }

    /// How many faults `run` has.
    fn faults(run: impl FnOnce()) -> usize {
        let before = page_faults();
        run();
        (page_faults() - before) as usize
    }

    /// The rules that exercises/rebuild-copy-on-write.rs asks for, on the real thing. A
    /// process has a few faults of its own at any time, so each number has some room.
    fn memory_is_copied_when_it_is_written() {
        const N: usize = 400;
        let near =
            |faults: usize, wanted: usize| (wanted..wanted + N / 4).contains(&faults);
        let mut memory = touched(N);
        let page = |i: usize| i * page_size();
        let child = fork(|| {
            let mut sum = 0;
            let read =
                faults(|| sum = (0..N).map(|i| usize::from(memory[page(i)])).sum());
            let written = faults(|| (0..N).for_each(|i| memory[page(i)] = 2));
            let again = faults(|| (0..N).for_each(|i| memory[page(i)] = 3));
            let right = sum == N && near(read, 0) && near(written, N) && near(again, 0);
            if !right {
                eprintln!("child: sum {sum}, read {read}, written {written}, {again}");
            }
            i32::from(!right)
        });
        assert_eq!(child.expect("a child").wait(), Ok(Ending::Exited(0)));
        // The child is gone, nobody shares; the parent's pages are protected all the same.
        assert!((0..N).all(|i| memory[page(i)] == 1));
        let written = faults(|| (0..N).for_each(|i| memory[page(i)] = 4));
        assert!(near(written, N), "parent: {written} faults for {N} pages");
        let again = faults(|| (0..N).for_each(|i| memory[page(i)] = 5));
        assert!(
            near(again, 0),
            "parent: {again} faults for pages that are its own"
        );
    }

    /// Until it is written, it is a page of zeros that all share.
    fn a_page_that_was_only_read_faults_again() {
        const N: usize = 400;
        let near =
            |faults: usize, wanted: usize| (wanted..wanted + N / 4).contains(&faults);
        let new = || Pages::new(N * page_size()).expect("it is not much");
        let mut memory = new().in_small_pages().unwrap_or_else(|_| new());
        let page = |i: usize| i * page_size();
        let mut sum = 0;
        let mut read = || {
            faults(|| {
                sum += (0..N).map(|i| usize::from(memory[page(i)])).sum::<usize>()
            })
        };
        let (first, second) = (read(), read());
        assert!(near(first, N), "{first} faults for {N} pages that are read");
        assert!(near(second, 0), "{second} faults for pages that are there");
        assert_eq!(sum, 0);
        let written = faults(|| (0..N).for_each(|i| memory[page(i)] = 1));
        assert!(
            near(written, N),
            "{written} faults for {N} pages, now written"
        );
    }

    fn a_child_has_its_own_variables() {
        let mut value = 1;
        let child = fork(|| {
            value += 1;
            value
        });
        assert_eq!(child.expect("a child").wait(), Ok(Ending::Exited(2)));
        assert_eq!(value, 1);
    }

    fn a_panic_stays_in_the_child() {
        let child = fork(|| {
            std::panic::set_hook(Box::new(|_| {})); // it is expected: no message
            panic!("in the child");
        });
        assert_eq!(child.expect("a child").wait(), Ok(Ending::Exited(101)));
    }

    /// What was printed before the fork and not flushed is in both copies of the memory.
    fn no_line_is_written_twice() {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        let saved = nix::unistd::dup(std::io::stdout()).expect("a descriptor");
        nix::unistd::dup2_stdout(&writer).expect("stdout is a pipe");
        drop(writer);
        print!("before, "); // no newline: it stays in the buffer
        let child = fork(|| {
            print!("child, ");
            0
        });
        child.expect("a child").wait().expect("an end");
        println!("parent");
        std::io::stdout().flush().expect("flushed");
        nix::unistd::dup2_stdout(&saved).expect("stdout is back");
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("a text");
        assert_eq!(text, "before, child, parent\n");
    }

    fn a_page_that_a_file_lost_is_a_signal() {
        let file = tempfile::tempfile().expect("a file");
        let size = page_size() as u64;
        file.set_len(2 * size).expect("two pages");
        let map = FileMap::new(&file).expect("a mapping");
        file.set_len(size).expect("one page");
        assert_eq!(map.byte(0), 0);
        let child = fork(|| {
            let _ = lower(Resource::RLIMIT_CORE, 0);
            i32::from(map.byte(page_size()))
        });
        let ending = child.expect("a child").wait();
        assert_eq!(ending, Ok(Ending::Killed(Signal::SIGBUS as i32)));
    }

    /// As soon as there is a second thread, no fork that runs Rust.
    fn a_second_thread_is_noticed() {
        let (stop, wait) = std::sync::mpsc::channel::<()>();
        let second = std::thread::spawn(move || wait.recv().is_ok());
        assert_eq!(fork(|| 0).expect_err("two threads"), Errno::EBUSY);
        drop(stop);
        second.join().expect("it ended");
    }
}
