//! The server as its peers see it: bytes in, bytes out.

mod client;
mod command;
mod files;
mod floods;
mod handlers;
mod hostile;
mod http;
#[cfg(unix)]
mod peers;
mod stop;
mod time;
mod uploads;
mod workers;
