//! What the exercises are made of. It tells no answers; the other files here do.

/// A request whose connection broke before the answer was complete.
#[derive(Clone, Copy, Debug)]
pub struct Failed {
    pub method: &'static str,
    /// Another request was answered on this connection before.
    pub is_reused: bool,
    /// Bytes that came back since this one was sent.
    pub bytes_received: usize,
    /// All of its content is still in memory, and could be sent again.
    pub has_all_content: bool,
}

/// What is to be built in rebuild-pipeline.rs.
pub trait Responses: Default {
    /// A request came. Returns its number: 0, 1, 2 …
    fn request(&mut self) -> usize;

    /// The handler of this request writes. Never behind its end.
    fn write(&mut self, request: usize, bytes: &[u8]);

    /// The handler of this request is done.
    fn end(&mut self, request: usize);

    /// Takes what may leave now and has not left yet.
    fn take(&mut self) -> Vec<u8>;
}

/// What an Agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The socket serves the request. Sockets are numbered as they are opened: 0, 1, 2 …
    Serve { socket: usize, request: usize },
    /// The socket is closed.
    Close { socket: usize },
}

/// What is to be built in rebuild-agent.rs.
pub trait Sockets {
    fn new(max_sockets: usize, max_free: usize) -> Self;

    /// A request wants a socket. None if it has to wait.
    fn request(&mut self, request: usize) -> Option<Action>;

    /// The response on this socket is complete. None if the socket is idle now.
    fn free(&mut self, socket: usize) -> Option<Action>;

    /// The server closed this socket, whether it was busy or idle.
    fn closed(&mut self, socket: usize) -> Option<Action>;
}
