//! The classes of bytes that the grammar is made of.

/// `tchar` of RFC 9110 §5.6.2: what methods and field names consist of.
pub const TOKEN: u8 = 1;
/// What RFC 3986 allows in a path or a query, `%` included.
pub const PATH: u8 = 2;
/// What RFC 3986 allows in the name of a host, `%` included.
pub const HOST: u8 = 4;
/// `qdtext` of RFC 9110 §5.6.4: what a quoted string holds without a backslash.
pub const QUOTED: u8 = 8;
/// Visible ASCII: what [`Lenient::raw_target`] allows.
///
/// [`Lenient::raw_target`]: crate::Lenient::raw_target
pub const RAW: u8 = 16;

/// The classes of each byte. A table costs a load for each byte and no branch.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = class(i as u8);
        i += 1;
    }
    table
}

const fn class(byte: u8) -> u8 {
    let alphanumeric = byte.is_ascii_alphanumeric();
    let unreserved = alphanumeric || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let sub_delim = matches!(
        byte,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
    );
    let token = alphanumeric
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.'
        )
        || matches!(byte, b'^' | b'_' | b'`' | b'|' | b'~');
    let host = unreserved || sub_delim || byte == b'%';
    let path = host || matches!(byte, b':' | b'@' | b'/' | b'?');
    let text = byte == b'\t' || (byte >= b' ' && byte != 0x7f);
    let quoted = text && byte != b'"' && byte != b'\\';
    let raw = byte.is_ascii_graphic();
    let mut classes = 0;
    if token {
        classes |= TOKEN;
    }
    if path {
        classes |= PATH;
    }
    if host {
        classes |= HOST;
    }
    if quoted {
        classes |= QUOTED;
    }
    if raw {
        classes |= RAW;
    }
    classes
}

/// Whether `byte` belongs to `class`.
pub fn is(class: u8, byte: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}

/// How many bytes at the front of `bytes` belong to `class`.
pub fn count(class: u8, bytes: &[u8]) -> usize {
    let classes = |byte: &u8| CLASSES[usize::from(*byte)];
    // Eight at a time without a branch, then one by one.
    let belong =
        |eight: &[u8]| eight.iter().fold(class, |all, b| all & classes(b)) != 0;
    let eights = bytes
        .chunks_exact(8)
        .take_while(|eight| belong(eight))
        .count();
    let rest = &bytes[eights * 8..];
    let end = rest.iter().position(|byte| classes(byte) & class == 0);
    eights * 8 + end.unwrap_or(rest.len())
}

/// Whether `bytes` is a token (RFC 9110 §5.6.2).
pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && count(TOKEN, bytes) == bytes.len()
}

/// Space or tab: `OWS` and `BWS` consist of these (RFC 9110 §5.6.3).
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// How many spaces and tabs are at the front of `bytes`.
pub fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_space(**byte)).count()
}

/// `bytes` without spaces and tabs at either end, and how many were in front.
pub fn trim(bytes: &[u8]) -> (usize, &[u8]) {
    let start = spaces(bytes);
    let end = bytes.iter().rposition(|byte| !is_space(*byte));
    (start, end.map_or(&[], |end| &bytes[start..=end]))
}

/// Where in a field's value stands a byte that no value may hold (RFC 9110 §5.5).
pub fn control(value: &[u8]) -> Option<usize> {
    let wrong = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f;
    // Nearly every value is right: pass eight bytes at a time, and look closer only at
    // eight that hold a control character; a tab is one that may be there.
    let mut at = 0;
    for eight in value.chunks_exact(8) {
        let word = u64::from_le_bytes(eight.try_into().unwrap_or_default());
        if has_control(word) && eight.iter().any(wrong) {
            break;
        }
        at += 8;
    }
    let found = value[at..].iter().position(wrong);
    found.map(|behind| at + behind)
}

/// Whether one of eight bytes is below space or is DEL: a subtraction borrows from the
/// highest bit of each byte where it is.
fn has_control(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let below_space = word.wrapping_sub(ONES * 0x20) & !word;
    let no_delete = word ^ (ONES * 0x7f);
    let delete = no_delete.wrapping_sub(ONES) & !no_delete;
    (below_space | delete) & HIGH != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quick ways say what looking at each byte says, wherever a byte stands.
    #[test]
    fn eight_at_a_time_or_one_by_one() {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    let is_control = (byte < 32 && byte != b'\t') || byte == 127;
                    assert_eq!(control(&text), is_control.then_some(at));
                    for class in [TOKEN, PATH, HOST, QUOTED, RAW] {
                        let end = if is(class, byte) { length } else { at };
                        assert_eq!(count(class, &text), end, "{byte} at {at}");
                    }
                }
            }
        }
    }
}
