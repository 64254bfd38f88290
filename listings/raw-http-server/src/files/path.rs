//! From the path of a request to the name of a file.

/// A file's place below the root.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// Names that are joined by slashes; none of them is special to a file system.
    file: String,
    is_folder: bool,
}

impl Place {
    // ANCHOR: place
    /// Decodes a path once, name by name, so that no decoded byte can separate names.
    /// Else the status to answer with.
    pub fn of(path: &[u8]) -> Result<Place, u16> {
        let names = path.strip_prefix(b"/").ok_or(400_u16)?;
        let is_folder = path.ends_with(b"/");
        let mut file = String::with_capacity(path.len());
        let mut names = names.split(|byte| *byte == b'/').peekable();
        while let Some(name) = names.next() {
            let name = match name {
                // `//` would be a second address of the same file.
                b"" if names.peek().is_some() => return Err(404),
                b"" => "index.html".to_string(),
                name => decode(name)?,
            };
            if !file.is_empty() {
                file.push('/');
            }
            file.push_str(&name);
        }
        Ok(Place { file, is_folder })
    }
    // ANCHOR_END: place

    /// The file to send; of a folder that is its index.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether a folder was asked for.
    pub fn is_folder(&self) -> bool {
        self.is_folder
    }
}

// ANCHOR: decode
/// One name: decoded once, whatever it looks like then, and refused if a file system
/// could see more in it than a name.
fn decode(name: &[u8]) -> Result<String, u16> {
    let mut decoded = Vec::with_capacity(name.len());
    let mut rest = name.iter().copied();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'%' => {
                let high = rest.next().and_then(digit).ok_or(400_u16)?;
                let low = rest.next().and_then(digit).ok_or(400_u16)?;
                high << 4 | low
            }
            byte => byte,
        });
    }
    // On Windows `C:` is a drive, `a:b` a stream of a file, `GIT~1` another name.
    let special: &[u8] = if cfg!(windows) { b"/\\:~" } else { b"/\\" };
    let is_special = |byte: &u8| byte.is_ascii_control() || special.contains(byte);
    if decoded.iter().any(is_special) || matches!(&decoded[..], b"." | b"..") {
        return Err(400);
    }
    if decoded.starts_with(b".") && decoded != b".well-known" {
        return Err(404);
    }
    String::from_utf8(decoded).map_err(|_| 404)
}
// ANCHOR_END: decode

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(path: &str) -> Result<String, u16> {
        Place::of(path.as_bytes()).map(|place| place.file)
    }

    #[test]
    fn paths_become_names() {
        for (path, name) in [
            ("/", "index.html"),
            ("/a/", "a/index.html"),
            ("/a/b.css", "a/b.css"),
            ("/%61%2e%62", "a.b"),
            ("/a%20b", "a b"),
            ("/caf%C3%A9", "café"),
            ("/...", "..."),
            ("/%252e%252e/x", "%2e%2e/x"),
            ("/.well-known/x", ".well-known/x"),
        ] {
            // Three dots are a name, but one that begins with a dot.
            let wanted = match name {
                "..." => Err(404),
                name => Ok(name.to_string()),
            };
            assert_eq!(file(path), wanted, "{path}");
        }
    }

    #[test]
    fn what_could_leave_the_folder_is_refused() {
        for (path, status) in [
            ("/..", 400),
            ("/../x", 400),
            ("/a/../../x", 400),
            ("/%2e%2e/x", 400),
            ("/.%2E/x", 400),
            ("/./x", 400),
            ("/a%2fb", 400),
            ("/a%2f..%2f..%2fetc", 400),
            ("/a\\..\\b", 400),
            ("/a%5cb", 400),
            ("/a%00.html", 400),
            ("/a%0a", 400),
            ("/%", 400),
            ("/%4", 400),
            ("/%zz", 400),
            ("a", 400),
            ("*", 400),
            ("", 400),
            ("//etc/passwd", 404),
            ("/a//b", 404),
            ("/.git/config", 404),
            ("/a/.env", 404),
            ("/%2egit/config", 404),
            ("/%ff", 404),
        ] {
            assert_eq!(file(path), Err(status), "{path}");
        }
    }

    proptest! {
        /// Whatever is sent, the name that comes out has only plain components.
        #[test]
        fn a_name_is_made_of_names(path in "/(\\PC|%[0-9a-fA-F]{2}|[./%\\\\\\x00]){0,40}") {
            if let Ok(place) = Place::of(path.as_bytes()) {
                use std::path::{Component, Path};
                prop_assert!(!place.file.contains(['\0', '\\']));
                for part in Path::new(&place.file).components() {
                    prop_assert!(matches!(part, Component::Normal(_)), "{part:?}");
                }
                prop_assert!(!place.file.contains("//"));
            }
        }
    }
}
