//! Static files over the wire: what is sent, what part of it, and what is not.

use crate::client::{Answer, Client, app_of, patient, start};
use raw_http_server::{
    Body, Failure, Files, Handler, Request, Response, Root, Running,
};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A folder with a page of 1,000 bytes in three codings, a large file, a 404 page.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        fs::write(folder.path().join(name), content).unwrap();
    };
    fs::create_dir_all(folder.path().join("sub/.git")).unwrap();
    write("page.html", &page());
    write("page.html.br", b"as brotli");
    write("page.html.gz", b"as gzip");
    write("large.bin", &large());
    write("empty.txt", b"");
    write("404.html", b"<p>nothing here");
    write("index.html", b"<p>root");
    write("sub/index.html", b"<p>sub");
    write("sub/.git/config", b"secret");
    write("caf\u{e9} 1.txt", b"name");
    folder
}

fn page() -> Vec<u8> {
    (0..1000_u32).map(|n| b'a' + (n % 26) as u8).collect()
}

fn large() -> Vec<u8> {
    (0..3_000_001_u32).map(|n| (n % 251) as u8).collect()
}

fn serve(folder: &TempDir) -> Running {
    start(patient(), app_of(folder.path()))
}

/// A file that was not changed just now has a strong tag.
fn age(path: &Path) {
    // Any change of its times sets the time that counts, so only waiting helps.
    let changed = fs::metadata(path).unwrap().modified().unwrap();
    while changed.elapsed().unwrap_or_default() < Duration::from_millis(2100) {
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn get(server: &Running, path: &str, fields: &[&str]) -> Answer {
    Client::to(server.address()).ask(&format!("GET {path}"), fields)
}

#[test]
fn files_arrive_whole_with_what_they_are() {
    let folder = folder();
    let server = serve(&folder);
    let mut client = Client::to(server.address());
    for (path, kind, content) in [
        ("/page.html", "text/html; charset=utf-8", page()),
        ("/large.bin", "application/octet-stream", large()),
        ("/empty.txt", "text/plain; charset=utf-8", vec![]),
        (
            "/caf%C3%A9%201.txt",
            "text/plain; charset=utf-8",
            b"name".to_vec(),
        ),
        ("/", "text/html; charset=utf-8", b"<p>root".to_vec()),
        ("/sub/", "text/html; charset=utf-8", b"<p>sub".to_vec()),
        (
            "/sub/?query",
            "text/html; charset=utf-8",
            b"<p>sub".to_vec(),
        ),
    ] {
        let answer = client.get(path);
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.field("content-type"), Some(kind), "{path}");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"));
        assert!(answer.body == content, "{path}: other content");
        let head = client.ask(&format!("HEAD {path}"), &[]);
        let length = content.len().to_string();
        assert_eq!(head.field("content-length"), Some(&*length), "{path}");
        assert_eq!(head.field("etag"), answer.field("etag"), "{path}");
        assert_eq!(head.body, b"");
    }
}

#[test]
fn what_is_not_there_has_a_page_and_what_leads_away_is_refused() {
    let folder = folder();
    let server = serve(&folder);
    let mut client = Client::to(server.address());
    for path in [
        "/none",
        "/page.html/",
        "/page.html/x",
        "/sub/none",
        "/a//b",
        "/.git",
    ] {
        let answer = client.get(path);
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.text(), "<p>nothing here", "{path}");
    }
    let too_long = format!("/{}", "a".repeat(300));
    let escapes = ["/sub/.git/config", "/%252e%252e/etc/passwd", &too_long];
    for path in escapes {
        assert_eq!(client.get(path).status(), 404, "{path}");
    }
    for path in [
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/a%2f..%2f..%2fetc",
        "/a%00",
    ] {
        assert_eq!(client.get(path).status(), 400, "{path}");
    }
    let answer = client.ask("DELETE /page.html", &[]);
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.field("allow"), Some("GET, HEAD"));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_outside_and_pipes_hang_nobody() {
    let (folder, outside) = (folder(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link(&outside.path().join("secret"), "link.txt");
    link(outside.path(), "out");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(pipe).status();
    assert!(made.unwrap().success());
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket"));
    let _socket = socket.unwrap();
    let server = serve(&folder);
    for path in [
        "/link.txt",
        "/out/secret",
        "/out/",
        "/out",
        "/pipe",
        "/socket",
    ] {
        assert_eq!(get(&server, path, &[]).status(), 404, "{path}");
    }
}

#[test]
fn a_folder_without_its_slash_is_sent_there_and_nowhere_else() {
    let folder = folder();
    let server = serve(&folder);
    let answer = get(&server, "/sub?a=1", &[]);
    assert_eq!(answer.status(), 301);
    assert_eq!(answer.field("location"), Some("/sub/?a=1"));
    // `//sub/` would be a host of that name.
    assert_eq!(get(&server, "//sub", &[]).status(), 404);
}

#[test]
fn parts_of_a_file() {
    let folder = folder();
    let server = serve(&folder);
    let all = large();
    let mut client = Client::to(server.address());
    for (range, start, end) in [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=2999999-", 2_999_999, 3_000_001),
        ("bytes=-1000000", 2_000_001, 3_000_001),
        ("bytes=1-99999999", 1, 3_000_001),
    ] {
        let answer = client.ask("GET /large.bin", &[&format!("Range: {range}")]);
        assert_eq!(answer.status(), 206, "{range}");
        let said = format!("bytes {start}-{}/3000001", end - 1);
        assert_eq!(answer.field("content-range"), Some(&*said), "{range}");
        assert!(answer.body == all[start..end], "{range}: other content");
    }
    let answer = client.ask("GET /large.bin", &["Range: bytes=3000001-"]);
    assert_eq!(answer.status(), 416);
    assert_eq!(answer.field("content-range"), Some("bytes */3000001"));
    for ignored in [
        "Range: bytes=0-1,5-6",
        "Range: lines=1-2",
        "Range: bytes=9-2",
    ] {
        assert_eq!(
            client.ask("GET /large.bin", &[ignored]).status(),
            200,
            "{ignored}"
        );
    }
    let head = client.ask("HEAD /large.bin", &["Range: bytes=0-0"]);
    assert_eq!(head.status(), 200);
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    let folder = folder();
    age(&folder.path().join("page.html"));
    let server = serve(&folder);
    let mut client = Client::to(server.address());
    let first = client.get("/page.html");
    let tag = first.field("etag").unwrap();
    assert!(tag.starts_with('"'), "{tag} is weak");
    let known = client.ask("GET /page.html", &[&format!("If-None-Match: {tag}")]);
    assert_eq!((known.status(), known.body.len()), (304, 0));
    assert_eq!(known.field("etag"), Some(tag));
    assert_eq!(known.field("vary"), Some("Accept-Encoding"));
    let date = first.field("last-modified").unwrap();
    let known = client.ask("GET /page.html", &[&format!("If-Modified-Since: {date}")]);
    assert_eq!(known.status(), 304);
    let failed = client.ask("GET /page.html", &["If-Match: \"other\""]);
    assert_eq!(failed.status(), 412);
    let range = "Range: bytes=0-9";
    let part = client.ask("GET /page.html", &[range, &format!("If-Range: {tag}")]);
    assert_eq!((part.status(), part.body.len()), (206, 10));
    // Another file of the same size and age under the same name.
    let (path, other) = (folder.path().join("page.html"), folder.path().join("other"));
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&other, vec![b'z'; 1000]).unwrap();
    File::options()
        .write(true)
        .open(&other)
        .unwrap()
        .set_modified(modified)
        .unwrap();
    fs::rename(&other, &path).unwrap();
    let whole = client.ask("GET /page.html", &[range, &format!("If-Range: {tag}")]);
    assert_eq!((whole.status(), whole.body.len()), (200, 1000));
    let changed = client.ask("GET /page.html", &[&format!("If-None-Match: {tag}")]);
    assert_eq!(changed.status(), 200);
    let tag = changed.field("etag").unwrap();
    assert!(tag.starts_with("W/"), "{tag} could change unseen");
}

#[test]
fn compressed_variants_go_to_those_who_like_them() {
    let folder = folder();
    let server = serve(&folder);
    let mut tags = Vec::new();
    for (accept, coding, length) in [
        ("Accept-Encoding: br, gzip", Some("br"), 9),
        ("Accept-Encoding: gzip", Some("gzip"), 7),
        ("Accept-Encoding: br;q=0.1, gzip;q=0.2", Some("gzip"), 7),
        ("Accept-Encoding: br;q=0, gzip;q=0", None, 1000),
        ("Accept-Encoding: zstd", None, 1000),
    ] {
        let answer = get(&server, "/page.html", &[accept]);
        assert_eq!(answer.field("content-encoding"), coding, "{accept}");
        assert_eq!(answer.body.len(), length, "{accept}");
        assert_eq!(answer.field("vary"), Some("Accept-Encoding"), "{accept}");
        assert_eq!(
            answer.field("content-type"),
            Some("text/html; charset=utf-8")
        );
        tags.push(answer.field("etag").unwrap().to_string());
    }
    assert!(tags[0] != tags[1] && tags[0] != tags[3] && tags[1] != tags[3]);
    // A range is one of the bytes that are sent.
    let part = ["Accept-Encoding: br", "Range: bytes=3-"];
    assert_eq!(get(&server, "/page.html", &part).text(), "brotli");
    // A variant of an older page is none.
    let later = SystemTime::now() + Duration::from_secs(60);
    let path = folder.path().join("page.html");
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(later)
        .unwrap();
    let answer = get(&server, "/page.html", &["Accept-Encoding: br"]);
    assert_eq!(answer.field("content-encoding"), None);
}

/// A file that the kernel has not in memory takes the other way, and is the same file.
#[cfg(target_os = "linux")]
#[test]
fn a_cold_file_arrives_whole() {
    let folder = folder();
    let server = serve(&folder);
    for path in ["large.bin", "page.html"] {
        let file = File::open(folder.path().join(path)).unwrap();
        file.sync_all().unwrap();
        let all = fs::read(folder.path().join(path)).unwrap();
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
        let answer = get(&server, &format!("/{path}"), &[]);
        assert!(answer.body == all, "{path}: other content");
    }
}

/// A file that becomes shorter while it is sent cannot be completed.
#[test]
fn a_file_that_shrinks_ends_the_connection() {
    let folder = folder();
    let path = folder.path().join("huge.bin");
    File::create(&path).unwrap().set_len(64 << 20).unwrap();
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, app_of(folder.path()));
    let mut client = Client::to(server.address());
    client.send("GET /huge.bin HTTP/1.1\r\nHost: x\r\n\r\n");
    // The head is there, so the file is open; the rest does not fit into the buffers.
    let mut first = [0; 1000];
    std::io::Read::read_exact(&mut client.stream, &mut first).unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(1 << 20)
        .unwrap();
    let rest = client.rest();
    assert!(rest.len() < 64 << 20);
    assert_eq!(get(&server, "/page.html", &[]).status(), 200);
    assert_eq!(metrics.snapshot().gone_total, 0, "it was not the peer");
}

/// What an archive or a wrong clock left behind: HTTP cannot write such dates.
#[test]
fn a_file_of_any_age_is_sent() {
    let folder = folder();
    let server = serve(&folder);
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    for modified in [
        SystemTime::UNIX_EPOCH - 10 * year,
        SystemTime::now() + 100 * year,
    ] {
        let path = folder.path().join("page.html");
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
        let answer = get(&server, "/page.html", &[]);
        assert_eq!(answer.status(), 200, "{modified:?}");
    }
}

/// What `cargo run` of the book needs: another root, while requests are under way.
#[test]
fn a_root_can_be_swapped() {
    struct Swapped(Arc<Files>);
    impl Handler for Swapped {
        async fn handle(
            &self,
            request: &Request,
            _: &mut Body<'_>,
        ) -> Result<Response, Failure> {
            self.0.serve(request).await
        }
    }
    let root = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("page.html"), text).unwrap();
        let path = folder.path().to_path_buf();
        (Root::open(&path).unwrap().keep(folder), path)
    };
    let (first, first_path) = root("one");
    let files = Files::new(first).cache_control("no-cache");
    let files = Arc::new(files);
    let server = start(patient(), Swapped(Arc::clone(&files)));
    let mut client = Client::to(server.address());
    let answer = client.get("/page.html");
    assert_eq!(answer.text(), "one");
    assert_eq!(answer.field("cache-control"), Some("no-cache"));
    let (second, second_path) = root("two");
    files.swap(second);
    assert_eq!(client.get("/page.html").text(), "two");
    assert!(!first_path.exists(), "the guard is dropped with the root");
    assert!(second_path.exists());
}
