//! `Accept-Encoding`: which compressed variant a client likes (RFC 9110 §12.5.3).

use http_wire::Fields;

/// A content coding that there may be a variant in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The value of `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }

    /// What the variant's name ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Coding::Brotli => ".br",
            Coding::Gzip => ".gz",
        }
    }
}

// ANCHOR: liked
/// The codings that the client likes at least as much as none, the best first. Without
/// the field it may get anything, but who does not ask may not be able to decode.
pub fn liked(fields: &Fields) -> Vec<Coding> {
    let plain = weight(fields, "identity").unwrap_or(0);
    let weigh = |coding: Coding| {
        let any = || weight(fields, "*");
        let weight = weight(fields, coding.name()).or_else(any).unwrap_or(0);
        (weight, coding)
    };
    let mut codings = [Coding::Brotli, Coding::Gzip].map(weigh).to_vec();
    codings.retain(|(weight, _)| *weight > 0 && *weight >= plain);
    // The sort is stable: of two that weigh the same, brotli, which is smaller.
    codings.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    codings.into_iter().map(|(_, coding)| coding).collect()
}
// ANCHOR_END: liked

/// The weight of a member in thousandths (RFC 9110 §12.4.2); none if it is not there,
/// or if its weight is no number.
fn weight(fields: &Fields, name: &str) -> Option<u16> {
    fields.list("accept-encoding").find_map(|member| {
        let mut parts = member.split(|byte| *byte == b';');
        let coding = parts.next()?.trim_ascii();
        if !coding.eq_ignore_ascii_case(name.as_bytes()) {
            return None;
        }
        match parts.next().map(<[u8]>::trim_ascii) {
            None => Some(1000),
            Some([b'q' | b'Q', b'=', number @ ..]) => thousandths(number),
            Some(_) => None,
        }
    })
}

fn thousandths(number: &[u8]) -> Option<u16> {
    let number = str::from_utf8(number).ok()?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match whole {
        "1" if part.bytes().all(|byte| byte == b'0') => Some(1000),
        "0" => format!("{part:0<3}").parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Coding::{Brotli, Gzip};
    use super::*;

    #[test]
    fn what_a_client_likes() {
        let cases: [(&str, &[Coding]); 16] = [
            ("", &[]),
            ("gzip", &[Gzip]),
            ("gzip, br", &[Brotli, Gzip]),
            ("br;q=0.5, gzip;q=0.8", &[Gzip, Brotli]),
            ("br;q=0, gzip", &[Gzip]),
            ("gzip;q=0", &[]),
            ("*", &[Brotli, Gzip]),
            ("*;q=0", &[]),
            ("*;q=0.5, br;q=0", &[Gzip]),
            ("identity, gzip;q=0.5", &[]),
            ("identity;q=0.5, gzip", &[Gzip]),
            ("GZIP ; Q=1.000", &[Gzip]),
            ("gzip;q=1.001, br;q=x", &[]),
            ("gzip;q=0.0001", &[]),
            ("gzipped, xbr", &[]),
            ("deflate, zstd", &[]),
        ];
        for (value, wanted) in cases {
            let mut fields = Fields::new();
            fields.push("Accept-Encoding", value).unwrap();
            assert_eq!(liked(&fields), wanted, "{value}");
        }
        assert_eq!(liked(&Fields::new()), []);
    }
}
