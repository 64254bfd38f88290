//! An address range is not memory yet: 256 MiB are mapped, 16 MiB are touched.
//!
//! `cargo run -p os-basics --example pages`

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    os_basics::needs_linux()
}

// ANCHOR: main
#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use os_basics::limits::{page_faults, status};
    use os_basics::memory::{Pages, page_size};

    let start = (status("VmSize")?, status("VmRSS")?, page_faults());
    let show = |what: &str| -> std::io::Result<()> {
        let size = (status("VmSize")? - start.0) / 1024;
        let resident = (status("VmRSS")?.saturating_sub(start.1)) / 1024;
        let faults = page_faults() - start.2;
        println!(
            "{what}: {size} MiB of addresses, {resident} MiB in memory, {faults} faults"
        );
        Ok(())
    };
    let mut pages = Pages::new(256 << 20)?;
    pages = pages.in_small_pages()?;
    show("mapped")?;
    for i in (0..16 << 20).step_by(page_size()) {
        pages[i] = 1;
    }
    show("touched")?;
    for i in (0..16 << 20).step_by(page_size()) {
        pages[i] = 2;
    }
    show("touched again")?;
    drop(pages);
    show("unmapped")
}
// ANCHOR_END: main
