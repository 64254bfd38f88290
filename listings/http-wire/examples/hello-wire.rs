//! Two requests in three pieces, cut where it hurts; what the parser finds after each.

use bytes::BytesMut;
use http_wire::{Config, Event, RequestParser};

fn main() -> Result<(), http_wire::Error> {
    let pieces = [
        "POST /up HTTP/1.1\r\nHost: a\r\nContent-Len",
        "gth: 5\r\n\r\nhel",
        "loGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ];
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::new();
    for piece in pieces {
        println!("{} bytes come in", piece.len());
        input.extend_from_slice(piece.as_bytes());
        while let Some(event) = parser.next(&mut input)? {
            match event {
                Event::Head(head) => println!(
                    "  {} {}, {} fields, {:?}",
                    head.method,
                    head.target.as_str(),
                    head.fields.len(),
                    head.framing
                ),
                Event::Data(data) => println!("  data \"{}\"", data.escape_ascii()),
                Event::Trailers(fields) => println!("  trailers {fields:?}"),
                Event::End => println!("  end"),
            }
        }
        println!("  {} bytes wait for more", input.len());
    }
    parser.finish()
}
