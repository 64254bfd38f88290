//! Writes to a descriptor that does not block. It loses whatever does not fit at once.
//! Let all bytes arrive, without asking again and again when nothing has changed.

use crate::checks::Sink;
use std::io::ErrorKind;

// UNSOLVED: mind what write() answers, then delete this line
pub fn write_all(sink: &mut Sink, bytes: &[u8]) -> Result<(), ErrorKind> {
    sink.write(bytes)?;
    Ok(())
}
