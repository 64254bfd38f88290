//! The shell's parser: what it accepts, what it refuses and where, and that no line
//! whatever makes it panic.

#![cfg(target_os = "linux")]

use proptest::prelude::*;
use unix_notes::shell::{MAX_COMMANDS, MAX_LINE, MAX_WORDS, Redirect, parse};

fn words(line: &str) -> Vec<String> {
    let pipelines = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    pipelines
        .into_iter()
        .flat_map(|p| p.commands)
        .flat_map(|c| c.words)
        .collect()
}

#[test]
fn quotes_and_backslashes_mean_what_they_mean_in_sh() {
    for (line, wanted) in [
        ("a  b\tc", &["a", "b", "c"][..]),
        ("'a b' c", &["a b", "c"]),
        (r#"a'b'"c"d"#, &["abcd"]),
        ("''", &[""]),
        (r"a\ b \\ \'", &["a b", r"\", "'"]),
        (r#""\"\\\$\`\a""#, &[r#""\$`\a"#]),
        (r"'\'", &[r"\"]),
        ("'$HOME' \"*\"", &["$HOME", "*"]),
        ("a~ x#y # z", &["a~", "x#y"]),
        ("é|ü", &["é", "ü"]),
        (r"\2>x", &["2"]),
    ] {
        assert_eq!(words(line), wanted, "{line}");
    }
}

#[test]
fn a_line_becomes_pipelines() {
    let pipelines = parse("a 1 | b < in 2>>err & c >out 2>&1; d").expect("it is right");
    let texts: Vec<&str> = pipelines.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts, ["a 1 | b < in 2>>err", "c >out 2>&1", "d"]);
    let background: Vec<bool> = pipelines.iter().map(|p| p.background).collect();
    assert_eq!(background, [true, false, false]);
    let write = |fd, path: &str, append| Redirect::Write {
        fd,
        path: path.into(),
        append,
    };
    assert_eq!(
        pipelines[0].commands[1].redirects,
        [Redirect::Read("in".into()), write(2, "err", true)]
    );
    assert_eq!(
        pipelines[1].commands[0].redirects,
        [write(1, "out", false), Redirect::Copy { fd: 2, of: 1 }]
    );
}

#[test]
fn an_error_says_where() {
    for (line, at, what) in [
        ("| a", 0, "a command should stand here"),
        ("a |", 2, "leads nowhere"),
        ("a | | b", 2, "leads nowhere"),
        ("a |& b", 2, "leads nowhere"),
        ("a;;b", 2, "a command should stand here"),
        ("a && b", 2, "`&&` is left out"),
        ("a || b", 2, "`||` is left out"),
        ("a & & b", 4, "a command should stand here"),
        ("a >", 2, "name of a file"),
        ("a > | b", 2, "name of a file"),
        ("a >&3", 2, "wants 1 or 2"),
        ("> x", 3, "a command should stand here"),
        ("a << b", 2, "here-documents"),
        ("echo $HOME", 5, "expands no `$`"),
        ("echo \"$HOME\"", 6, "expands no `$`"),
        ("ls *.rs", 3, "expands no `*`"),
        ("ls ~", 3, "expands no `~`"),
        ("(a)", 0, "subshells"),
        ("echo 'é", 5, "no other to end it"),
        ("echo é \"", 7, "no other to end it"),
        ("a \\", 2, "nothing follows"),
        ("a '\0'", 3, "NUL"),
    ] {
        let error = parse(line).expect_err(line);
        assert_eq!(error.at, at, "{line}: {error}");
        assert!(error.what.contains(what), "{line}: {error}");
    }
}

#[test]
fn whatever_a_line_can_have_too_much_of_is_limited() {
    let many = |n: usize, part: &str| vec![part; n].join(" ");
    assert!(parse(&many(MAX_WORDS, "a")).is_ok());
    assert!(parse(&many(MAX_WORDS + 1, "a")).is_err());
    let pipe = |n: usize| vec!["a"; n].join("|");
    assert!(parse(&pipe(MAX_COMMANDS)).is_ok());
    assert!(parse(&pipe(MAX_COMMANDS + 1)).is_err());
    assert!(parse(&"a".repeat(MAX_LINE)).is_ok());
    assert!(parse(&"a".repeat(MAX_LINE + 1)).is_err());
}

proptest! {
    /// Any word comes through in single quotes.
    #[test]
    fn a_quoted_word_is_itself(word in "[^\0]*") {
        let quoted = format!("'{}'", word.replace('\'', r"'\''"));
        prop_assert_eq!(words(&quoted), vec![word]);
    }

    /// Every line is parsed or refused at one of its own characters, or right behind.
    #[test]
    fn no_line_makes_it_panic(line in r#"[ab2$'"\\|&;<>*#~\x00é \t]{0,40}"#) {
        if let Err(error) = parse(&line) {
            prop_assert!(error.at <= line.chars().count());
            prop_assert!(error.show(&line).ends_with('^'));
        }
    }

    /// What was understood is understood again from its own text.
    #[test]
    fn the_text_of_a_pipeline_is_that_pipeline(line in r#"[ab2'"\\|&;<> ]{0,40}"#) {
        for pipeline in parse(&line).unwrap_or_default() {
            let again = parse(&pipeline.text).expect("it was right before");
            prop_assert_eq!(&again[0].commands, &pipeline.commands);
        }
    }
}
