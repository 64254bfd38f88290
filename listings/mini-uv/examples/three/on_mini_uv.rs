//! The three programs on mini-uv: callbacks, and handles that are closed by hand.

use crate::Limits;
use mini_uv::{Loop, Read, Result, RunMode, TcpListener, TcpStream, Timer};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

// ANCHOR: uv-timers
/// Three timers; the first to fire stops the second.
pub fn timers() -> Result<Vec<String>> {
    let mut uv = Loop::new()?;
    let log = Rc::new(RefCell::new(Vec::new()));
    let [slow, fast, stopped] = [(); 3].map(|()| uv.timer());
    let fired = |what: &'static str| {
        let log = Rc::clone(&log);
        move |_: &mut Loop| log.borrow_mut().push(what.to_string())
    };
    uv.timer_start(slow, 30, 0, fired("30 ms"))?;
    uv.timer_start(stopped, 3_600_000, 0, fired("1 h"))?;
    let first = fired("10 ms");
    uv.timer_start(fast, 10, 0, move |uv| {
        first(uv);
        let _ = uv.timer_stop(stopped);
    })?;
    uv.run(RunMode::Default)?;
    Ok(log.take())
}
// ANCHOR_END: uv-timers

// ANCHOR: uv-cat
const CHUNK: usize = 64 * 1024;

/// Copies a file to `out`, a chunk and a job of the pool at a time.
pub fn cat(path: &str, out: impl Write + 'static) -> Result<()> {
    let mut uv = Loop::new()?;
    let failed = Rc::new(Cell::new(None));
    let seen = Rc::clone(&failed);
    uv.fs_open(path, move |uv, file| match file {
        Ok(file) => copy(uv, file, out, seen),
        Err(error) => seen.set(Some(error)),
    })?;
    uv.run(RunMode::Default)?;
    failed.take().map_or(Ok(()), Err)
}

type Failed = Rc<Cell<Option<mini_uv::Error>>>;

fn copy(uv: &mut Loop, file: File, mut out: impl Write + 'static, failed: Failed) {
    let seen = Rc::clone(&failed);
    let next = move |uv: &mut Loop, read: Result<(File, Vec<u8>)>| match read {
        Ok((_, bytes)) if bytes.is_empty() => {}
        Ok((file, bytes)) => match out.write_all(&bytes) {
            Ok(()) => copy(uv, file, out, failed),
            Err(error) => failed.set(Some(error.into())),
        },
        Err(error) => failed.set(Some(error)),
    };
    if let Err(error) = uv.fs_read(file, CHUNK, next) {
        seen.set(Some(error));
    }
}
// ANCHOR_END: uv-cat

// ANCHOR: uv-echo
/// Serves so many connections, then ends.
pub fn echo(
    limits: Limits,
    count: usize,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let mut uv = Loop::new()?;
    let server = Rc::new(Server {
        limits,
        open: Cell::new(0),
        left: Cell::new(count),
        listener: Cell::new(None),
    });
    let this = Rc::clone(&server);
    let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
    let listener = uv.tcp_listen(anywhere, 511, move |uv, stream| {
        if let Ok(stream) = stream {
            let _ = Connection::start(uv, Rc::clone(&this), stream);
        }
    })?;
    server.listener.set(Some(listener));
    ready(uv.listener_address(listener)?);
    uv.run(RunMode::Default)?;
    Ok(())
}

struct Server {
    limits: Limits,
    open: Cell<usize>,
    left: Cell<usize>,
    listener: Cell<Option<TcpListener>>,
}

#[derive(Clone)]
struct Connection {
    server: Rc<Server>,
    stream: TcpStream,
    idle: Timer,
}

impl Connection {
    fn start(uv: &mut Loop, server: Rc<Server>, stream: TcpStream) -> Result<()> {
        if server.open.get() == server.limits.connections {
            return uv.close(stream, |_| ());
        }
        server.open.set(server.open.get() + 1);
        let idle = uv.timer();
        let this = Connection {
            server,
            stream,
            idle,
        };
        this.postpone(uv)?;
        uv.read_start(stream, move |uv, read| {
            let went_well = match read {
                Read::Data(data) => this.send_back(uv, data),
                Read::End => this.finish(uv),
                Read::Failed(error) => Err(error.into()),
            };
            if went_well.is_err() {
                this.end(uv);
            }
        })
    }

    fn send_back(&self, uv: &mut Loop, data: &[u8]) -> Result<()> {
        let this = self.clone();
        uv.write(self.stream, data, move |uv, result| {
            if result.and_then(|()| this.written(uv)).is_err() {
                this.end(uv);
            }
        })?;
        if uv.write_queue_size(self.stream)? > self.server.limits.high_water {
            uv.read_stop(self.stream)?; // now the peer's writes fill up, too
        }
        self.postpone(uv)
    }

    fn written(&self, uv: &mut Loop) -> Result<()> {
        self.postpone(uv)?;
        let drained = uv.write_queue_size(self.stream)? == 0;
        match drained && !uv.is_active(self.stream) {
            true => uv.read_resume(self.stream),
            false => Ok(()),
        }
    }

    /// The peer has sent everything: send the rest back, then close.
    fn finish(&self, uv: &mut Loop) -> Result<()> {
        let this = self.clone();
        uv.shutdown(self.stream, move |uv, _| this.end(uv))
    }

    /// Starts the time anew after which the peer is idle.
    fn postpone(&self, uv: &mut Loop) -> Result<()> {
        let (this, ms) = (self.clone(), self.server.limits.idle.as_millis() as u64);
        uv.timer_start(self.idle, ms, 0, move |uv| this.end(uv))
    }

    /// May be called twice: a write fails, and then a read.
    fn end(&self, uv: &mut Loop) {
        if uv.close(self.stream, |_| ()).is_err() {
            return;
        }
        let _ = uv.close(self.idle, |_| ());
        let server = &self.server;
        server.open.set(server.open.get() - 1);
        server.left.set(server.left.get().saturating_sub(1));
        if let (0, Some(listener)) = (server.left.get(), server.listener.get()) {
            let _ = uv.close(listener, |_| ());
        }
    }
}
// ANCHOR_END: uv-echo
