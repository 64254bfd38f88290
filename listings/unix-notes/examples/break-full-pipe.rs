//! A pipe that nobody reads: how much it takes, and when it takes more.

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use rustix::event::PollFlags;
    use std::io::{Read, pipe};
    use std::os::fd::AsFd;
    use std::time::Duration;
    use unix_notes::fds;

    for chunk in [1, 100, 4096, 5000] {
        let (mut reader, writer) = pipe()?;
        fds::set_nonblocking(&writer, true)?;
        let mut held = 0;
        while let Ok(n) = rustix::io::write(&writer, &vec![0; chunk]) {
            held += n;
        }
        let writable = || {
            let watched = [(writer.as_fd(), PollFlags::OUT)];
            fds::wait(&watched, Some(Duration::ZERO)).map(|ready| ready[0])
        };
        let mut taken = 0;
        while !writable()? {
            taken += reader.read(&mut [0])?;
        }
        println!(
            "writes of {chunk}: it holds {held}, and takes more after {taken} are read"
        );
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this example needs Linux");
}
