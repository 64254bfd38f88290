//! `read` may give less than was asked for, be interrupted, or have nothing yet. This
//! function believes the first answer. It should return everything up to the end.

use std::io::{ErrorKind, Read};

/// Everything up to the end. `wait` returns when there is something to read again; what
/// cannot be read at all is an error.
// UNSOLVED: read until 0 bytes come; survive Interrupted and WouldBlock; delete this line
pub fn read_all(
    source: &mut impl Read,
    wait: &mut dyn FnMut(),
) -> Result<Vec<u8>, ErrorKind> {
    let _ = wait;
    let mut bytes = vec![0; 1 << 16];
    let n = source.read(&mut bytes).map_err(|error| error.kind())?;
    bytes.truncate(n);
    Ok(bytes)
}
