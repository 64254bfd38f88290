//! Conditional requests: has the client got this already (RFC 9110 §13)?

use super::encoding::Coding;
use http_wire::{Fields, Method};
use std::fs::Metadata;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file that changed so lately may change again without that being seen: the clock of
/// a file system may have ticks of a hundredth of a second, or of two seconds (FAT).
const YOUNG: Duration = Duration::from_secs(2);

/// What tells one state of a file from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators {
    /// Without the `W/` that a weak one has.
    tag: String,
    is_weak: bool,
    modified: SystemTime,
}

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Send,
    /// What `Range` asks for may be sent.
    SendPart,
    NotModified,
    Failed,
}

impl Validators {
    /// Those of a file, in a coding.
    pub fn of(metadata: &Metadata, coding: Option<Coding>) -> io::Result<Validators> {
        let modified = metadata.modified()?;
        let changed = changed(metadata, modified);
        let now = SystemTime::now();
        let mut all = Validators::new(metadata.len(), changed, modified, now);
        if let Some(coding) = coding {
            // A variant may have the size of its page, and be as old.
            all.tag.insert_str(1, &format!("{}-", coding.name()));
        }
        Ok(all)
    }

    // ANCHOR: validators
    /// A tag is strong if other bytes have another tag (RFC 9110 §8.8.1). We have no
    /// time to hash a file, but we know when it was changed. `changed` is the time that
    /// the kernel sets and no program can (ctime): a file that was replaced by another
    /// of the same size and age has another one.
    fn new(
        length: u64,
        changed: SystemTime,
        modified: SystemTime,
        now: SystemTime,
    ) -> Validators {
        let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
        let age = now.duration_since(changed).unwrap_or_default();
        Validators {
            tag: format!("\"{length:x}-{:x}\"", since.as_nanos()),
            is_weak: age < YOUNG,
            // None that is still to come (§8.8.2.1), and none that HTTP cannot write.
            modified: modified.min(now).max(UNIX_EPOCH),
        }
    }
    // ANCHOR_END: validators

    /// The fields that tell them.
    pub fn fields(&self) -> [(&'static str, String); 2] {
        let weak = if self.is_weak { "W/" } else { "" };
        [
            ("ETag", format!("{weak}{}", self.tag)),
            ("Last-Modified", httpdate::fmt_http_date(self.modified)),
        ]
    }

    // ANCHOR: decide
    /// The conditions in the order of RFC 9110 §13.2.2. A date counts only where there
    /// is no tag.
    pub fn decide(&self, method: &Method, fields: &Fields) -> Outcome {
        let has = |name| fields.contains(name);
        let may_write = match has("if-match") {
            true => any_tag(fields, "if-match", |tag| self.is_strongly(tag)),
            false => self
                .not_newer(fields.get("if-unmodified-since"))
                .unwrap_or(true),
        };
        if !may_write {
            return Outcome::Failed;
        }
        let is_known = match has("if-none-match") {
            true => any_tag(fields, "if-none-match", |tag| self.is_weakly(tag)),
            false => self
                .not_newer(fields.get("if-modified-since"))
                .unwrap_or(false),
        };
        if is_known {
            return Outcome::NotModified;
        }
        let is_part = *method == Method::Get && has("range");
        match is_part && self.range_holds(fields.get("if-range")) {
            true => Outcome::SendPart,
            false => Outcome::Send,
        }
    }
    // ANCHOR_END: decide

    // ANCHOR: if-range
    /// Whether a part may be sent: the client puts it together with what it has, so it
    /// must be a part of the very same bytes. A weak tag or a young date is not enough.
    fn range_holds(&self, if_range: Option<&[u8]>) -> bool {
        match if_range {
            None => true,
            Some(tag @ ([b'"', ..] | [b'W', b'/', ..])) => self.is_strongly(tag),
            Some(date) => {
                !self.is_weak && date_of(date) == Some(seconds(self.modified))
            }
        }
    }
    // ANCHOR_END: if-range

    /// Both are strong and the same (§8.8.3.2).
    fn is_strongly(&self, tag: &[u8]) -> bool {
        !self.is_weak && tag == self.tag.as_bytes()
    }

    /// They are the same, strong or not.
    fn is_weakly(&self, tag: &[u8]) -> bool {
        tag.strip_prefix(b"W/").unwrap_or(tag) == self.tag.as_bytes()
    }

    /// Whether the file is not newer than this date; none if it is no date.
    fn not_newer(&self, date: Option<&[u8]>) -> Option<bool> {
        Some(seconds(self.modified) <= date_of(date?)?)
    }
}

/// When the kernel last saw the file change.
#[cfg(unix)]
fn changed(metadata: &Metadata, _: SystemTime) -> SystemTime {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).unwrap_or(0);
    let nanos = u32::try_from(metadata.ctime_nsec()).unwrap_or(0);
    UNIX_EPOCH + Duration::new(seconds, nanos)
}

#[cfg(not(unix))]
fn changed(_: &Metadata, modified: SystemTime) -> SystemTime {
    modified
}

/// Whether a list of tags is `*` or has one for which `is` holds. A quoted tag may hold
/// a comma.
fn any_tag(fields: &Fields, name: &str, is: impl Fn(&[u8]) -> bool) -> bool {
    fields.get_all(name).any(|value| {
        if value == b"*" {
            return true;
        }
        let mut rest = value;
        while let Some(start) = rest.iter().position(|byte| !b" \t,".contains(byte)) {
            let tag = &rest[start..];
            let opening = if tag.starts_with(b"W/\"") { 3 } else { 1 };
            if !tag.starts_with(b"W/\"") && !tag.starts_with(b"\"") {
                return false;
            }
            let closing = tag[opening..].iter().position(|byte| *byte == b'"');
            let Some(length) = closing.map(|closing| opening + closing + 1) else {
                return false;
            };
            if is(&tag[..length]) {
                return true;
            }
            rest = &tag[length..];
        }
        false
    })
}

/// A date in one of the three forms that there are (RFC 9110 §5.6.7), in seconds.
fn date_of(value: &[u8]) -> Option<u64> {
    let date = httpdate::parse_http_date(str::from_utf8(value).ok()?).ok()?;
    Some(seconds(date))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Failed, NotModified, Send, SendPart};
    use super::*;

    const OLD: u64 = 1_000_000_000;
    /// What a file of 10 bytes, changed at [`OLD`], has.
    const TAG: &str = "\"a-de0b6b3a7640000\"";
    const DATE: &str = "Sun, 09 Sep 2001 01:46:40 GMT";
    const LATER: &str = "Sun, 09 Sep 2001 01:46:41 GMT";
    const EARLIER: &str = "Sun, 09 Sep 2001 01:46:39 GMT";

    fn aged(age: u64) -> Validators {
        let changed = UNIX_EPOCH + Duration::from_secs(OLD);
        Validators::new(10, changed, changed, changed + Duration::from_secs(age))
    }

    fn decide(
        validators: &Validators,
        method: &Method,
        lines: &[(&str, &str)],
    ) -> Outcome {
        let mut fields = Fields::new();
        for (name, value) in lines {
            fields.push(name, value).unwrap();
        }
        validators.decide(method, &fields)
    }

    #[test]
    fn a_young_file_has_a_weak_tag() {
        assert_eq!(aged(0).fields()[0].1, format!("W/{TAG}"));
        assert_eq!(aged(1).fields()[0].1, format!("W/{TAG}"));
        assert_eq!(
            aged(2).fields(),
            [("ETag", TAG.into()), ("Last-Modified", DATE.into())]
        );
        // A clock that was set back: nothing is known.
        let changed = UNIX_EPOCH + Duration::from_secs(OLD);
        let early = changed - Duration::from_secs(60);
        assert!(Validators::new(10, changed, changed, early).is_weak);
    }

    #[test]
    fn a_variant_has_a_tag_of_its_own() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let metadata = file.as_file().metadata().unwrap();
        let codings = [None, Some(Coding::Brotli), Some(Coding::Gzip)];
        let tags = codings.map(|coding| Validators::of(&metadata, coding).unwrap().tag);
        assert!(tags[0] != tags[1] && tags[0] != tags[2] && tags[1] != tags[2]);
        assert!(
            tags.iter()
                .all(|tag| tag.starts_with('"') && tag.ends_with('"'))
        );
    }

    #[test]
    fn a_date_is_one_that_may_be_sent() {
        let now = UNIX_EPOCH + Duration::from_secs(OLD);
        let hour = Duration::from_secs(3600);
        let far = now + Duration::from_secs(400_000_000_000);
        let early = UNIX_EPOCH - hour;
        for (modified, wanted) in [
            (now + hour, DATE),
            (far, DATE),
            (early, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            let [_, date] = Validators::new(10, now, modified, now).fields();
            assert_eq!(date, ("Last-Modified", wanted.to_string()));
        }
    }

    #[test]
    fn each_condition_alone() {
        let weak = format!("W/{TAG}");
        let list = format!("\"a,b\", W/\"x\",,{TAG}");
        for (name, value, wanted) in [
            ("If-None-Match", TAG, NotModified),
            ("If-None-Match", &weak, NotModified),
            ("If-None-Match", "*", NotModified),
            ("If-None-Match", &list, NotModified),
            ("If-None-Match", "\"other\"", Send),
            ("If-None-Match", "a-de0b6b3a7640000", Send),
            ("If-None-Match", "\"a-de0b6b3a7640000", Send),
            ("If-Match", TAG, Send),
            ("If-Match", &weak, Failed),
            ("If-Match", "*", Send),
            ("If-Match", "\"other\"", Failed),
            ("If-Modified-Since", DATE, NotModified),
            ("If-Modified-Since", LATER, NotModified),
            ("If-Modified-Since", EARLIER, Send),
            ("If-Modified-Since", "yesterday", Send),
            (
                "If-Modified-Since",
                "Sunday, 09-Sep-01 01:46:40 GMT",
                NotModified,
            ),
            ("If-Modified-Since", "Sun Sep  9 01:46:40 2001", NotModified),
            ("If-Unmodified-Since", DATE, Send),
            ("If-Unmodified-Since", EARLIER, Failed),
            ("If-Unmodified-Since", "yesterday", Send),
            ("Range", "bytes=0-1", SendPart),
        ] {
            let outcome = decide(&aged(60), &Method::Get, &[(name, value)]);
            assert_eq!(outcome, wanted, "{name}: {value}");
        }
    }

    #[test]
    fn tags_come_before_dates_and_ranges_last() {
        let old = aged(60);
        let get = |lines: &[(&str, &str)]| decide(&old, &Method::Get, lines);
        let other = ("If-None-Match", "\"other\"");
        assert_eq!(get(&[other, ("If-Modified-Since", LATER)]), Send);
        let same = ("If-Match", TAG);
        assert_eq!(get(&[same, ("If-Unmodified-Since", EARLIER)]), Send);
        assert_eq!(get(&[same, ("If-None-Match", TAG)]), NotModified);
        let range = ("Range", "bytes=0-1");
        assert_eq!(get(&[range, ("If-None-Match", TAG)]), NotModified);
        assert_eq!(decide(&old, &Method::Head, &[range]), Send);
    }

    #[test]
    fn a_part_needs_the_very_same_bytes() {
        let range = ("Range", "bytes=0-1");
        let weak = format!("W/{TAG}");
        for (if_range, old, young) in [
            (TAG, SendPart, Send),
            (&*weak, Send, Send),
            ("\"other\"", Send, Send),
            (DATE, SendPart, Send),
            (LATER, Send, Send),
            (EARLIER, Send, Send),
            ("garbage", Send, Send),
        ] {
            let lines = [range, ("If-Range", if_range)];
            assert_eq!(decide(&aged(60), &Method::Get, &lines), old, "{if_range}");
            assert_eq!(decide(&aged(1), &Method::Get, &lines), young, "{if_range}");
        }
    }
}
