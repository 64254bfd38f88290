// The entry point of a snapshot: a server listens, and nobody waits for it.
globalThis.server = require('node:net').createServer().listen(0).unref();
