//! `write` takes everything. What it returns is the advice that back-pressure is made
//! of, and only a program that follows it passes the pressure on: it stops to read, the
//! connection stops to read, and the client's own `write` says no.

use node_http::{Error, IncomingMessage, ServerResponse};

pub async fn echo(
    mut req: IncomingMessage,
    mut res: ServerResponse,
) -> Result<(), Error> {
    while let Some(part) = req.next().await {
        if !res.write(part?)? {
            res.drain().await?;
        }
    }
    res.end("")
}
