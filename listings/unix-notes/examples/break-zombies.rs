//! A parent that starts children and does not wait for them.

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::process::{Child, Command};
    use unix_notes::procfs::{children, stat};

    let mut started: Vec<Child> = Vec::new();
    for _ in 0..3 {
        started.push(Command::new("true").spawn()?);
    }
    for child in &started {
        while stat(child.id() as i32)?.state != 'Z' {
            std::thread::yield_now();
        }
    }
    let me = std::process::id() as i32;
    let show = |when: &str| -> std::io::Result<()> {
        println!("{when}:");
        for child in children(me)? {
            println!(
                "  ({}) {}",
                String::from_utf8_lossy(&child.name),
                child.state
            );
        }
        Ok(())
    };
    show("all three have exited")?;
    started[1].wait()?;
    show("one has been waited for")?;
    drop(started); // Rust does not wait either
    show("the handles are dropped")
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this example needs Linux");
}
