//! Content types, by the ending of a name.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The value of `Content-Type`.
    pub name: &'static str,
    /// Whether it shrinks when it is compressed.
    pub is_text: bool,
}

/// The kind of a file with this name. What is not known is no page, and no browser may
/// guess that it is one.
pub fn of(name: &str) -> Kind {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let (name, is_text) = match ending.to_ascii_lowercase().as_str() {
        "html" | "htm" => ("text/html; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "json" | "map" => ("application/json", true),
        "txt" | "md" | "rs" | "toml" | "console" => ("text/plain; charset=utf-8", true),
        "csv" => ("text/csv; charset=utf-8", true),
        "svg" => ("image/svg+xml", true),
        "xml" => ("application/xml", true),
        "wasm" => ("application/wasm", true),
        "webmanifest" => ("application/manifest+json", true),
        "png" => ("image/png", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "gif" => ("image/gif", false),
        "webp" => ("image/webp", false),
        "avif" => ("image/avif", false),
        "ico" => ("image/x-icon", false),
        "woff2" => ("font/woff2", false),
        "woff" => ("font/woff", false),
        "ttf" => ("font/ttf", false),
        "pdf" => ("application/pdf", false),
        "epub" => ("application/epub+zip", false),
        "gz" => ("application/gzip", false),
        "zip" => ("application/zip", false),
        "mp4" => ("video/mp4", false),
        "webm" => ("video/webm", false),
        "mp3" => ("audio/mpeg", false),
        _ => ("application/octet-stream", false),
    };
    Kind { name, is_text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ending_counts_in_whatever_case() {
        assert_eq!(of("a/b.HTML").name, "text/html; charset=utf-8");
        assert_eq!(of("a.tar.gz").name, "application/gzip");
        assert_eq!(of("Makefile").name, "application/octet-stream");
        assert!(of("a.svg").is_text && !of("a.png").is_text);
    }
}
