//! A handler that answers with what it is sent. A client that sends a lot and reads
//! nothing makes the server keep all of it.
//!
//! Let the handler read no faster than the client takes its answer, so that 64 KiB of
//! it wait in the response, and a piece more.

use node_http::{Error, IncomingMessage, ServerResponse};

// UNSOLVED: wait where it has to wait, then delete this line
pub async fn echo(
    mut req: IncomingMessage,
    mut res: ServerResponse,
) -> Result<(), Error> {
    while let Some(part) = req.next().await {
        res.write(part?)?;
    }
    res.end("")
}
