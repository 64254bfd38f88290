//! Three answers are no failure: fewer bytes than were offered, EAGAIN, EINTR. After
//! EAGAIN it waits for the descriptor; to try again at once would spin.

use crate::checks::Sink;
use std::io::ErrorKind;

pub fn write_all(sink: &mut Sink, mut bytes: &[u8]) -> Result<(), ErrorKind> {
    while !bytes.is_empty() {
        match sink.write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(ErrorKind::WouldBlock) => sink.wait(),
            Err(ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
