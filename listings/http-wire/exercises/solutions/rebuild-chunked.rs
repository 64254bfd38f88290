//! A decoder of chunked content, as a machine that takes one byte after the other, or
//! as much data as there is.
//!
//! The trap is the line end behind the data: it is no part of it, and it must be there.
//! The trailers end with an empty line, which is a line that ends where it began.

use crate::checks::{ChunkedDecoder, Decoded};

enum State {
    /// In a size, with what it is so far.
    Size(Option<u64>),
    Extension,
    /// Behind CR: LF, then `Data` or the trailers.
    SizeEnd,
    Data,
    DataCr,
    DataLf,
    /// In a line of the trailers, with its length so far.
    Trailer(usize),
    TrailerLf(usize),
}

pub struct Decoder {
    state: State,
    size: u64,
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder {
            state: State::Size(None),
            size: 0,
        }
    }
}

impl ChunkedDecoder for Decoder {
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Decoded, ()> {
        let mut at = 0;
        while at < bytes.len() {
            if let State::Data = self.state {
                let there = (bytes.len() - at) as u64;
                let length = self.size.min(there) as usize;
                out.extend_from_slice(&bytes[at..at + length]);
                at += length;
                self.size -= length as u64;
                if self.size == 0 {
                    self.state = State::DataCr;
                }
                continue;
            }
            let Some(next) = self.step(bytes[at])? else {
                let left = bytes.len() - at - 1;
                return Ok(Decoded::Done { left });
            };
            self.state = next;
            at += 1;
        }
        Ok(Decoded::More)
    }
}

impl Decoder {
    /// The state behind one byte, none behind the last.
    fn step(&mut self, byte: u8) -> Result<Option<State>, ()> {
        let digit = (byte as char).to_digit(16).map(u64::from);
        let is_text = byte == b'\t' || !byte.is_ascii_control();
        Ok(Some(match (&self.state, byte) {
            (State::Size(size), _) if digit.is_some() => {
                let larger = size.unwrap_or(0).checked_mul(16).ok_or(())?;
                State::Size(digit.map(|digit| larger + digit))
            }
            (State::Size(Some(size)), b'\r' | b';') => {
                self.size = *size;
                match byte {
                    b'\r' => State::SizeEnd,
                    _ => State::Extension,
                }
            }
            (State::Extension, b'\r') => State::SizeEnd,
            (State::Extension, _) if is_text => State::Extension,
            (State::SizeEnd, b'\n') if self.size == 0 => State::Trailer(0),
            (State::SizeEnd, b'\n') => State::Data,
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size(None),
            (State::Trailer(length), b'\r') => State::TrailerLf(*length),
            (State::Trailer(length), _) if is_text => State::Trailer(length + 1),
            (State::TrailerLf(0), b'\n') => return Ok(None),
            (State::TrailerLf(_), b'\n') => State::Trailer(0),
            _ => return Err(()),
        }))
    }
}
