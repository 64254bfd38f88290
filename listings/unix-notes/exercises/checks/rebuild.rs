//! Pieces of the listing, built again: each against the listing's own, which other
//! tests compare with the kernel and with sh.

use unix_notes::permissions::{self, Inode, Who};
use unix_notes::shell::{Token, tokens};

/// Numbers that look random (a linear congruential generator; Knuth's constants).
fn random(seed: &mut u64, below: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

type May = fn(&Who, Inode, u32) -> bool;

/// Every mode, for an owner, a member of the group, another, and root.
pub fn permissions(may: May) -> Result<(), String> {
    let who = |user, group| Who {
        user,
        groups: vec![9, group],
    };
    for (name, who) in [
        ("the owner", who(1, 8)),
        ("the owner, who is a member too", who(1, 2)),
        ("a member of the group", who(3, 2)),
        ("another user", who(3, 8)),
        ("root", who(0, 8)),
    ] {
        for mode in 0..0o1000 {
            let file = Inode {
                owner: 1,
                group: 2,
                mode,
            };
            for want in 1..8 {
                let wanted = permissions::may(&who, file, want);
                if may(&who, file, want) != wanted {
                    return Err(format!(
                        "mode {mode:03o}, {name} wants {want}: wanted is {wanted}"
                    ));
                }
            }
        }
    }
    Ok(())
}

type Words = fn(&str) -> Option<Vec<String>>;

/// A word a line, as it is: a reader shall count its backslashes, not ours.
fn show(words: Option<Vec<String>>) -> String {
    let Some(words) = words else {
        return " none, for it is no line".to_string();
    };
    words.iter().map(|word| format!("\n  ⟨{word}⟩")).collect()
}

/// Lines of words and quotes.
pub fn quotes(words: Words) -> Result<(), String> {
    let mut seed = 1;
    let known = ["a b", "'a b'", r"a\ b", r#""a\"b""#, "''", "a'b", "\\"];
    let alphabet = ['a', 'b', ' ', '\'', '"', '\\'];
    let line = |_| {
        let length = random(&mut seed, 12);
        (0..length)
            .map(|_| alphabet[random(&mut seed, 6) as usize])
            .collect()
    };
    let lines = known
        .iter()
        .map(|line| line.to_string())
        .chain((0..2000).map(line));
    for line in lines {
        let wanted = tokens(&line).ok().map(|tokens| {
            let word = |token| match token {
                Token::Word(word) => word,
                other => unreachable!("{other:?} is not in the alphabet"),
            };
            tokens
                .into_iter()
                .map(|(_, token)| word(token))
                .collect::<Vec<_>>()
        });
        let mine = words(&line);
        if mine != wanted {
            let (mine, wanted) = (show(mine), show(wanted));
            return Err(format!("{line}\nyours:{mine}\nwanted:{wanted}"));
        }
    }
    Ok(())
}
