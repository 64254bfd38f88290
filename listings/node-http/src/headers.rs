//! The fields that a program sets before it sends a message.

use crate::error::Error;
use http_wire::write;

/// The fields of a message that is not sent yet, in the order in which their names were
/// first set: `kOutHeaders` of lib/_http_outgoing.js. A name stands there once, and
/// each of its values becomes a line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    /// As it was written last.
    name: String,
    values: Vec<Vec<u8>>,
}

/// Whether name and value can stand in a line; what could not would split the message.
pub(crate) fn check(name: &str, value: &[u8]) -> Result<(), Error> {
    let mut scratch = bytes::BytesMut::new();
    Ok(write::field(&mut scratch, name.as_bytes(), value)?)
}

impl Headers {
    fn find(&self, name: &str) -> Option<usize> {
        let mut names = self.0.iter();
        names.position(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// Sets a field: instead of its values, in their place.
    ///
    /// # Errors
    /// [`Error::InvalidToken`], [`Error::InvalidChar`].
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), Error> {
        self.set_all(name, &[value])
    }

    /// Sets a field to several values. Those of `Cookie` share a line.
    ///
    /// # Errors
    /// [`Error::InvalidToken`], [`Error::InvalidChar`].
    pub fn set_all(
        &mut self,
        name: &str,
        values: &[impl AsRef<[u8]>],
    ) -> Result<(), Error> {
        check(name, b"")?;
        for value in values {
            check(name, value.as_ref())?;
        }
        let mut values: Vec<_> = values.iter().map(|v| v.as_ref().to_vec()).collect();
        if name.eq_ignore_ascii_case("cookie") && values.len() > 1 {
            values = vec![values.join(&b"; "[..])];
        }
        let name = name.to_owned();
        match self.find(&name) {
            Some(at) => self.0[at] = Entry { name, values },
            None => self.0.push(Entry { name, values }),
        }
        Ok(())
    }

    /// Adds a value behind those that are there.
    ///
    /// # Errors
    /// [`Error::InvalidToken`], [`Error::InvalidChar`].
    pub fn append(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), Error> {
        let value = value.as_ref();
        let Some(at) = self.find(name) else {
            return self.set(name, value);
        };
        check(name, value)?;
        let values = &mut self.0[at].values;
        if name.eq_ignore_ascii_case("cookie") {
            match values.first_mut() {
                Some(first) => *first = [&first[..], value].join(&b"; "[..]),
                None => values.push(value.to_vec()),
            }
        } else {
            values.push(value.to_vec());
        }
        Ok(())
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let at = self.find(name)?;
        self.0[at].values.first().map(Vec::as_slice)
    }

    /// Whether a field is set.
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Takes a field out; whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let found = self.find(name);
        found.map(|at| self.0.remove(at)).is_some()
    }

    /// The names, in small letters.
    pub fn names(&self) -> Vec<String> {
        let names = self.0.iter();
        names.map(|entry| entry.name.to_ascii_lowercase()).collect()
    }

    /// All lines.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let entries = self.0.iter();
        entries.flat_map(|e| e.values.iter().map(|v| (e.name.as_str(), v.as_slice())))
    }
}
