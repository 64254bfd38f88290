//! A module that is loading already is handed out as it is: incomplete. It is listed
//! when its function has returned, so after everything that it needed.

use crate::checks::{BuiltinLoader, Module, Seen};
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Default)]
pub struct Loader {
    modules: BTreeMap<&'static str, Module>,
    state: BTreeMap<&'static str, Seen>,
    list: Vec<&'static str>,
}

impl BuiltinLoader for Loader {
    fn with_modules(modules: BTreeMap<&'static str, Module>) -> Loader {
        Loader {
            modules,
            ..Loader::default()
        }
    }

    fn require(&mut self, id: &'static str) -> Seen {
        if let Some(seen) = self.state.get(id) {
            return *seen;
        }
        self.state.insert(id, Seen::Incomplete);
        let function = Rc::clone(&self.modules[id]);
        function(&mut |dependency| self.require(dependency));
        self.state.insert(id, Seen::Complete);
        self.list.push(id);
        Seen::Complete
    }

    fn load_list(&self) -> &[&'static str] {
        &self.list
    }
}
