//! Break it: reach each limit, in a child that nobody needs afterwards.
//!
//! `cargo run -p os-basics --example break-limits`

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    os_basics::needs_linux()
}

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    limits::main()
}

#[cfg(target_os = "linux")]
mod limits {
    use os_basics::limits::{Resource, become_nobody, lower};
    use os_basics::process::fork;
    use std::fs::File;
    use std::io::{self, Write};
    use std::thread;

    type Attempt = fn() -> io::Result<()>;

    pub fn main() -> io::Result<()> {
        let attempts: [(&str, Attempt); 6] = [
            ("descriptors, at most 64", descriptors),
            ("processes, at most 1", processes),
            ("threads, at most 1", threads),
            ("memory, asked politely", memory_polite),
            ("memory, as usual", memory),
            ("a file, at most 1,000 bytes", file),
        ];
        for (what, attempt) in attempts {
            println!("{what}");
            let child = fork(|| match attempt() {
                Ok(()) => 0,
                Err(error) => {
                    println!("  error: {error} ({:?})", error.kind());
                    1
                }
            })?;
            println!("  end: {}", child.wait()?);
        }
        Ok(())
    }

    // ANCHOR: attempts
    fn descriptors() -> io::Result<()> {
        lower(Resource::RLIMIT_NOFILE, 64)?;
        let mut open = Vec::new();
        loop {
            open.push(File::open("/dev/null")?);
        }
    }

    fn processes() -> io::Result<()> {
        lower(Resource::RLIMIT_NPROC, 1)?;
        become_nobody()?; // or no limit binds
        fork(|| 0)?.wait()?;
        Ok(())
    }

    fn threads() -> io::Result<()> {
        lower(Resource::RLIMIT_NPROC, 1)?;
        become_nobody()?;
        thread::Builder::new().spawn(|| ())?;
        Ok(())
    }

    fn memory_polite() -> io::Result<()> {
        lower(Resource::RLIMIT_AS, 64 << 20)?;
        let mut bytes: Vec<u8> = Vec::new();
        bytes.try_reserve(1 << 30)?;
        Ok(())
    }

    fn memory() -> io::Result<()> {
        lower(Resource::RLIMIT_AS, 64 << 20)?;
        let bytes = vec![0_u8; 1 << 30];
        println!("  {} bytes", bytes.len());
        Ok(())
    }

    fn file() -> io::Result<()> {
        lower(Resource::RLIMIT_FSIZE, 1000)?;
        let mut file = tempfile::tempfile()?;
        println!("  wrote {}", file.write(&[0; 2000])?);
        println!("  wrote {}", file.write(&[0; 1000])?);
        Ok(())
    }
    // ANCHOR_END: attempts
}
