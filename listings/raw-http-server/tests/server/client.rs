//! A client that writes whatever bytes it likes, and a server to write them to.

use http_wire::{Event, Method, Response, ResponseParser};
use raw_http_server::{App, Config, Files, Handler, Root, Running, Server, Uploads};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

/// A guard against hanging, not a measure of speed.
pub const GUARD: Duration = Duration::from_secs(60);

/// A configuration whose timeouts nobody meets.
pub fn patient() -> Config {
    let mut config = Config::default();
    let timeouts = &mut config.timeouts;
    timeouts.head = 10 * GUARD;
    timeouts.idle = 10 * GUARD;
    timeouts.body.most = 10 * GUARD;
    timeouts.write.most = 10 * GUARD;
    timeouts.grace = 10 * GUARD;
    timeouts.linger = 10 * GUARD;
    config
}

pub fn start(config: Config, handler: impl Handler) -> Running {
    Server::start(config, handler).expect("a free port")
}

/// The command's handler, patient.
pub fn app() -> Running {
    let config = patient();
    let metrics = config.metrics.clone();
    start(
        config,
        App {
            metrics,
            ..App::default()
        },
    )
}

pub fn app_of(folder: &Path) -> App {
    App {
        files: Some(Files::new(Root::open(folder).unwrap()).not_found_page("404.html")),
        ..App::default()
    }
}

pub fn app_into(folder: &Path, at_once: usize) -> App {
    App {
        uploads: Some(Uploads::new(folder, at_once).unwrap()),
        ..App::default()
    }
}

pub struct Client {
    pub stream: TcpStream,
    parser: ResponseParser,
    input: bytes::BytesMut,
}

/// An answer: its head and its content.
#[derive(Debug)]
pub struct Answer {
    pub head: Response,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn status(&self) -> u16 {
        self.head.status
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        let value = self.head.fields.get(name)?;
        Some(str::from_utf8(value).expect("a field is text"))
    }

    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("content is text")
    }

    pub fn closes(&self) -> bool {
        self.field("connection") == Some("close")
    }
}

impl Client {
    pub fn to(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(GUARD)).unwrap();
        stream.set_write_timeout(Some(GUARD)).unwrap();
        stream.set_nodelay(true).unwrap();
        Client {
            stream,
            parser: ResponseParser::new(http_wire::Config::default()),
            input: bytes::BytesMut::new(),
        }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        self.stream
            .write_all(bytes.as_ref())
            .expect("the server reads");
        self
    }

    /// A request with `Host` and these lines.
    pub fn ask(&mut self, line: &str, fields: &[&str]) -> Answer {
        let mut text = format!("{line} HTTP/1.1\r\nHost: x\r\n");
        for field in fields {
            text += &format!("{field}\r\n");
        }
        self.send(text + "\r\n");
        let method = line.split(' ').next().unwrap_or_default();
        self.answer_to(method)
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[])
    }

    /// The next final answer, to a GET.
    pub fn answer(&mut self) -> Answer {
        self.answer_to("GET")
    }

    pub fn answer_to(&mut self, method: &str) -> Answer {
        self.try_answer_to(method).expect("an answer, not a close")
    }

    /// The next final answer, or none if the server hung up before.
    pub fn try_answer_to(&mut self, method: &str) -> Option<Answer> {
        let method = Method::new(method.as_bytes()).expect("a method");
        self.parser.expect(&method);
        let (mut head, mut body) = (None, Vec::new());
        loop {
            match self.parser.next(&mut self.input).expect("HTTP") {
                Some(Event::Head(found)) => head = Some(found),
                Some(Event::Data(data)) => body.extend_from_slice(&data),
                Some(Event::Trailers(_)) => {}
                Some(Event::End) => match head.take() {
                    Some(interim) if interim.is_interim() => {}
                    Some(head) => return Some(Answer { head, body }),
                    None => panic!("an end without a head"),
                },
                None => {
                    if !self.fill() {
                        return self.finish(head, body);
                    }
                }
            }
        }
    }

    fn finish(&mut self, head: Option<Response>, body: Vec<u8>) -> Option<Answer> {
        match (self.parser.finish(), head) {
            (Ok(Some(Event::End)), Some(head)) => Some(Answer { head, body }),
            (_, None) => None,
            (end, _) => panic!("the answer is cut off: {end:?}"),
        }
    }

    /// Reads once; whether anything may follow.
    fn fill(&mut self) -> bool {
        let mut buffer = [0; 64 << 10];
        match self.stream.read(&mut buffer) {
            Ok(length) => {
                self.input.extend_from_slice(&buffer[..length]);
                length > 0
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => true,
            Err(error) => panic!("{error}: nothing came within {GUARD:?}"),
        }
    }

    /// Everything up to the close, as it came.
    pub fn rest(&mut self) -> String {
        while self.fill() {}
        String::from_utf8_lossy(&self.input.split()).into_owned()
    }

    /// Waits for the close, which is no reset; nothing may come before.
    pub fn closed(&mut self) {
        let mut rest = self.input.split().to_vec();
        let read = self.stream.read_to_end(&mut rest);
        assert_eq!(String::from_utf8_lossy(&rest), "");
        read.expect("an end, not a reset");
    }

    /// Says that nothing more comes.
    pub fn end(&mut self) -> &mut Client {
        self.stream.shutdown(Shutdown::Write).unwrap();
        self
    }
}

/// Waits until what another thread does has come to pass.
pub fn until(mut is: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !is() {
        assert!(start.elapsed() < GUARD, "it never came to pass");
        std::thread::sleep(Duration::from_millis(1));
    }
}
