// The entry point of a snapshot: a directory was open.
globalThis.directory = require('node:fs').opendirSync('.');
globalThis.directory.closeSync();
