// The entry point of a snapshot: a directory is open.
globalThis.config = { directory: require('node:fs').opendirSync('.') };
