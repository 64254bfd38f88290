//! What the exercises that are programs must do.

use std::net::IpAddr;

/// When a head is too late: its first byte, later bytes, and when it is given up.
pub fn slow_head(give_up: fn(u64, &[u64]) -> u64) -> Result<(), String> {
    let trickle: Vec<u64> = (1..200).map(|n| n * 9_000).collect();
    let flood: Vec<u64> = (0..20_000).collect();
    let cases: [(&str, &[u64]); 4] = [
        ("nothing more comes", &[]),
        ("a byte comes after 3 s", &[3_000]),
        ("a byte comes every 9 s", &trickle),
        ("a byte comes every millisecond", &flood),
    ];
    for (case, bytes) in cases {
        for start in [0, 5_000] {
            let bytes: Vec<u64> = bytes.iter().map(|byte| start + byte).collect();
            let at = give_up(start, &bytes);
            if at != start + 10_000 {
                let late = (at as f64 - start as f64) / 1000.0;
                return Err(format!(
                    "{case}: the head is given up after {late} s, not 10."
                ));
            }
        }
    }
    Ok(())
}

/// All, a part, or none.
type Wanted = Result<Option<(u64, u64)>, ()>;
type Range = fn(&str, u64) -> Wanted;

pub fn ranges(range: Range) -> Result<(), String> {
    let cases: [(&str, u64, Wanted); 24] = [
        ("bytes=2-5", 10, Ok(Some((2, 5)))),
        ("bytes=0-0", 10, Ok(Some((0, 0)))),
        ("Bytes=2-5", 10, Ok(Some((2, 5)))),
        ("bytes=2-", 10, Ok(Some((2, 9)))),
        ("bytes=-3", 10, Ok(Some((7, 9)))),
        ("bytes=-30", 10, Ok(Some((0, 9)))),
        ("bytes=5-500", 10, Ok(Some((5, 9)))),
        ("bytes=5-99999999999999999999", 10, Ok(Some((5, 9)))),
        ("bytes=10-", 10, Err(())),
        ("bytes=10-12", 10, Err(())),
        ("bytes=99999999999999999999-", 10, Err(())),
        ("bytes=-0", 10, Err(())),
        ("bytes=0-", 0, Err(())),
        // RFC 9110 §14.1.2: more than there is means all of it, if that is nothing.
        ("bytes=-3", 0, Ok(None)),
        ("bytes=0-9", 10, Ok(Some((0, 9)))),
        ("bytes=0-18446744073709551615", 10, Ok(Some((0, 9)))),
        ("bytes=5-2", 10, Ok(None)),
        ("bytes=-", 10, Ok(None)),
        ("bytes=", 10, Ok(None)),
        ("bytes=a-5", 10, Ok(None)),
        ("bytes=1-2,4-5", 10, Ok(None)),
        ("bytes=+1-5", 10, Ok(None)),
        ("lines=1-5", 10, Ok(None)),
        ("bytes=1-+5", 10, Ok(None)),
    ];
    for (value, length, wanted) in cases {
        let got = range(value, length);
        if got != wanted {
            return Err(format!(
                "For {value} of {length} bytes you say {got:?}, and it is {wanted:?}."
            ));
        }
    }
    Ok(())
}

/// A part of a file, from the first byte to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub first: usize,
    pub last: usize,
}

type Multipart = fn(&[u8], &[Part], &str, &str) -> Option<Vec<u8>>;

pub fn multipart(write: Multipart) -> Result<(), String> {
    let mut file: Vec<u8> = (0..200).map(|n| b'a' + n % 26).collect();
    // No text: a client gets the bytes that there are.
    (file[9], file[50], file[195]) = (0xff, 0x80, b'\r');
    let part = |first, last| Part { first, last };
    let some = [part(0, 9), part(50, 50), part(190, 199)];
    // `xyz` stands in the file, and in none of the three parts.
    for (parts, boundary) in [
        (&some[..], "mark"),
        (&some[..2], "mark"),
        (&[part(0, 99), part(100, 199)], "mark"),
        (&some[..], "xyz"),
    ] {
        let content = write(&file, parts, "text/plain", boundary);
        let content = content.ok_or(format!(
            "{parts:?} are not written with the boundary {boundary}."
        ))?;
        read(&content, &file, parts, boundary)?;
    }
    let refused: [(&str, Vec<Part>, &str); 3] = [
        (
            "overlap and have more than the file",
            vec![part(0, 150); 2],
            "mark",
        ),
        ("ask for a byte 201 times", vec![part(7, 7); 201], "mark"),
        ("hold the boundary", some.to_vec(), "cde"),
    ];
    for (what, parts, boundary) in refused {
        if write(&file, &parts, "text/plain", boundary).is_some() {
            return Err(format!("Parts that {what} are written all the same."));
        }
    }
    Ok(())
}

/// Reads the parts as a client does.
fn read(
    content: &[u8],
    file: &[u8],
    parts: &[Part],
    boundary: &str,
) -> Result<(), String> {
    let shown = content.escape_ascii();
    // A line end in front belongs to the first boundary (RFC 2046 §5.1.1).
    let mut rest = content.strip_prefix(b"\r\n").unwrap_or(content);
    for Part { first, last } in parts {
        let missing = |what: &[u8]| {
            let what = what.escape_ascii();
            format!("Part {first}-{last}: {what} is missing in {shown}")
        };
        let take = |rest: &mut &[u8], what: &[u8]| {
            *rest = rest.strip_prefix(what).ok_or_else(|| missing(what))?;
            Ok::<(), String>(())
        };
        take(&mut rest, format!("--{boundary}\r\n").as_bytes())?;
        let end = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let end = end.ok_or_else(|| missing(b"\r\n\r\n"))?;
        let head = rest[..end].to_ascii_lowercase();
        let range = format!("content-range: bytes {first}-{last}/{}", file.len());
        for line in ["content-type: text/plain", &range] {
            if !head
                .split(|byte| *byte == b'\n')
                .any(|l| l.trim_ascii() == line.as_bytes())
            {
                return Err(missing(line.as_bytes()));
            }
        }
        rest = &rest[end + 4..];
        take(&mut rest, &file[*first..=*last])?;
        take(&mut rest, b"\r\n")?;
    }
    let end = format!("--{boundary}--");
    match rest.strip_suffix(b"\r\n").unwrap_or(rest) == end.as_bytes() {
        true => Ok(()),
        false => Err(format!("At the end stands {}.", rest.escape_ascii())),
    }
}

/// What is to be built in rebuild-rate-limit.rs.
pub trait RateLimit {
    /// Buckets of `burst` tokens, one of which comes back every `interval` ms; at most
    /// `most` addresses are remembered.
    fn new(burst: u32, interval: u64, most: usize) -> Self;
    /// Whether a request of this address is allowed at `now`, in ms; times never go back.
    fn allows(&mut self, address: IpAddr, now: u64) -> bool;
    /// How many addresses are remembered.
    fn remembered(&self) -> usize;
}

pub fn rate_limit<L: RateLimit>() -> Result<(), String> {
    let address = |n: u32| IpAddr::from(n.to_be_bytes());
    let mut limit = L::new(3, 100, 10);
    let mut expect = |at: u64, from: u32, wanted: bool, why: &str| match limit
        .allows(address(from), at)
    {
        allowed if allowed == wanted => Ok(()),
        true => Err(format!("At {at} ms a request is allowed, and {why}.")),
        false => Err(format!("At {at} ms a request is refused, but {why}.")),
    };
    for _ in 0..3 {
        expect(0, 1, true, "the bucket has three tokens")?;
    }
    expect(0, 1, false, "the bucket is empty")?;
    expect(0, 2, true, "it is another address")?;
    expect(99, 1, false, "no token came back yet")?;
    expect(100, 1, true, "a token came back")?;
    expect(100, 1, false, "only one token came back")?;
    for _ in 0..3 {
        expect(10_000, 1, true, "the bucket is full again")?;
    }
    expect(
        10_000,
        1,
        false,
        "a bucket holds three tokens, however long one waits",
    )?;

    // 150 ms after it was emptied one token is back, and half of another.
    let mut limit = L::new(3, 100, 10);
    let allowed = [0, 0, 0, 150, 199, 200].map(|at| limit.allows(address(1), at));
    if allowed != [true, true, true, true, false, true] {
        return Err(format!(
            "Requests at 0, 0, 0, 150, 199 and 200 ms: {allowed:?}. A token comes back \
             at 100 ms, another at 200."
        ));
    }

    let mut limit = L::new(3, 100, 10);
    for _ in 0..3 {
        limit.allows(address(1_000_000), 5);
    }
    for n in 0..100_000 {
        let allows = limit.allows(address(n), 5);
        if n >= 9 && allows {
            return Err("Ten are remembered, and one more is allowed.".into());
        }
        if limit.remembered() > 10 {
            let remembered = limit.remembered();
            return Err(format!(
                "A flood of addresses: {remembered} are remembered."
            ));
        }
    }
    if limit.allows(address(1_000_000), 5) {
        return Err("A flood of others fills an empty bucket again.".into());
    }
    match limit.allows(address(2_000_000), 200) {
        true => Ok(()),
        false => Err("The flood is over, and a new address is refused.".into()),
    }
}
