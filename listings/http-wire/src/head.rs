//! Heads, line by line: a line is judged as soon as all of it is there.

use crate::chars::{self, TOKEN};
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::fields::Span;
use crate::lines::{Line, Lines};
use crate::message::Version;
use crate::target::{self, Form};
use bytes::{Buf, BytesMut};

/// A first line: of a request, or of a response.
pub trait StartLine: Copy {
    /// Whether empty lines may stand before it.
    const AFTER_EMPTY_LINES: bool;

    /// Judges a first byte, for what is not HTTP may never end its line.
    fn begins(byte: u8) -> Result<(), ErrorKind>;

    /// Judges the line; offsets count from its begin.
    fn parse(line: &[u8], config: &Config) -> Result<Self, Error>;

    /// What a line that ends in LF alone is called.
    fn bare_lf(at: usize) -> Error;
}

/// `GET /path HTTP/1.1`: a method up to `method`, a target from there to `target`.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine {
    pub method: usize,
    pub target: usize,
    pub form: Form,
    pub version: Version,
}

/// `HTTP/1.1 200 OK`: the reason from `reason` to the end.
#[derive(Clone, Copy, Debug)]
pub struct StatusLine {
    pub version: Version,
    pub status: u16,
    pub reason: (usize, usize),
}

impl StartLine for RequestLine {
    // RFC 9112 §2.2: a client may have sent one behind the content before.
    const AFTER_EMPTY_LINES: bool = true;

    fn begins(byte: u8) -> Result<(), ErrorKind> {
        let is_token = chars::is(TOKEN, byte);
        is_token.then_some(()).ok_or(ErrorKind::Method)
    }

    // ANCHOR: request-line
    /// `method SP request-target SP HTTP-version` (RFC 9112 §3), with single spaces.
    fn parse(line: &[u8], config: &Config) -> Result<RequestLine, Error> {
        let method = chars::count(TOKEN, line);
        if method == 0 || line.get(method) != Some(&b' ') {
            return Err(Error::new(ErrorKind::Method, method));
        }
        let start = method + 1;
        let length = line[start..].iter().position(|byte| *byte == b' ');
        let target = length.map_or(line.len(), |length| start + length);
        let form = target::form(&line[..method], &line[start..target], &config.lenient)
            .map_err(|at| Error::new(ErrorKind::Target, start + at))?;
        if target == line.len() {
            // HTTP/0.9 had no version. A server with several hosts has to do without
            // it (RFC 9112 C.1).
            return Err(Error::new(ErrorKind::Version, target));
        }
        let version = version(&line[target + 1..], config)
            .map_err(|error| error.behind(target as u64 + 1))?;
        if line.len() > target + 9 {
            return Err(Error::new(ErrorKind::Version, target + 9));
        }
        Ok(RequestLine {
            method,
            target,
            form,
            version,
        })
    }
    // ANCHOR_END: request-line

    fn bare_lf(at: usize) -> Error {
        Error::new(ErrorKind::BareLf, at).reported("HPE_INVALID_VERSION")
    }
}

impl StartLine for StatusLine {
    const AFTER_EMPTY_LINES: bool = false;

    fn begins(byte: u8) -> Result<(), ErrorKind> {
        (byte == b'H').then_some(()).ok_or(ErrorKind::Protocol)
    }

    /// `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 §4).
    fn parse(line: &[u8], config: &Config) -> Result<StatusLine, Error> {
        let version = version(line, config)?;
        let wrong = |at| Error::new(ErrorKind::Status, at);
        if line.get(8) != Some(&b' ') {
            return Err(Error::new(ErrorKind::Version, 8));
        }
        let digit = |at: usize| line.get(at).filter(|byte| byte.is_ascii_digit());
        let mut status = 0;
        for at in 9..12 {
            let digit = digit(at).filter(|digit| at > 9 || **digit != b'0');
            status = status * 10 + u16::from(digit.ok_or(wrong(at))? - b'0');
        }
        let reason = match line.get(12) {
            Some(b' ') => 13,
            None if config.lenient.no_reason => 12,
            _ => return Err(wrong(12)),
        };
        if let Some(at) = chars::control(&line[reason..]) {
            return Err(Error::new(ErrorKind::FieldValue, reason + at));
        }
        Ok(StatusLine {
            version,
            status,
            reason: (reason, line.len()),
        })
    }

    fn bare_lf(at: usize) -> Error {
        Error::new(ErrorKind::BareLf, at)
    }
}

/// `HTTP/` digit dot digit, at the front of `text` (RFC 9112 §2.3).
fn version(text: &[u8], config: &Config) -> Result<Version, Error> {
    let name = b"HTTP/";
    let same = text.iter().zip(name).take_while(|(a, b)| a == b).count();
    if same < name.len() {
        return Err(Error::new(ErrorKind::Protocol, same));
    }
    let digit = |at: usize| text.get(at).filter(|byte| byte.is_ascii_digit());
    let (major, dot, minor) = (digit(5), text.get(6), digit(7));
    let (Some(major), Some(b'.'), Some(minor)) = (major, dot, minor) else {
        let wrong = match (major, dot) {
            (None, _) => 5,
            (_, Some(b'.')) => 7,
            _ => 6,
        };
        return Err(Error::new(ErrorKind::Version, wrong));
    };
    let (major, minor) = (major - b'0', minor - b'0');
    // A higher minor version is served as the highest one known (RFC 9110 §2.5).
    if major != 1 && !config.lenient.any_version {
        return Err(Error::new(ErrorKind::UnsupportedVersion, 5));
    }
    Ok(Version { major, minor })
}

/// Fields as they come in, for a head or a trailer section.
#[derive(Debug, Default)]
pub struct Section {
    pub lines: Lines,
    spans: Vec<Span>,
}

/// What a section may have, and what it is called to have more.
#[derive(Clone, Copy, Debug)]
pub struct SectionLimits {
    pub bytes: usize,
    pub count: usize,
    pub too_large: ErrorKind,
    pub too_many: ErrorKind,
}

impl Section {
    /// Reads lines up to the empty one. Offsets count from the front of `input`.
    pub fn read(
        &mut self,
        input: &mut BytesMut,
        config: &Config,
        limits: SectionLimits,
    ) -> Result<Option<(usize, Vec<Span>)>, Error> {
        loop {
            let start = self.lines.start();
            let left = limits.bytes.saturating_sub(start);
            let line = self.lines.next(input, left);
            let too_large = |_| Error::new(limits.too_large, start + left);
            let Some(line) = line.map_err(too_large)? else {
                return Ok(None);
            };
            let is_last = line.start == line.end;
            if !is_last {
                self.field(input, &line, config)?;
            }
            if line.has_bare_lf() && !config.lenient.bare_lf {
                let error = Error::new(ErrorKind::BareLf, line.end);
                let invalid = "HPE_INVALID_HEADER_TOKEN";
                return Err(if is_last {
                    error.reported(invalid)
                } else {
                    error
                });
            }
            if is_last {
                let spans = std::mem::take(&mut self.spans);
                self.lines = Lines::default();
                return Ok(Some((line.next, spans)));
            }
            if self.spans.len() > limits.count {
                return Err(Error::new(limits.too_many, line.start));
            }
        }
    }

    // ANCHOR: field-line
    /// `field-name ":" OWS field-value OWS` (RFC 9112 §5).
    fn field(
        &mut self,
        input: &mut BytesMut,
        line: &Line,
        config: &Config,
    ) -> Result<(), Error> {
        let text = &input[line.start..line.end];
        let wrong = |kind, at| Error::new(kind, line.start + at);
        if chars::is_space(text[0]) {
            return self.fold(input, line, config);
        }
        let name = chars::count(TOKEN, text);
        let colon = match text.get(name) {
            Some(b':') if name > 0 => name,
            Some(b' ' | b'\t') if name > 0 => {
                let colon = name + chars::spaces(&text[name..]);
                let is_colon = text.get(colon) == Some(&b':');
                match is_colon {
                    true if config.lenient.space_before_colon => colon,
                    true => return Err(wrong(ErrorKind::SpaceBeforeColon, name)),
                    false => return Err(wrong(ErrorKind::FieldName, name)),
                }
            }
            Some(b'\r') if name == 0 => {
                return Err(wrong(ErrorKind::BareCr, 0).reported("HPE_STRICT"));
            }
            _ => return Err(wrong(ErrorKind::FieldName, name)),
        };
        let (space, value) = chars::trim(&text[colon + 1..]);
        let start = line.start + colon + 1 + space;
        check_value(value, config).map_err(|e| e.behind(start as u64))?;
        if self.spans.is_empty() {
            self.spans.reserve(16);
        }
        self.spans.push(Span {
            name: (line.start as u32, (line.start + name) as u32),
            value: (start as u32, (start + value.len()) as u32),
        });
        Ok(())
    }
    // ANCHOR_END: field-line

    /// A line that begins with white space continues the field before it, if anything
    /// (RFC 9112 §2.2, §5.2).
    fn fold(
        &mut self,
        input: &mut BytesMut,
        line: &Line,
        config: &Config,
    ) -> Result<(), Error> {
        let Some(span) = self.spans.last_mut() else {
            let error = Error::new(ErrorKind::SpaceBeforeFields, line.start);
            let is_tab = input[line.start] == b'\t';
            let invalid = "HPE_INVALID_HEADER_TOKEN";
            return Err(if is_tab {
                error.reported(invalid)
            } else {
                error
            });
        };
        if !config.lenient.obs_fold {
            return Err(Error::new(ErrorKind::ObsFold, line.start));
        }
        let (space, value) = chars::trim(&input[line.start..line.end]);
        let start = line.start + space;
        check_value(value, config).map_err(|e| e.behind(start as u64))?;
        if value.is_empty() {
            return Ok(());
        }
        let end = (start + value.len()) as u32;
        // Whatever stands between the parts, line ends above all, becomes spaces.
        input[span.value.1 as usize..start].fill(b' ');
        match span.value.0 == span.value.1 {
            true => span.value = (start as u32, end),
            false => span.value.1 = end,
        }
        Ok(())
    }
}

/// RFC 9110 §5.5: visible characters, spaces, tabs, and anything from 0x80.
fn check_value(value: &[u8], config: &Config) -> Result<(), Error> {
    let Some(at) = chars::control(value) else {
        return Ok(());
    };
    if !config.lenient.control_in_value {
        return Err(control_error(value[at], at));
    }
    let split = value.iter().position(|b| matches!(b, 0 | b'\r' | b'\n'));
    split.map_or(Ok(()), |at| Err(control_error(value[at], at)))
}

fn control_error(byte: u8, at: usize) -> Error {
    match byte {
        b'\r' => Error::new(ErrorKind::BareCr, at),
        _ => Error::new(ErrorKind::FieldValue, at),
    }
}

/// A head as it comes in.
#[derive(Debug)]
pub struct HeadReader<S> {
    /// Bytes of empty lines that were dropped.
    skipped: usize,
    start: Option<S>,
    section: Section,
}

/// A head that is there as a whole: how many bytes it has, what they say.
#[derive(Debug)]
pub struct ReadHead<S> {
    pub length: usize,
    pub start: S,
    pub spans: Vec<Span>,
}

impl<S> Default for HeadReader<S> {
    fn default() -> HeadReader<S> {
        HeadReader {
            skipped: 0,
            start: None,
            section: Section::default(),
        }
    }
}

impl<S: StartLine> HeadReader<S> {
    /// Whether nothing of a head was seen yet, except empty lines.
    pub fn is_untouched(&self) -> bool {
        self.start.is_none() && self.section.lines.is_untouched()
    }

    /// Drops empty lines before a head; returns how many bytes these were. They count:
    /// else a peer could send them for ever.
    pub fn skip_empty_lines(
        &mut self,
        input: &mut BytesMut,
        config: &Config,
    ) -> Result<usize, Error> {
        let mut skipped = 0;
        while S::AFTER_EMPTY_LINES && self.is_untouched() {
            skipped += match input[skipped..] {
                [b'\r', b'\n', ..] => 2,
                [b'\n', ..] if config.lenient.bare_lf => 1,
                [b'\n', ..] => return Err(Error::new(ErrorKind::BareLf, skipped)),
                [b'\r', _, ..] => return Err(Error::new(ErrorKind::BareCr, skipped)),
                _ => break,
            };
            if self.skipped + skipped >= config.limits.head_bytes as usize {
                return Err(Error::new(ErrorKind::HeadTooLarge, skipped));
            }
        }
        input.advance(skipped);
        self.skipped += skipped;
        Ok(skipped)
    }

    /// Reads lines up to the empty one, which ends a head. Offsets count from the front
    /// of `input`, which keeps all of the head.
    pub fn read(
        &mut self,
        input: &mut BytesMut,
        config: &Config,
    ) -> Result<Option<ReadHead<S>>, Error> {
        let bytes = (config.limits.head_bytes as usize).saturating_sub(self.skipped);
        if self.start.is_none() {
            self.start = self.start_line(input, config, bytes)?;
        }
        let Some(start) = self.start else {
            return Ok(None);
        };
        let limits = SectionLimits {
            bytes,
            count: config.limits.field_count as usize,
            too_large: ErrorKind::HeadTooLarge,
            too_many: ErrorKind::TooManyFields,
        };
        let Some((length, spans)) = self.section.read(input, config, limits)? else {
            return Ok(None);
        };
        (self.start, self.skipped) = (None, 0);
        Ok(Some(ReadHead {
            length,
            start,
            spans,
        }))
    }

    fn start_line(
        &mut self,
        input: &[u8],
        config: &Config,
        bytes: usize,
    ) -> Result<Option<S>, Error> {
        match input.first() {
            // Half an empty line.
            None => return Ok(None),
            Some(b'\r') if S::AFTER_EMPTY_LINES => return Ok(None),
            Some(byte) => S::begins(*byte).map_err(|kind| Error::new(kind, 0))?,
        }
        let (max, too_long) = match config.limits.start_line as usize {
            max if max < bytes => (max, ErrorKind::StartLineTooLong),
            _ => (bytes, ErrorKind::HeadTooLarge),
        };
        let line = self.section.lines.next(input, max);
        let line = line.map_err(|_| Error::new(too_long, max))?;
        let Some(line) = line else {
            return Ok(None);
        };
        let start = S::parse(&input[..line.end], config)?;
        match line.has_bare_lf() && !config.lenient.bare_lf {
            true => Err(S::bare_lf(line.end)),
            false => Ok(Some(start)),
        }
    }
}
