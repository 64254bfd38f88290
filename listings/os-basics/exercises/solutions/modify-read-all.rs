//! `read` may give less than was asked for, be interrupted, or have nothing yet. Only 0
//! bytes are the end.

use std::io::{ErrorKind, Read};

/// Everything up to the end. `wait` returns when there is something to read again; what
/// cannot be read at all is an error.
pub fn read_all(
    source: &mut impl Read,
    wait: &mut dyn FnMut(),
) -> Result<Vec<u8>, ErrorKind> {
    let mut all = Vec::new();
    let mut bytes = [0; 1 << 12];
    loop {
        match source.read(&mut bytes).map_err(|error| error.kind()) {
            Ok(0) => return Ok(all),
            Ok(n) => all.extend_from_slice(&bytes[..n]),
            Err(ErrorKind::Interrupted) => {}
            Err(ErrorKind::WouldBlock) => wait(),
            Err(kind) => return Err(kind),
        }
    }
}
