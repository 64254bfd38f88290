//! Pieces of the kernel, built again: against rules that the real one was seen to keep
//! (oracle/lowest-descriptor.cjs, oracle/too-many-files.cjs; the faults: tests/alone.rs).

use std::collections::BTreeMap;

/// What is to be built in rebuild-descriptor-table.rs. Errors are numbers: 9 is EBADF,
/// 24 is EMFILE.
pub trait DescriptorTable {
    /// An empty table that may have descriptors below `limit`.
    fn with_limit(limit: usize) -> Self;
    /// Opens a file: its descriptor.
    fn open(&mut self, file: &str) -> Result<usize, i32>;
    /// Closes a descriptor.
    fn close(&mut self, fd: usize) -> Result<(), i32>;
    /// Which file is behind a descriptor.
    fn file(&self, fd: usize) -> Result<&str, i32>;
}

/// What is to be built in rebuild-copy-on-write.rs.
pub trait AddressSpace: Default {
    /// A byte of this page; 0 if it was never written.
    fn read(&mut self, page: usize) -> u8;
    /// Writes a byte of this page.
    fn write(&mut self, page: usize, value: u8);
    /// A second process with the same memory; its counts begin at 0.
    fn fork(&mut self) -> Self;
    /// How often the kernel had to step in: for a page that is touched for the first
    /// time; for a page that was only read before, when it is first written (until then
    /// it is a page of zeros that all share); and for a page that is written for the first
    /// time since a fork, in either process.
    fn faults(&self) -> usize;
    /// How many pages were copied: those that were written before and that another
    /// process still has.
    fn copies(&self) -> usize;
}

/// A generator that is the same everywhere (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

pub fn descriptor_table<T: DescriptorTable>() -> Result<(), String> {
    let mut table = T::with_limit(3);
    let mut story = Vec::new();
    for (file, wanted) in [("a", Ok(0)), ("b", Ok(1)), ("c", Ok(2)), ("d", Err(24))] {
        let got = table.open(file);
        story.push(format!("open {file}: {got:?}"));
        same(&story, &got, &wanted)?;
    }
    for (fd, wanted) in [(1, Ok(())), (1, Err(9)), (7, Err(9)), (0, Ok(()))] {
        let got = table.close(fd);
        story.push(format!("close {fd}: {got:?}"));
        same(&story, &got, &wanted)?;
    }
    for (file, wanted) in [("e", Ok(0)), ("f", Ok(1)), ("g", Err(24))] {
        let got = table.open(file);
        story.push(format!("open {file}: {got:?}"));
        same(&story, &got, &wanted)?;
    }
    random_table::<T>()
}

fn same<T: PartialEq + std::fmt::Debug>(
    story: &[String],
    got: &T,
    wanted: &T,
) -> Result<(), String> {
    if got == wanted {
        return Ok(());
    }
    let story = story.join("\n");
    Err(format!("{story}\nIt should be {wanted:?}, not {got:?}"))
}

/// Any table against the plainest one: look for the lowest number that is free.
fn random_table<T: DescriptorTable>() -> Result<(), String> {
    const LIMIT: usize = 12;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut table, mut plain) = (T::with_limit(LIMIT), BTreeMap::new());
    for step in 0..5000 {
        let open: Vec<usize> = plain.keys().copied().collect();
        let story = |what: String| [format!("limit {LIMIT}, open are {open:?}"), what];
        let fd = random.below(LIMIT + 2);
        if random.below(2) == 0 {
            let file = format!("file {step}");
            let wanted = (0..LIMIT).find(|fd| !plain.contains_key(fd)).ok_or(24);
            if let Ok(fd) = wanted {
                plain.insert(fd, file.clone());
            }
            same(&story(format!("open {file}")), &table.open(&file), &wanted)?;
        } else {
            let wanted = plain.remove(&fd).map(drop).ok_or(9);
            same(&story(format!("close {fd}")), &table.close(fd), &wanted)?;
        }
        let wanted = plain.get(&fd).map(String::as_str).ok_or(9);
        let open: Vec<usize> = plain.keys().copied().collect();
        let story = [
            format!("limit {LIMIT}, open are {open:?}"),
            format!("file {fd}"),
        ];
        same(&story, &table.file(fd), &wanted)?;
    }
    Ok(())
}

pub fn copy_on_write<M: AddressSpace>() -> Result<(), String> {
    let state = |m: &M| (m.faults(), m.copies());
    let expect = |what: &str, m: &M, faults: usize, copies: usize| {
        if state(m) == (faults, copies) {
            return Ok(());
        }
        let (has, made) = state(m);
        Err(format!(
            "{what}: {has} faults and {made} copies, not {faults} and {copies}"
        ))
    };
    let mut reader = M::default();
    if (0..10).any(|page| reader.read(page) != 0) {
        return Err("a page that was never written is not 0".to_string());
    }
    expect("10 pages, each read", &reader, 10, 0)?;
    if (0..10).any(|page| reader.read(page) != 0) {
        return Err("a page that was only read has changed".to_string());
    }
    expect("10 pages, each read twice", &reader, 10, 0)?;
    (0..10).for_each(|page| reader.write(page, 1));
    expect("10 pages, read and then written", &reader, 20, 0)?;

    let mut parent = M::default();
    for page in 0..100 {
        parent.write(page, 1);
    }
    (0..100).for_each(|page| parent.write(page, 2));
    expect("100 pages, each written twice", &parent, 100, 0)?;
    let mut child = parent.fork();
    expect("the parent after the fork", &parent, 100, 0)?;
    let sum: u32 = (0..100).map(|page| u32::from(child.read(page))).sum();
    if sum != 200 {
        return Err("the child does not see what the parent wrote".to_string());
    }
    expect("the child, which read everything", &child, 0, 0)?;
    (0..10).for_each(|page| child.write(page, 3));
    expect("the child, which wrote 10 pages", &child, 10, 10)?;
    (0..10).for_each(|page| child.write(page, 4));
    expect("the child, which wrote them again", &child, 10, 10)?;
    if (0..10).any(|page| parent.read(page) != 2) {
        return Err("the parent sees what the child wrote".to_string());
    }
    (0..20).for_each(|page| parent.write(page, 5));
    expect(
        "the parent, which wrote 20 pages: 10 are its own again",
        &parent,
        120,
        10,
    )?;
    drop(child);
    (20..30).for_each(|page| parent.write(page, 6));
    expect("the parent, after the child ended", &parent, 130, 10)?;
    (0..30).for_each(|page| parent.write(page, 7));
    expect("the parent, once more", &parent, 130, 10)?;
    let mut child = parent.fork();
    let mut grandchild = child.fork();
    (0..5).for_each(|page| grandchild.write(page, 8));
    expect("the grandchild, which wrote 5 pages", &grandchild, 5, 5)?;
    drop(parent);
    (0..5).for_each(|page| child.write(page, 9));
    expect("its parent: nobody else has these any more", &child, 5, 0)?;
    child.write(50, 9);
    expect("its parent, and one that the grandchild has", &child, 6, 1)?;
    if grandchild.read(0) != 8 || child.read(0) != 9 || grandchild.read(50) != 2 {
        return Err("a child and a grandchild see each other's pages".to_string());
    }
    Ok(())
}
