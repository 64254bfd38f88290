//! The pages of the listings, of a small book.

use fixture::{CHAPTER, add, anchored, healthy, write};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

mod fixture;

fn built(change: impl FnOnce(&Path)) -> TempDir {
    let book = healthy();
    change(book.path());
    book::site::build(book.path(), Some(&book.path().join("site"))).unwrap();
    book
}

fn page(book: &TempDir, page: &str) -> String {
    fs::read_to_string(book.path().join("site").join(page)).unwrap()
}

const SOURCE: &str = "listings/tiny/src/lib.rs";

#[test]
fn a_caption_leads_to_the_first_line_of_its_excerpt() {
    let code = "// Above.\n\n".to_string() + &anchored("turn", "pub fn turn() {}\n");
    let book = built(|root| write(root, SOURCE, &code));
    let chapter = page(&book, "01-part/loop.html");
    let link = format!("<a href=\"../{SOURCE}.html#L4\"><code>{SOURCE}</code></a>");
    assert!(chapter.contains(&link), "{chapter}");
    assert!(chapter.contains("href=\"../listings/tiny.tar.gz\" download"));
    let source = page(&book, &format!("{SOURCE}.html"));
    assert!(source.contains("<a id=\"L5\" href=\"#L5\" tabindex=\"-1\">5</a></div>"));
    // The marks stay, so that the numbers are those of the file.
    assert!(
        source.contains("// ANCHOR: turn\npub fn turn() {}\n"),
        "{source}"
    );
    assert!(source.contains("<title>src/lib.rs - tiny - T</title>"));
    assert!(
        source.contains("Shown in <a href=\"../../../01-part/loop.html\">Loop</a>")
    );
}

#[test]
fn what_is_too_large_or_no_text_is_downloaded() {
    let large = "1\n".repeat(3_000);
    let book = built(|root| {
        write(root, "listings/tiny/large.json", &large);
        fs::write(root.join("listings/tiny/bytes"), [0xff, 0]).unwrap();
        write(root, "listings/tiny/src/part.rs", "<a href=\"#\">\n");
        let include = "{{#include ../../listings/tiny/large.json}}";
        add(root, CHAPTER, &format!("\n```json\n{include}\n```\n"));
    });
    let index = page(&book, "listings/tiny/index.html");
    for file in ["large.json", "bytes"] {
        assert!(
            index.contains(&format!("<a href=\"{file}\" download>")),
            "{index}"
        );
        let site = book.path().join("site/listings/tiny");
        let original = book.path().join("listings/tiny").join(file);
        assert_eq!(
            fs::read(site.join(file)).unwrap(),
            fs::read(original).unwrap()
        );
        assert!(!site.join(format!("{file}.html")).exists());
    }
    let chapter = page(&book, "01-part/loop.html");
    assert!(
        chapter.contains("href=\"../listings/tiny/large.json\""),
        "{chapter}"
    );
    let part = page(&book, "listings/tiny/src/part.rs.html");
    assert!(part.contains("&lt;a href=&quot;#&quot;&gt;"), "{part}");
}

#[test]
fn a_listing_says_what_it_is_and_builds_on() {
    let book = built(|root| {
        let on = "[package]\nname = \"on\"\nversion = \"0.1.0\"\ndescription = \"On & on\"\n\
                  [dependencies]\ntiny = { path = \"../tiny\" }\n";
        write(root, "listings/on/Cargo.toml", on);
        write(
            root,
            "listings/on/README.md",
            "*On*. [Loop](../../src/01-part/loop.md)\n",
        );
        write(root, "listings/on/src/lib.rs", "");
        let include = "{{#include ../../listings/on/Cargo.toml}}";
        add(root, CHAPTER, &format!("\n```toml\n{include}\n```\n"));
    });
    let all = page(&book, "listings/index.html");
    assert!(
        all.contains("<dd>On &amp; on<p class=\"about\">Shown in <a href=\"../01-part")
    );
    let on = page(&book, "listings/on/index.html");
    assert!(
        on.contains("<em>On</em>. <a href=\"../../01-part/loop.html\">Loop</a>"),
        "{on}"
    );
    assert!(
        on.contains("It builds on <a href=\"../tiny/index.html\">"),
        "{on}"
    );
}
