//! `cargo run`: a page that is open follows the files it was made from.

use crate::browser::Browser;
use crate::fixture::{CHAPTER, add, healthy, swap};
use crate::stage::Stage;
use anyhow::{Result, ensure};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// The page of the chapter.
const PAGE: &str = "01-part/loop.html";

/// Against hanging only.
const GUARD: Duration = Duration::from_secs(120);

/// A save shows in the open page without anybody loading it again; one that breaks the
/// book does not.
pub async fn follows_the_files(_: &Stage, browser: &Browser) -> Result<()> {
    let book = healthy();
    let port = serve(book.path())?;
    let browser = browser.at(&format!("http://127.0.0.1:{port}"));
    browser.open(PAGE).await?;
    let shows = |words: &str| {
        format!("document.querySelector('main').innerText.includes({words:?})")
    };
    add(book.path(), CHAPTER, "\nSecond edition.\n");
    let second = shows("Second edition.");
    browser
        .until_within(GUARD, "the second edition", &second)
        .await?;

    // The mark is lost if the page is loaded once more.
    browser.run("window.mark = true", vec![]).await?;
    swap(book.path(), CHAPTER, "lib.rs:turn", "lib.rs:tern");
    swap(book.path(), CHAPTER, "Second", "No");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let kept = browser.run("return window.mark === true", vec![]).await?;
    ensure!(kept == true, "a broken save has loaded the page again");

    swap(book.path(), CHAPTER, "lib.rs:tern", "lib.rs:turn");
    swap(book.path(), CHAPTER, "No edition.", "Third edition.");
    let third = shows("Third edition.");
    browser
        .until_within(GUARD, "the third edition", &third)
        .await
}

/// Serves a book as `cargo run` does, on a free port, until the process ends.
fn serve(root: &Path) -> Result<u16> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = free.local_addr()?.port();
    drop(free);
    let root = root.to_path_buf();
    let server = thread::spawn(move || book::site::serve(&root, port));
    let start = Instant::now();
    while !has_pages(port) {
        ensure!(!server.is_finished(), "the server has ended");
        ensure!(start.elapsed() < GUARD, "the server does not start");
        thread::sleep(Duration::from_millis(50));
    }
    Ok(port)
}

/// It listens before the first pages are built.
fn has_pages(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(GUARD))?;
        write!(
            stream,
            "HEAD /{PAGE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
