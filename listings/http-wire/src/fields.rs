//! The fields of a head or a trailer section, in the order in which they came.

use crate::chars;
use bytes::{Bytes, BytesMut};
use std::fmt;

/// Where one field stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub name: (u32, u32),
    pub value: (u32, u32),
}

// ANCHOR: fields
/// Fields in the order in which they came. Names are compared without regard to case
/// (RFC 9110 §5.1), and nothing is joined or dropped: two `Set-Cookie` are two fields.
///
/// Parsed fields are places in the head they came with, which is one buffer; fields
/// that are added stand in a second one.
#[derive(Clone, Default)]
pub struct Fields {
    parsed: Bytes,
    added: BytesMut,
    spans: Vec<Span>,
}
// ANCHOR_END: fields

impl Fields {
    /// No fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    pub(crate) fn parsed(text: Bytes, spans: Vec<Span>) -> Fields {
        let added = BytesMut::new();
        Fields {
            parsed: text,
            added,
            spans,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// All fields: name, as it was written, and value.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let pair = move |span: &Span| (self.slice(span.name), self.slice(span.value));
        self.spans.iter().map(pair)
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// All values of a field.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let all = self.iter();
        let own = all.filter(move |(n, _)| n.eq_ignore_ascii_case(name.as_bytes()));
        own.map(|(_, value)| value)
    }

    /// Whether there is such a field.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The members of a field that is a list, such as `Connection`, over all its
    /// values, without white space and without empty ones (RFC 9110 §5.6.1.2). Not for
    /// lists whose members may be quoted.
    pub fn list<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let members = |value: &'a [u8]| value.split(|byte| *byte == b',');
        let members = self.get_all(name).flat_map(members);
        members.map(|m| chars::trim(m).1).filter(|m| !m.is_empty())
    }

    /// Whether a field that is a list has this member, in whatever case.
    pub(crate) fn lists(&self, name: &str, member: &str) -> bool {
        let mut members = self.list(name);
        members.any(|m| m.eq_ignore_ascii_case(member.as_bytes()))
    }

    /// Adds a field at the end.
    ///
    /// # Errors
    /// A name that is no token, a value with a control character other than tab
    /// (RFC 9110 §5.5), or more than 4 GiB of fields.
    pub fn push(
        &mut self,
        name: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Result<(), FieldError> {
        let (name, value) = (name.as_ref(), chars::trim(value.as_ref()).1);
        if !chars::is_token(name) {
            return Err(FieldError::Name);
        }
        if chars::control(value).is_some() {
            return Err(FieldError::Value);
        }
        let start = self.parsed.len() + self.added.len();
        let (middle, end) = (start + name.len(), start + name.len() + value.len());
        let place = |at: usize| u32::try_from(at).map_err(|_| FieldError::TooLarge);
        let (start, middle, end) = (place(start)?, place(middle)?, place(end)?);
        self.added.extend_from_slice(name);
        self.added.extend_from_slice(value);
        let (name, value) = ((start, middle), (middle, end));
        self.spans.push(Span { name, value });
        Ok(())
    }

    /// Places behind the parsed text are in what was added.
    fn slice(&self, (start, end): (u32, u32)) -> &[u8] {
        let (start, end) = (start as usize, end as usize);
        let before = self.parsed.len();
        match start < before {
            true => &self.parsed[start..end],
            false => &self.added[start - before..end - before],
        }
    }

    /// Where the value of the field with this number stands in what was parsed.
    pub(crate) fn place(&self, number: usize) -> usize {
        self.spans.get(number).map_or(0, |s| s.value.0 as usize)
    }
}

/// The same fields in the same order; names without regard to case.
impl PartialEq for Fields {
    fn eq(&self, other: &Fields) -> bool {
        let mut pairs = self.iter().zip(other.iter());
        let same = self.len() == other.len();
        same && pairs.all(|(a, b)| a.0.eq_ignore_ascii_case(b.0) && a.1 == b.1)
    }
}

impl Eq for Fields {}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let pairs = self.iter().map(|(n, v)| (text(n), text(v)));
        f.debug_list().entries(pairs).finish()
    }
}

/// Why a field cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// The name is empty or no token.
    Name,
    /// The value holds a control character, which could end the line.
    Value,
    /// All fields together would have 4 GiB.
    TooLarge,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FieldError::Name => "a field's name is no token",
            FieldError::Value => "a field's value holds a control character",
            FieldError::TooLarge => "more than 4 GiB of fields",
        })
    }
}

impl std::error::Error for FieldError {}
