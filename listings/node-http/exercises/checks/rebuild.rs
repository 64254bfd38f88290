//! Two queues, built again, against a slow and simple one: thousands of random runs.

use super::api::{Action, Responses, Sockets};
use std::collections::VecDeque;

/// Numbers that look random and are the same each time (xorshift).
struct Random(u64);

impl Random {
    /// A number below `most`.
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

pub fn pipeline<R: Responses>() -> Result<(), String> {
    for seed in 1..2000 {
        let mut random = Random(seed);
        let (mut queue, mut story) = (R::default(), String::new());
        // All bytes of each request, whether it is ended, and how much has left in all.
        let mut all: Vec<(Vec<u8>, bool)> = Vec::new();
        let mut left = 0;
        for step in 0..40_u8 {
            let open: Vec<usize> = (0..all.len()).filter(|n| !all[*n].1).collect();
            match random.below(4) {
                0 if all.len() < 6 => {
                    let number = queue.request();
                    story += &format!("request {number}; ");
                    if number != all.len() {
                        return Err(format!(
                            "{story}\nand this is number {}",
                            all.len()
                        ));
                    }
                    all.push((Vec::new(), false));
                }
                1 if !open.is_empty() => {
                    let number = open[random.below(open.len())];
                    story += &format!("end {number}; ");
                    queue.end(number);
                    all[number].1 = true;
                }
                _ if !open.is_empty() => {
                    let number = open[random.below(open.len())];
                    let bytes = [b'a' + number as u8, b'0' + step % 10];
                    let text = bytes.escape_ascii();
                    story += &format!("write {number} {text}; ");
                    queue.write(number, &bytes);
                    all[number].0.extend(bytes);
                }
                _ => {}
            }
            let right = leaves(&all);
            let (mine, right) = (queue.take(), right[left..].to_vec());
            if mine != right {
                let (mine, right) = (mine.escape_ascii(), right.escape_ascii());
                return Err(format!("{story}\nyou send \"{mine}\", not \"{right}\""));
            }
            left += right.len();
        }
    }
    Ok(())
}

/// All that may have left: what the requests wrote up to the first that is not ended.
fn leaves(all: &[(Vec<u8>, bool)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (written, is_ended) in all {
        bytes.extend(written);
        if !is_ended {
            break;
        }
    }
    bytes
}

/// The rule, as the exercise words it, in one struct.
struct Rule {
    max_sockets: usize,
    max_free: usize,
    /// Sockets: whether they are busy.
    busy: Vec<usize>,
    idle: Vec<usize>,
    waiting: VecDeque<usize>,
    opened: usize,
}

impl Rule {
    fn request(&mut self, request: usize) -> Option<Action> {
        let count = self.busy.len() + self.idle.len();
        let socket = match self.idle.pop() {
            Some(socket) => socket,
            None if count < self.max_sockets => {
                self.opened += 1;
                self.opened - 1
            }
            None => {
                self.waiting.push_back(request);
                return None;
            }
        };
        self.busy.push(socket);
        Some(Action::Serve { socket, request })
    }

    fn free(&mut self, socket: usize) -> Option<Action> {
        if let Some(request) = self.waiting.pop_front() {
            return Some(Action::Serve { socket, request });
        }
        self.busy.retain(|other| *other != socket);
        if self.idle.len() < self.max_free {
            self.idle.push(socket);
            return None;
        }
        Some(Action::Close { socket })
    }

    fn closed(&mut self, socket: usize) -> Option<Action> {
        self.busy.retain(|other| *other != socket);
        self.idle.retain(|other| *other != socket);
        let request = self.waiting.pop_front()?;
        self.opened += 1;
        let socket = self.opened - 1;
        self.busy.push(socket);
        Some(Action::Serve { socket, request })
    }
}

fn words(action: Option<Action>) -> String {
    match action {
        None => "nothing".into(),
        Some(Action::Close { socket }) => format!("closes socket {socket}"),
        Some(Action::Serve { socket, request }) => {
            format!("socket {socket} serves {request}")
        }
    }
}

pub fn agent<S: Sockets>() -> Result<(), String> {
    // The shortest stories first.
    for steps in 1..40 {
        agent_for::<S>(steps)?;
    }
    Ok(())
}

fn agent_for<S: Sockets>(steps: usize) -> Result<(), String> {
    for seed in 1..200 {
        let mut random = Random(seed * 1_000_003);
        let (max_sockets, max_free) = (1 + random.below(4), random.below(4));
        let mut mine = S::new(max_sockets, max_free);
        let mut rule = Rule {
            max_sockets,
            max_free,
            busy: Vec::new(),
            idle: Vec::new(),
            waiting: VecDeque::new(),
            opened: 0,
        };
        let mut story = format!("max_sockets {max_sockets}, max_free {max_free}\n");
        for request in 0..steps {
            let any = [&rule.busy[..], &rule.idle[..]].concat();
            let (said, right) = match random.below(5) {
                0 | 1 => {
                    story += &format!("request {request}: ");
                    (mine.request(request), rule.request(request))
                }
                2 | 3 if !rule.busy.is_empty() => {
                    let socket = rule.busy[random.below(rule.busy.len())];
                    story += &format!("socket {socket} free: ");
                    (mine.free(socket), rule.free(socket))
                }
                4 if !any.is_empty() => {
                    let socket = any[random.below(any.len())];
                    story += &format!("socket {socket} closed: ");
                    (mine.closed(socket), rule.closed(socket))
                }
                _ => continue,
            };
            if said != right {
                let (said, right) = (words(said), words(right));
                return Err(format!("{story}\nyou say: {said}; right is: {right}"));
            }
            story += &format!("{}; ", words(right));
        }
    }
    Ok(())
}
