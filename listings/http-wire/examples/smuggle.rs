//! A front that guards `/admin`, a back that answers, one connection between them. Both
//! know HTTP; they disagree about one thing.
//!
//! Without a word both parsers are of the kind one writes in an afternoon. With `rule`
//! the front knows the rule about two fields; with `strict` http-wire reads at the front.

use bytes::BytesMut;
use http_wire::{Config, Event, RequestParser};

// ANCHOR: attack
/// What the attacker sends. By its length it is one request, by its chunks two: `0` is
/// the last chunk, and what stands behind begins another request, which is not
/// complete. `coding` is the line `Transfer-Encoding: chunked`.
fn attack(coding: &str) -> String {
    let hidden = "0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\nX: ";
    format!(
        "POST /search HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\
         {coding}\r\n\r\n{hidden}",
        hidden.len()
    )
}

/// What somebody else sends next.
const VICTIM: &str = "GET /home HTTP/1.1\r\nHost: a\r\nCookie: victim's\r\n\r\n";
// ANCHOR_END: attack

fn main() {
    let both = "Transfer-Encoding: chunked";
    let with_a_space = "Transfer-Encoding : chunked";
    match std::env::args().nth(1).as_deref() {
        Some("rule") => run(&attack(with_a_space), by_length_if_alone),
        Some("strict") => {
            for coding in [both, with_a_space] {
                println!("{coding}");
                run(&attack(coding), strictly);
            }
        }
        _ => run(&attack(both), by_length),
    }
}

/// How a front finds the first request: its line and its bytes, or a status.
type Front = fn(&str) -> Result<(String, usize), u16>;

/// Forwards what it finds and does not forbid, and then shows what the back makes of
/// it.
fn run(attack: &str, front: Front) {
    let mut between = String::new();
    for client in [attack, VICTIM] {
        match front(client) {
            Ok((line, _)) if line.contains("/admin") => println!("  front: 403 {line}"),
            Ok((line, length)) => {
                println!("  front: forwards {line}");
                between += &client[..length];
            }
            Err(status) => println!("  front: {status}"),
        }
    }
    back(&between);
}

/// Names and values.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// The line of a request, its fields, and where its content begins.
fn head(text: &str) -> Option<(&str, Pairs<'_>, usize)> {
    let end = text.find("\r\n\r\n")?;
    let mut lines = text[..end].split("\r\n");
    let line = lines.next()?;
    let fields = lines.filter_map(|line| line.split_once(':')).collect();
    Some((line, fields, end + 4))
}

fn get<'a>(fields: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    let mut own = fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
    own.next().map(|(_, value)| value.trim())
}

fn by_length(text: &str) -> Result<(String, usize), u16> {
    let (line, fields, start) = head(text).ok_or(400_u16)?;
    let length = get(&fields, "content-length").unwrap_or("0");
    let length: usize = length.parse().map_err(|_| 400_u16)?;
    Ok((line.to_string(), start + length))
}

fn by_length_if_alone(text: &str) -> Result<(String, usize), u16> {
    let (_, fields, _) = head(text).ok_or(400_u16)?;
    let both = ["content-length", "transfer-encoding"];
    if both.iter().all(|name| get(&fields, name).is_some()) {
        return Err(400);
    }
    by_length(text)
}

fn strictly(text: &str) -> Result<(String, usize), u16> {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::from(text);
    let mut line = String::new();
    loop {
        match parser.next(&mut input).map_err(|error| error.status())? {
            Some(Event::Head(head)) => {
                line = format!("{} {}", head.method, head.target.as_str());
            }
            Some(Event::End) => return Ok((line, text.len() - input.len())),
            Some(_) => {}
            None => return Err(400),
        }
    }
}

/// Takes chunks where the field says so, with a space before the colon or without.
fn back(mut text: &str) {
    while let Some((line, fields, start)) = head(text) {
        let fields: Pairs = fields.iter().map(|(n, v)| (n.trim(), *v)).collect();
        let cookie = match get(&fields, "cookie") {
            Some(cookie) => format!(", with {cookie} cookie"),
            None => String::new(),
        };
        println!("  back:  answers {line}{cookie}");
        let length = get(&fields, "content-length").unwrap_or("0");
        text = &text[start..];
        let length = match get(&fields, "transfer-encoding") {
            Some("chunked") => text.find("0\r\n\r\n").map_or(text.len(), |at| at + 5),
            _ => length.parse().unwrap_or(0),
        };
        text = &text[length.min(text.len())..];
    }
}
