//! A server that forgets to close its connections: what grows, and who tells.
//!
//! `cargo run -q -p mini-uv --example break-leaked-handle`

use mini_uv::{Loop, Read, Result, RunMode};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};

fn main() -> Result<()> {
    for forgets in [false, true] {
        serve(forgets)?;
    }
    Ok(())
}

/// Twenty clients come, say something and go.
fn serve(forgets: bool) -> Result<()> {
    let mut uv = Loop::new()?;
    let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
    let listener = uv.tcp_listen(anywhere, 511, move |uv, stream| {
        let Ok(stream) = stream else { return };
        let on_read = move |uv: &mut Loop, read: Read<'_>| {
            if matches!(read, Read::End) && !forgets {
                let _ = uv.close(stream, |_| ());
            }
        };
        uv.read_start(stream, on_read).expect("it is new");
    })?;
    let address = uv.listener_address(listener)?;
    let before = descriptors();
    for _ in 0..20 {
        TcpStream::connect(address)?.write_all(b"hello")?;
        // To accept, to read, to hear of the end, to close.
        for _ in 0..4 {
            uv.run(RunMode::NoWait)?;
        }
    }
    let more = descriptors() - before;
    uv.close(listener, |_| ())?;
    uv.run(RunMode::Default)?; // ends: nobody reads any more

    println!(
        "{}",
        if forgets {
            "forgets to close:"
        } else {
            "closes:"
        }
    );
    println!("  descriptors more than before: {more}");
    match uv.end() {
        Ok(()) => println!("  the loop ends"),
        Err(uv) => {
            let mut kinds = BTreeMap::new();
            uv.walk()
                .for_each(|info| *kinds.entry(info.kind).or_insert(0) += 1);
            println!("  the loop is busy: {kinds:?}");
        }
    }
    Ok(())
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}
