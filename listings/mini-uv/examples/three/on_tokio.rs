//! The three programs on tokio: a task for each thing that waits, on one thread.

use crate::Limits;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::{Duration, sleep, timeout};

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

// ANCHOR: tokio-timers
/// Three timers; the first to fire stops the second.
pub fn timers() -> io::Result<Vec<String>> {
    runtime()?.block_on(async {
        let stopped = tokio::spawn(sleep(Duration::from_secs(3600)));
        let mut log = Vec::new();
        let (slow, fast) =
            (sleep(Duration::from_millis(30)), Duration::from_millis(10));
        tokio::pin!(slow);
        sleep(fast).await;
        log.push("10 ms".to_string());
        stopped.abort();
        if stopped.await.is_ok() {
            log.push("1 h".to_string());
        }
        slow.await;
        log.push("30 ms".to_string());
        Ok(log)
    })
}
// ANCHOR_END: tokio-timers

// ANCHOR: tokio-cat
/// Copies a file to `out`: a thread hop for each chunk here, too.
pub fn cat(path: &str, mut out: impl Write) -> io::Result<()> {
    runtime()?.block_on(async {
        let mut file = File::open(path).await?;
        let mut chunk = vec![0; 64 * 1024];
        loop {
            match file.read(&mut chunk).await? {
                0 => return Ok(()),
                count => out.write_all(&chunk[..count])?,
            }
        }
    })
}
// ANCHOR_END: tokio-cat

// ANCHOR: tokio-echo
/// Serves so many connections, then ends.
pub fn echo(
    limits: Limits,
    count: usize,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    runtime()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        ready(listener.local_addr()?);
        let free = Arc::new(Semaphore::new(limits.connections));
        let ended = Arc::new(Semaphore::new(0));
        let accept = async {
            loop {
                let (socket, _) = listener.accept().await?;
                // No permit: the socket is dropped, and that closes it.
                if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
                    let ended = Arc::clone(&ended);
                    tokio::spawn(async move {
                        let _ = serve(socket, limits.idle, limits.high_water).await;
                        drop(permit);
                        ended.add_permits(1);
                    });
                }
            }
        };
        tokio::select! {
            error = accept => error,
            _ = ended.acquire_many(count as u32) => Ok(()),
        }
    })
}

/// Back-pressure by construction: what was read is written before more is read.
async fn serve(mut socket: TcpStream, idle: Duration, buffer: usize) -> io::Result<()> {
    let mut buffer = vec![0; buffer];
    loop {
        match timeout(idle, socket.read(&mut buffer)).await?? {
            0 => return Ok(()),
            count => timeout(idle, socket.write_all(&buffer[..count])).await??,
        }
    }
}
// ANCHOR_END: tokio-echo
