//! TCP (libuv: src/unix/stream.c, src/unix/tcp.c).

use crate::handle::{Entry, TcpListener, TcpStream, What};
use crate::poller::{Interest, Ready, is_out_of_descriptors};
use crate::run::{Done, Loop};
use crate::slots::Id;
use crate::{Error, Result};
use socket2::{Domain, Protocol, Socket, Type};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};

/// Reads, and writes, that one event of one stream may cause: a peer that is faster
/// than we are must not keep the loop from all others.
pub const PER_EVENT: u32 = 32;
/// Bytes that one read brings at most. The loop has one such buffer for all streams.
pub const READ_BUFFER: usize = 64 * 1024;
/// Bytes that may wait to be written to one stream. libuv has no limit.
pub const MAX_WRITE_QUEUE: usize = 16 * 1024 * 1024;
/// Connections that are turned away at once when there is no descriptor for them.
pub const MAX_SHED: u32 = 1024;

/// What a read brings.
#[derive(Debug)]
pub enum Read<'a> {
    /// Bytes, at least one. They are gone after the callback.
    Data(&'a [u8]),
    /// The peer has sent its last byte (`UV_EOF`). No more callbacks.
    End,
    /// It failed. No more callbacks: close the stream.
    Failed(io::Error),
}

type OnRead = Box<dyn FnMut(&mut Loop, Read<'_>)>;
type OnConnection = Box<dyn FnMut(&mut Loop, Result<TcpStream>)>;

/// A listening socket.
pub(crate) struct Listener {
    socket: Option<std::net::TcpListener>,
    on_connection: Option<OnConnection>,
    known: Interest,
    listening: bool,
}

/// A connection, or an attempt at one.
#[derive(Default)]
pub(crate) struct Stream {
    /// None once it is closed.
    socket: Option<std::net::TcpStream>,
    /// Out of its place while it runs.
    on_read: Option<OnRead>,
    has_reader: bool,
    reading: bool,
    connecting: Option<Done>,
    /// Why connecting failed at once, to be told later.
    connect_error: Option<io::Error>,
    writes: VecDeque<Write>,
    written: Vec<(Done, usize, Result<()>)>,
    /// Bytes in `writes`, and those of `written` that could not be sent.
    queued: usize,
    shutdown: Option<Done>,
    is_shut: bool,
    /// Is it in the loop's pending queue?
    fed: bool,
    /// The socket is full: the kernel is to say when it is not.
    full: bool,
    /// What the kernel was told to watch for.
    known: Interest,
}

struct Write {
    data: Vec<u8>,
    sent: usize,
    done: Done,
}

impl Stream {
    fn wanted(&self) -> Interest {
        let connecting = self.connecting.is_some();
        Interest {
            read: self.reading && !connecting,
            write: self.full || connecting,
        }
    }
}

impl Loop {
    /// Listens (`uv_tcp_bind`, `uv_listen`), with SO_REUSEADDR as in libuv.
    /// `on_connection` is called for each connection, which is accepted already; with
    /// an error when there are no descriptors left, not even one to turn somebody away.
    ///
    /// # Errors
    /// Those of the system.
    pub fn tcp_listen(
        &mut self,
        address: SocketAddr,
        backlog: i32,
        on_connection: impl FnMut(&mut Loop, Result<TcpStream>) + 'static,
    ) -> Result<TcpListener> {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(backlog)?;
        self.keep_reserve();
        let id = self.add(Entry::new(What::Listener(Listener {
            socket: Some(socket.into()),
            on_connection: Some(Box::new(on_connection)),
            known: Interest::default(),
            listening: true,
        })));
        self.set_active(id, true);
        self.changed.push(id);
        Ok(TcpListener(id))
    }

    /// Accepts no more until told to go on: the kernel's queue fills up instead.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn listen_pause(&mut self, listener: TcpListener, pause: bool) -> Result<()> {
        if let What::Listener(state) = &mut self.open_entry_mut(listener.0)?.what {
            state.listening = !pause;
        }
        self.set_active(listener.0, !pause);
        self.changed.push(listener.0);
        Ok(())
    }

    /// Where a listener listens (`uv_tcp_getsockname`).
    ///
    /// # Errors
    /// [`Error::Closed`]; those of the system.
    pub fn listener_address(&self, listener: TcpListener) -> Result<SocketAddr> {
        match &self.open_entry(listener.0)?.what {
            What::Listener(Listener {
                socket: Some(socket),
                ..
            }) => Ok(socket.local_addr()?),
            _ => Err(Error::Closed),
        }
    }

    // ANCHOR: accept
    /// A connection waits (`uv__server_io`): takes one. If there are more, the kernel
    /// says so again.
    pub(crate) fn accept_one(&mut self, id: Id) {
        let Some(listener) = self.listener(id).filter(|l| l.listening) else {
            return;
        };
        let Some(accepted) = listener.socket.as_ref().map(|s| s.accept()) else {
            return;
        };
        let result = match accepted {
            Ok((socket, _)) => self.add_stream(socket),
            Err(error) if is_out_of_descriptors(&error) => {
                if self.shed_load(id) {
                    return;
                }
                Err(Error::Io(error))
            }
            // It hung up while it waited, or a signal came.
            Err(_) => return,
        };
        let on_connection = self.listener(id).and_then(|l| l.on_connection.take());
        if let Some(mut on_connection) = on_connection {
            on_connection(self, result);
            if let Some(listener) = self.listener(id) {
                listener.on_connection = Some(on_connection);
            }
        }
    }

    /// There is no descriptor for a connection that waits (`uv__emfile_trick`). Gives
    /// up the one kept for this, and turns away who waits: they hear that we are busy,
    /// and the kernel stops waking us for them.
    fn shed_load(&mut self, id: Id) -> bool {
        if self.reserve.take().is_none() {
            self.keep_reserve();
            return false;
        }
        for _ in 0..MAX_SHED {
            let listener = self.listener(id).and_then(|l| l.socket.as_ref());
            match listener.map(|socket| socket.accept()) {
                Some(Ok(_)) => self.shed += 1,
                Some(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        self.keep_reserve();
        true
    }
    // ANCHOR_END: accept

    /// Connections that were turned away for want of a descriptor.
    pub fn shed(&self) -> u64 {
        self.shed
    }

    fn keep_reserve(&mut self) {
        if self.reserve.is_none() {
            self.reserve = File::open("/dev/null").or_else(|_| File::open("/")).ok();
        }
    }

    fn listener(&mut self, id: Id) -> Option<&mut Listener> {
        match &mut self.open_entry_mut(id).ok()?.what {
            What::Listener(listener) => Some(listener),
            _ => None,
        }
    }

    fn add_stream(&mut self, socket: std::net::TcpStream) -> Result<TcpStream> {
        socket.set_nonblocking(true)?;
        let stream = Stream {
            socket: Some(socket),
            ..Stream::default()
        };
        Ok(TcpStream(
            self.add(Entry::new(What::Stream(Box::new(stream)))),
        ))
    }

    /// Connects (`uv_tcp_connect`). Whatever the outcome, `done` comes from the loop.
    ///
    /// # Errors
    /// When there is no descriptor for a socket.
    pub fn tcp_connect(
        &mut self,
        address: SocketAddr,
        done: impl FnOnce(&mut Loop, Result<()>) + 'static,
    ) -> Result<TcpStream> {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        let attempt = socket.connect(&address.into());
        let stream = self.add_stream(socket.into())?;
        self.active_requests += 1;
        let state = self.stream_mut(stream.0)?;
        state.connecting = Some(Box::new(done));
        match attempt {
            Err(error) if !in_progress(&error) => {
                state.connect_error = Some(error);
                self.feed(stream.0);
            }
            _ => self.changed.push(stream.0),
        }
        Ok(stream)
    }

    /// Reads whenever there is something (`uv_read_start`).
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn read_start(
        &mut self,
        stream: TcpStream,
        on_read: impl FnMut(&mut Loop, Read<'_>) + 'static,
    ) -> Result<()> {
        let state = self.stream_mut(stream.0)?;
        state.on_read = Some(Box::new(on_read));
        state.has_reader = true;
        state.reading = true;
        self.set_active(stream.0, true);
        self.changed.push(stream.0);
        Ok(())
    }

    /// Reads no more (`uv_read_stop`); what arrives stays in the kernel, and when its
    /// buffer is full, the peer has to wait. The callback is kept for
    /// [`Loop::read_resume`].
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn read_stop(&mut self, stream: TcpStream) -> Result<()> {
        self.stream_mut(stream.0)?;
        self.stop_reading(stream.0);
        Ok(())
    }

    /// Goes on with the callback of the last [`Loop::read_start`].
    ///
    /// # Errors
    /// [`Error::Closed`]; invalid input, if there is no such callback.
    pub fn read_resume(&mut self, stream: TcpStream) -> Result<()> {
        let state = self.stream_mut(stream.0)?;
        if !state.has_reader {
            return Err(Error::Io(io::ErrorKind::InvalidInput.into()));
        }
        state.reading = true;
        self.set_active(stream.0, true);
        self.changed.push(stream.0);
        Ok(())
    }

    fn stop_reading(&mut self, id: Id) {
        if let Ok(stream) = self.stream_mut(id) {
            stream.reading = false;
        }
        self.set_active(id, false);
        self.changed.push(id);
    }

    /// Writes (`uv_write`): as much as the socket takes now, the rest when it takes
    /// more. `done` is never called from within: it comes from the loop, in the order
    /// of the calls.
    ///
    /// # Errors
    /// [`Error::Closed`]; [`Error::Full`] beyond [`MAX_WRITE_QUEUE`], and then nothing
    /// of `data` is written; a broken pipe after [`Loop::shutdown`].
    pub fn write(
        &mut self,
        stream: TcpStream,
        data: impl Into<Vec<u8>>,
        done: impl FnOnce(&mut Loop, Result<()>) + 'static,
    ) -> Result<()> {
        let data = data.into();
        let state = self.stream_mut(stream.0)?;
        if state.shutdown.is_some() || state.is_shut {
            return Err(Error::Io(io::ErrorKind::BrokenPipe.into()));
        }
        if state.queued + data.len() > MAX_WRITE_QUEUE {
            return Err(Error::Full);
        }
        let is_first = state.writes.is_empty();
        state.queued += data.len();
        state.writes.push_back(Write {
            data,
            sent: 0,
            done: Box::new(done),
        });
        self.active_requests += 1;
        if is_first {
            self.write_some(stream.0);
        }
        Ok(())
    }

    /// Bytes that wait to be written (`uv_stream_get_write_queue_size`): whoever reads
    /// from one peer and writes to another looks at this and stops reading.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn write_queue_size(&self, stream: TcpStream) -> Result<usize> {
        match &self.open_entry(stream.0)?.what {
            What::Stream(state) => Ok(state.queued),
            _ => Err(Error::Closed),
        }
    }

    /// Says that nothing more will be written, once everything is (`uv_shutdown`).
    ///
    /// # Errors
    /// [`Error::Closed`]; a broken pipe, a second time.
    pub fn shutdown(
        &mut self,
        stream: TcpStream,
        done: impl FnOnce(&mut Loop, Result<()>) + 'static,
    ) -> Result<()> {
        let state = self.stream_mut(stream.0)?;
        if state.shutdown.is_some() || state.is_shut {
            return Err(Error::Io(io::ErrorKind::BrokenPipe.into()));
        }
        state.shutdown = Some(Box::new(done));
        let is_drained = state.writes.is_empty();
        self.active_requests += 1;
        if is_drained {
            self.feed(stream.0);
        }
        Ok(())
    }

    fn stream_mut(&mut self, id: Id) -> Result<&mut Stream> {
        match &mut self.open_entry_mut(id)?.what {
            What::Stream(stream) => Ok(stream),
            _ => Err(Error::Closed),
        }
    }

    /// Puts a stream into the pending queue (`uv__io_feed`).
    fn feed(&mut self, id: Id) {
        if let Ok(stream) = self.stream_mut(id)
            && !std::mem::replace(&mut stream.fed, true)
        {
            self.pending.push_back(id);
        }
    }

    /// Calls back for what is no event (`uv__run_pending`). What these callbacks add
    /// waits for the next round.
    pub(crate) fn run_pending(&mut self) {
        for id in std::mem::take(&mut self.pending) {
            if let Ok(stream) = self.stream_mut(id) {
                stream.fed = false;
            }
            self.stream_pending(id);
        }
    }

    // ANCHOR: tell-kernel
    /// Tells epoll what changed since the last poll phase: a socket that was stopped
    /// and started again in between costs no call (libuv: `watcher_queue`).
    pub(crate) fn tell_kernel(&mut self) -> Result<()> {
        for id in std::mem::take(&mut self.changed) {
            let Some(entry) = self.handles.get_mut(id).filter(|e| !e.closing) else {
                continue;
            };
            match &mut entry.what {
                What::Stream(stream) => {
                    let (known, wanted) = (stream.known, stream.wanted());
                    if let Some(socket) = stream.socket.as_ref() {
                        self.poller.tell(socket, id, known, wanted)?;
                        stream.known = wanted;
                    }
                }
                What::Listener(listener) => {
                    let wanted = Interest {
                        read: listener.listening,
                        write: false,
                    };
                    if let Some(socket) = listener.socket.as_ref() {
                        self.poller.tell(socket, id, listener.known, wanted)?;
                        listener.known = wanted;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
    // ANCHOR_END: tell-kernel

    /// Takes the descriptor back from the kernel at once, as `uv__io_close` does, and
    /// closes it.
    pub(crate) fn close_socket(&mut self, id: Id) {
        self.pending.retain(|pending| *pending != id);
        let Some(entry) = self.handles.get_mut(id) else {
            return;
        };
        match &mut entry.what {
            What::Stream(stream) => {
                stream.on_read = None;
                stream.reading = false;
                if let Some(socket) = stream.socket.take() {
                    let known = std::mem::take(&mut stream.known);
                    let nothing = Interest::default();
                    // It fails only if the kernel has forgotten the socket already.
                    let _ = self.poller.tell(&socket, id, known, nothing);
                }
            }
            What::Listener(listener) => {
                listener.on_connection = None;
                if let Some(socket) = listener.socket.take() {
                    let known = std::mem::take(&mut listener.known);
                    let nothing = Interest::default();
                    let _ = self.poller.tell(&socket, id, known, nothing);
                }
            }
            _ => {}
        }
    }

    // ANCHOR: stream-io
    /// A stream is ready (`uv__stream_io`), for what its owner wants by now.
    pub(crate) fn stream_io(&mut self, id: Id, ready: Ready) {
        let Ok(stream) = self.stream_mut(id) else {
            return;
        };
        let wanted = stream.wanted();
        // A broken stream is ready for everything: the system call says what happened.
        let reads = wanted.read && (ready.read || ready.broken);
        let writes = wanted.write && (ready.write || ready.broken);
        if stream.connecting.is_some() {
            if writes {
                self.connected(id);
            }
            return;
        }
        if reads {
            self.read_some(id);
        }
        if writes {
            self.stream_pending(id);
        }
    }

    fn read_some(&mut self, id: Id) {
        for _ in 0..PER_EVENT {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.resize(READ_BUFFER, 0);
            let more = self.read_once(id, &mut buffer);
            self.buffer = buffer;
            if !more {
                return;
            }
        }
    }
    // ANCHOR_END: stream-io

    /// One read and its callback. Says whether there may be more.
    fn read_once(&mut self, id: Id, buffer: &mut [u8]) -> bool {
        let Some(stream) = self.stream_mut(id).ok().filter(|s| s.reading) else {
            return false;
        };
        let Some(socket) = stream.socket.as_mut() else {
            return false;
        };
        match socket.read(buffer) {
            Ok(0) => {
                self.stop_reading(id);
                self.call_read(id, Read::End);
                false
            }
            Ok(count) => {
                self.call_read(id, Read::Data(&buffer[..count]));
                // A buffer that was not filled up: there was no more.
                count == buffer.len()
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => true,
            Err(error) => {
                self.stop_reading(id);
                self.call_read(id, Read::Failed(error));
                false
            }
        }
    }

    fn call_read(&mut self, id: Id, read: Read<'_>) {
        let on_read = self.stream_mut(id).ok().and_then(|s| s.on_read.take());
        if let Some(mut on_read) = on_read {
            on_read(self, read);
            if let Ok(stream) = self.stream_mut(id) {
                stream.on_read.get_or_insert(on_read);
            }
        }
    }

    // ANCHOR: write-some
    /// Sends what is queued until the socket is full (`uv__write`). Callbacks are left
    /// to the pending phase.
    fn write_some(&mut self, id: Id) {
        for _ in 0..PER_EVENT {
            let Ok(stream) = self.stream_mut(id) else {
                return;
            };
            let (Some(socket), Some(write)) =
                (stream.socket.as_mut(), stream.writes.front_mut())
            else {
                return;
            };
            if stream.connecting.is_some() {
                return;
            }
            let result = match socket.write(&write.data[write.sent..]) {
                Ok(count) => {
                    write.sent += count;
                    stream.queued -= count;
                    if write.sent < write.data.len() {
                        continue;
                    }
                    Ok(())
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    stream.full = true;
                    self.changed.push(id);
                    return;
                }
                Err(error) => Err(Error::Io(error)),
            };
            self.write_ended(id, result);
            self.feed(id);
        }
        // There is more, but it is the turn of others.
        self.feed(id);
    }
    // ANCHOR_END: write-some

    /// The first write is over. Says whether there was one.
    fn write_ended(&mut self, id: Id, result: Result<()>) -> bool {
        let Some(What::Stream(stream)) = self.handles.get_mut(id).map(|e| &mut e.what)
        else {
            return false;
        };
        let Some(write) = stream.writes.pop_front() else {
            return false;
        };
        let unsent = write.data.len() - write.sent;
        stream.written.push((write.done, unsent, result));
        true
    }

    /// What a stream has to call back for: a connection that failed, writes that are
    /// done, then the shutdown.
    fn stream_pending(&mut self, id: Id) {
        let Ok(stream) = self.stream_mut(id) else {
            return;
        };
        if stream.connect_error.is_some() {
            self.connected(id);
            return;
        }
        if std::mem::take(&mut stream.full) {
            self.changed.push(id);
        }
        self.write_some(id);
        self.call_written(id);
        if let Ok(stream) = self.stream_mut(id)
            && stream.writes.is_empty()
            && stream.connecting.is_none()
            && let Some(done) = stream.shutdown.take()
        {
            let socket = stream.socket.as_ref();
            let result = socket.map_or(Ok(()), |s| s.shutdown(Shutdown::Write));
            stream.is_shut = true;
            self.active_requests -= 1;
            done(self, result.map_err(Error::Io));
        }
    }

    fn call_written(&mut self, id: Id) {
        let Some(What::Stream(stream)) = self.handles.get_mut(id).map(|e| &mut e.what)
        else {
            return;
        };
        for (done, unsent, result) in std::mem::take(&mut stream.written) {
            if let Some(What::Stream(stream)) =
                self.handles.get_mut(id).map(|e| &mut e.what)
            {
                stream.queued -= unsent;
            }
            self.active_requests -= 1;
            done(self, result);
        }
    }

    /// An attempt to connect has ended: how?
    fn connected(&mut self, id: Id) {
        let Ok(stream) = self.stream_mut(id) else {
            return;
        };
        let error = match stream.connect_error.take() {
            Some(error) => Some(error),
            None => {
                let socket = stream.socket.as_ref();
                socket.and_then(|s| s.take_error().unwrap_or_else(Some))
            }
        };
        let Some(done) = stream.connecting.take() else {
            return;
        };
        self.changed.push(id);
        self.active_requests -= 1;
        let is_connected = error.is_none();
        done(self, error.map_or(Ok(()), |error| Err(Error::Io(error))));
        if !is_connected && self.stream_mut(id).is_ok() {
            self.cancel_writes(id);
        }
        self.stream_pending(id);
    }

    // ANCHOR: cancel-requests
    /// What a closing stream still owes (`uv__stream_destroy`): each request gets its
    /// callback, in this order, and none comes after the close callback.
    pub(crate) fn cancel_stream_requests(&mut self, id: Id) {
        let Some(What::Stream(stream)) = self.handles.get_mut(id).map(|e| &mut e.what)
        else {
            return;
        };
        let (connecting, shutdown) = (stream.connecting.take(), stream.shutdown.take());
        if let Some(done) = connecting {
            self.active_requests -= 1;
            done(self, Err(Error::Canceled));
        }
        self.cancel_writes(id);
        if let Some(done) = shutdown {
            self.active_requests -= 1;
            done(self, Err(Error::Canceled));
        }
    }

    /// What is not written yet never will be (`uv__stream_flush_write_queue`).
    fn cancel_writes(&mut self, id: Id) {
        while self.write_ended(id, Err(Error::Canceled)) {}
        self.call_written(id);
    }
    // ANCHOR_END: cancel-requests
}

fn in_progress(error: &io::Error) -> bool {
    // EINPROGRESS has no kind of its own.
    error.kind() == io::ErrorKind::WouldBlock
        || error.raw_os_error() == Some(IN_PROGRESS)
}

const IN_PROGRESS: i32 = if cfg!(target_os = "linux") { 115 } else { 36 };
