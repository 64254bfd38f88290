// The entry point of a snapshot: a socket that was never connected.
globalThis.socket = new (require('node:net').Socket)();
