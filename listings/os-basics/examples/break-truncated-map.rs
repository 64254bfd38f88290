//! Break it: a file is mapped, and becomes shorter.
//!
//! `cargo run -p os-basics --example break-truncated-map`

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    os_basics::needs_linux()
}

// ANCHOR: main
#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use os_basics::memory::{FileMap, page_size};

    let file = tempfile::tempfile()?;
    file.set_len(2 * page_size() as u64)?;
    let map = FileMap::new(&file)?;
    println!("mapped {} pages", map.size() / page_size());
    file.set_len(page_size() as u64)?;
    println!("cut to 1; the first begins with {}", map.byte(0));
    let child = os_basics::process::fork(|| {
        println!("the second begins with {}", map.byte(page_size()));
        0
    })?;
    println!("whoever reads the second: {}", child.wait()?);
    Ok(())
}
// ANCHOR_END: main
