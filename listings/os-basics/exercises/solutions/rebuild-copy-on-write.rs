//! The memory of a process. A fork shares all pages and protects them, in both. A write
//! to a protected page faults; it copies the page if somebody else still has it.

use crate::checks::AddressSpace;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone)]
struct Page {
    value: Rc<u8>,
    protected: bool,
}

#[derive(Default)]
pub struct Memory {
    pages: BTreeMap<usize, Page>,
    faults: usize,
    copies: usize,
}

impl AddressSpace for Memory {
    fn read(&mut self, page: usize) -> u8 {
        *self.touched(page, true).value // a page of zeros that is not ours to write
    }

    fn write(&mut self, page: usize, value: u8) {
        let page = self.touched(page, false);
        let protected = std::mem::take(&mut page.protected);
        let shared = Rc::strong_count(&page.value) > 1;
        page.value = Rc::new(value);
        self.faults += usize::from(protected);
        self.copies += usize::from(shared);
    }

    fn fork(&mut self) -> Memory {
        for page in self.pages.values_mut() {
            page.protected = true;
        }
        Memory {
            pages: self.pages.clone(), // references, no pages
            ..Memory::default()
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
    fn touched(&mut self, page: usize, protected: bool) -> &mut Page {
        self.pages.entry(page).or_insert_with(|| {
            self.faults += 1;
            Page {
                value: Rc::new(0),
                protected,
            }
        })
    }
}
