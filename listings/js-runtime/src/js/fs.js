// A little of node:fs: what it takes to wait for the poll phase.
(function (native, internal) {
  'use strict';

  class Stats {
    constructor(size) { this.size = size; }
  }

  const failure = (code, words, call, path) => Object.assign(
    new Error(`${code}: ${words}, ${call}${path === undefined ? '' : ` '${path}'`}`),
    path === undefined ? { code, syscall: call } : { code, syscall: call, path });

  const stat = (path, callback) => {
    internal.mustBeFunction(callback, 'cb');
    native.stat(internal.wellFormed(path), (code, words, size) => {
      if (code) callback(failure(code, words, 'stat', path));
      else callback(null, new Stats(size));
    });
  };

  const readFile = (path, encoding, callback = encoding) => {
    internal.mustBeFunction(callback, 'cb');
    native.readFile(internal.wellFormed(path), (code, words, bytes) => {
      if (code === 'EISDIR') callback(failure(code, words, 'read'));
      else if (code) callback(failure(code, words, 'open', path));
      else callback(null, callback === encoding ? bytes : native.decode(Array.from(bytes)));
    });
  };

  const promised = (start) => new Promise((resolve, reject) => {
    start((error, value) => { if (error) reject(error); else resolve(value); });
  });
  // As many microtasks late as Node's own, whose promise is one of the binding that was
  // awaited by an async function (lib/internal/fs/promises.js `stat`).
  const late = (promise) => promise.then((value) => value).then((value) => value);

  internal.builtins.fs = {
    Stats, stat, readFile,
    writeSync: (descriptor, text) => native.write(descriptor, internal.wellFormed(text)),
    promises: {
      stat: (path) => late(promised((done) => stat(path, done))),
      readFile: (path, encoding) => late(promised((done) => {
        if (encoding) readFile(path, encoding, done); else readFile(path, done);
      })),
    },
  };
  internal.builtins['fs/promises'] = internal.builtins.fs.promises;
})
