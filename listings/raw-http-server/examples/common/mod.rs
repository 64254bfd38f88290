//! What the examples have in common: a server, and a client that writes raw bytes.

use raw_http_server::{App, Config, Files, Handler, Root, Running, Server, Uploads};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;

/// The command's handler, with a folder to serve and to take uploads into.
#[allow(dead_code, reason = "not every example has files")]
pub fn app(config: &Config, folder: &Path) -> io::Result<App> {
    Ok(App {
        files: Some(Files::new(Root::open(folder)?).not_found_page("404.html")),
        uploads: Some(Uploads::new(folder, 4)?),
        metrics: config.metrics.clone(),
    })
}

pub fn start(config: Config, handler: impl Handler) -> io::Result<Running> {
    Server::start(config, handler)
}

/// One answer with the content `answer`; none if there is a close instead.
#[allow(dead_code, reason = "not every example needs it")]
pub fn answer(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let (mut text, mut piece) = (String::new(), [0; 1024]);
    while !text.ends_with("\r\n\r\nanswer") {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Ok(None);
        }
        text += &String::from_utf8_lossy(&piece[..length]);
    }
    Ok(Some(text))
}

/// Sends bytes on a connection of their own, and nothing more; what comes back.
#[allow(dead_code, reason = "not every example needs it")]
pub fn exchange(server: &Running, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server.address())?;
    stream.write_all(bytes)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}
