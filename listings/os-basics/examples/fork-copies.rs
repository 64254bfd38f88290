//! fork: one call, two returns, and two copies of everything.
//!
//! `cargo run -p os-basics --example fork-copies`

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    os_basics::needs_linux()
}

// ANCHOR: main
#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    let mut balance = 100;
    println!("before fork: {balance}");
    let child = os_basics::process::fork(|| {
        balance -= 30;
        println!("child: {balance}, at {:p}", &balance);
        7
    })?;
    let address = format!("{:p}", &balance);
    let ending = child.wait()?;
    println!("parent: {balance}, at {address}; the child ended with {ending}");
    Ok(())
}
// ANCHOR_END: main
