//! `Range`: which part of a file (RFC 9110 §14).

use http_wire::Fields;

/// What a client wants of so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it, 200.
    All,
    /// A part of it, 206.
    Part { start: u64, length: u64 },
    /// A part that there is not, 416.
    Unsatisfiable,
    /// It has it, or does not want it.
    Nothing,
}

// ANCHOR: wanted
/// What `Range` asks for. What is no range of bytes is ignored, as it must be (§14.2).
/// So are several ranges, as they may be: a hundred overlapping ones would make of one
/// request a hundred times the file.
pub fn wanted(fields: &Fields, length: u64) -> Wanted {
    let mut ranges = fields.get_all("range");
    let (Some(range), None) = (ranges.next(), ranges.next()) else {
        return Wanted::All;
    };
    let (start, end) = match parse(range) {
        // An empty file has no last byte either, and there is no way to say so.
        Some(Spec::Last(count)) if count > 0 && length == 0 => return Wanted::All,
        Some(Spec::Last(count)) => (length - count.min(length), length),
        Some(Spec::From(first)) => (first, length),
        Some(Spec::Between(first, last)) if first <= last => {
            (first, last.saturating_add(1).min(length))
        }
        _ => return Wanted::All,
    };
    match start < end {
        true => Wanted::Part {
            start,
            length: end - start,
        },
        false => Wanted::Unsatisfiable,
    }
}
// ANCHOR_END: wanted

/// The value of `Content-Range`.
pub fn field(start: u64, length: u64, all: u64) -> String {
    format!("bytes {start}-{}/{all}", start + length - 1)
}

enum Spec {
    Between(u64, u64),
    From(u64),
    Last(u64),
}

fn parse(range: &[u8]) -> Option<Spec> {
    let (unit, spec) = str::from_utf8(range).ok()?.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    match spec.trim_matches([' ', '\t']).split_once('-')? {
        ("", count) => number(count).map(Spec::Last),
        (first, "") => number(first).map(Spec::From),
        (first, last) => Some(Spec::Between(number(first)?, number(last)?)),
    }
}

/// A number of digits; one that is too large is beyond the end of every file.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(range: &str, length: u64) -> Wanted {
        let mut fields = Fields::new();
        fields.push("Range", range).unwrap();
        wanted(&fields, length)
    }

    fn part(start: u64, length: u64) -> Wanted {
        Wanted::Part { start, length }
    }

    #[test]
    fn single_ranges() {
        assert_eq!(of("bytes=0-0", 10), part(0, 1));
        assert_eq!(of("bytes=2-5", 10), part(2, 4));
        assert_eq!(of("bytes=2-", 10), part(2, 8));
        assert_eq!(of("bytes=-3", 10), part(7, 3));
        assert_eq!(of("BYTES= 0-9", 10), part(0, 10));
        // Further than there is: up to the end.
        assert_eq!(of("bytes=5-500", 10), part(5, 5));
        assert_eq!(of("bytes=-500", 10), part(0, 10));
        assert_eq!(of("bytes=5-99999999999999999999999", 10), part(5, 5));
    }

    #[test]
    fn ranges_that_there_are_not() {
        for range in [
            "bytes=10-",
            "bytes=10-20",
            "bytes=-0",
            "bytes=18446744073709551615-",
        ] {
            assert_eq!(of(range, 10), Wanted::Unsatisfiable, "{range}");
        }
        assert_eq!(of("bytes=0-", 0), Wanted::Unsatisfiable);
        assert_eq!(of("bytes=-5", 0), Wanted::All);
    }

    #[test]
    fn what_is_ignored() {
        for range in [
            "bytes=5-2",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=1-2-3",
            "bytes=+1-2",
            "bytes 1-2",
            "lines=1-2",
            "bytes=0-1,3-4",
            "bytes=0-,0-,0-,0-",
            "",
        ] {
            assert_eq!(of(range, 10), Wanted::All, "{range}");
        }
        let mut two = Fields::new();
        two.push("Range", "bytes=0-1").unwrap();
        two.push("Range", "bytes=2-3").unwrap();
        assert_eq!(wanted(&two, 10), Wanted::All);
    }

    proptest! {
        #[test]
        fn a_part_is_inside(range in "bytes=[0-9]{0,21}-[0-9]{0,21}", length: u64) {
            if let Wanted::Part { start, length: of } = of(&range, length) {
                prop_assert!(of > 0);
                prop_assert!(start.checked_add(of).is_some_and(|end| end <= length));
            }
        }
    }
}
