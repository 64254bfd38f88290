//! Build the memory of a process: pages that come when they are touched, and that two
//! processes share after a fork until one of them writes. This attempt copies all of it
//! at the fork. What is a fault and what is a copy: `AddressSpace` in
//! exercises/checks/rebuild.rs says it.

use crate::checks::AddressSpace;
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub struct Memory {
    pages: BTreeMap<usize, u8>,
    faults: usize,
    copies: usize,
}

impl AddressSpace for Memory {
    fn read(&mut self, page: usize) -> u8 {
        self.touch(page);
        self.pages[&page]
    }

    fn write(&mut self, page: usize, value: u8) {
        self.touch(page);
        self.pages.insert(page, value);
    }

    // UNSOLVED: share the pages, protected; a write faults, and copies what is shared
    fn fork(&mut self) -> Memory {
        self.copies += self.pages.len();
        Memory {
            faults: 0,
            copies: 0,
            ..self.clone()
        }
    }

    fn faults(&self) -> usize {
        self.faults
    }

    fn copies(&self) -> usize {
        self.copies
    }
}

impl Memory {
    fn touch(&mut self, page: usize) {
        if !self.pages.contains_key(&page) {
            self.faults += 1;
            self.pages.insert(page, 0);
        }
    }
}
