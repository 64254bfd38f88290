//! Sockets with a name in the file system, and descriptors through them.

use crate::{GUARD, Said, actor};
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use unix_notes::passing;

// ANCHOR: unix-socket
pub fn unix_socket(said: &mut Said) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let name = folder.path().join("socket");
    let stale = folder.path().join("socket-stale");
    said.push(format!("no name: {}", outcome(UnixStream::connect(&name))));
    let server = UnixListener::bind(&name)?;
    let file_type = fs::symlink_metadata(&name)?.file_type();
    said.push(format!("is a socket: {}", file_type.is_socket()));
    said.push(format!("connect: {}", outcome(UnixStream::connect(&name))));
    said.push(format!(
        "listen again: {}",
        outcome(UnixListener::bind(&name))
    ));

    fs::rename(&name, &stale)?;
    drop(server); // the kernel forgets the socket, not its name
    said.push(format!(
        "stale, connect: {}",
        outcome(UnixStream::connect(&stale))
    ));
    said.push(format!(
        "stale, listen: {}",
        outcome(UnixListener::bind(&stale))
    ));

    drop(UnixListener::bind(&name)?);
    fs::remove_file(&name)?; // libuv does this when it closes the handle
    let left = if name.exists() {
        "the name stays"
    } else {
        "no name"
    };
    said.push(format!("after close: {left}"));

    let name = format!("unix-notes-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(name)?;
    let _server = UnixListener::bind_addr(&address)?;
    let connected = outcome(UnixStream::connect_addr(&address));
    said.push(format!("abstract, connect: {connected}"));
    Ok(())
}
// ANCHOR_END: unix-socket

fn outcome<T>(result: io::Result<T>) -> &'static str {
    match result.map_err(|error| error.kind()) {
        Ok(_) => "connected",
        Err(io::ErrorKind::NotFound) => "ENOENT",
        Err(io::ErrorKind::ConnectionRefused) => "ECONNREFUSED",
        Err(io::ErrorKind::AddrInUse) => "EADDRINUSE",
        Err(_) => "another error",
    }
}

// ANCHOR: pass-descriptor
pub fn pass_descriptor(said: &mut Said) -> io::Result<()> {
    let server = TcpListener::bind(("127.0.0.1", 0))?;
    let address = server.local_addr()?;
    let (ours, childs) = UnixStream::pair()?;
    ours.set_read_timeout(Some(GUARD))?;
    let mut child = actor("accept", "").stdin(OwnedFd::from(childs)).spawn()?;
    passing::send(&ours, b"take this", &[server.as_fd()])?;
    let mut lines = BufReader::new(ours).lines();
    said.extend(lines.by_ref().take(2).collect::<io::Result<Vec<_>>>()?);
    drop(server);
    said.push("the parent has closed its own".to_string());
    let mut text = String::new();
    TcpStream::connect(address)?.read_to_string(&mut text)?;
    said.push(text);
    child.wait().map(drop)
}
// ANCHOR_END: pass-descriptor
