//! Where http-wire, the pinned Node and httparse differ on the requests of corpus/, and
//! why. `--all` lists every request.

#[path = "../corpus/mod.rs"]
mod corpus;

fn main() {
    let all = std::env::args().any(|arg| arg == "--all");
    println!("{:<22} {:<10} {:<10} httparse", "", "http-wire", "Node");
    let node = corpus::node();
    let (mut listed, cases) = (0, corpus::cases());
    for case in &cases {
        if case.notes.is_empty() && !all {
            continue;
        }
        let ours = corpus::http_wire(&case.bytes);
        let (_, nodes) = node.iter().find(|(name, _)| *name == case.name).unwrap();
        let (ours, nodes) = (short(&ours), short(nodes));
        println!("{:<22} {ours:<10} {nodes:<10} {}", case.name, peer(case));
        for (who, why) in &case.notes {
            println!("  {who} {why} ({})", case.clause);
        }
        listed += 1;
    }
    println!("{listed} of {} requests", cases.len());
}

/// `1 400 HPE_…` and `0 501 -` are refusals, everything else is taken.
fn short(verdict: &str) -> String {
    let mut words = verdict.split(' ');
    let (count, status) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    match count.parse::<u32>() {
        Ok(0) => status.to_string(),
        Ok(_) => format!("seen, {status}"),
        Err(_) => "taken".to_string(),
    }
}

fn peer(case: &corpus::Case) -> &'static str {
    let beyond = corpus::first_head(&case.bytes).is_err_and(corpus::is_beyond_syntax);
    match corpus::httparse(&case.bytes) {
        Ok(httparse::Status::Complete(_)) if beyond => "-",
        Ok(httparse::Status::Complete(_)) => "taken",
        Ok(httparse::Status::Partial) => "partial",
        Err(_) => "refused",
    }
}
