//! Numbers and strings, as ECMAScript writes and measures them.

/// ECMA-262, *Number::toString*: the shortest digits that read back as the number.
pub fn number_to_string(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into();
    }
    if number == 0.0 {
        return "0".into();
    }
    let magnitude = number.abs();
    if (1e-6..1e21).contains(&magnitude) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.contains("e-") {
        true => text,
        false => text.replace('e', "e+"),
    }
}

/// An integer with digits of another radix, 2 to 36.
pub fn integer_to_string(number: i64, radix: u32) -> String {
    let (mut digits, mut left) = (Vec::new(), number.unsigned_abs());
    loop {
        let digit = (left % u64::from(radix)) as u32;
        digits.push(char::from_digit(digit, radix).unwrap_or('0'));
        left /= u64::from(radix);
        if left == 0 {
            break;
        }
    }
    digits.extend((number < 0).then_some('-'));
    digits.iter().rev().collect()
}

/// ECMA-262, *StringToNumber*.
pub fn string_to_number(text: &str) -> f64 {
    let text = text.trim();
    let radix = |digits: &str, radix| {
        u64::from_str_radix(digits, radix).map_or(f64::NAN, |n| n as f64)
    };
    match text {
        "" => 0.0,
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if text.starts_with("0x") => radix(&text[2..], 16),
        // Rust would also take `inf`, `nan` and their like.
        _ if text.contains(|c: char| c.is_alphabetic() && c != 'e' && c != 'E') => {
            f64::NAN
        }
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

/// The length in UTF-16 code units.
pub fn length(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.encode_utf16().count(),
    }
}

/// The text between two positions in UTF-16 code units. Half a surrogate pair becomes
/// U+FFFD: our strings are UTF-8.
pub fn slice(text: &str, from: usize, to: usize) -> String {
    if text.is_ascii() {
        let (from, to) = (from.min(text.len()), to.min(text.len()));
        return text[from..to.max(from)].to_string();
    }
    let units: Vec<u16> = text
        .encode_utf16()
        .skip(from)
        .take(to.saturating_sub(from))
        .collect();
    String::from_utf16_lossy(&units)
}

/// ECMA-262, *QuoteJSONString*.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
