// `process`, and where the events of the loop arrive (Node: lib/internal/process/).
(function (native, internal) {
  'use strict';

  const received = (value) => value === null || value === undefined ? ` Received ${value}`
    : typeof value === 'function' ? ` Received function ${value.name}`
    : typeof value === 'object' ? ` Received an instance of ${value.constructor?.name ?? 'Object'}`
    : ` Received type ${typeof value} (${internal.inspect(value)})`;

  // Rust's strings are UTF-8: half a surrogate pair becomes U+FFFD, as in Node.
  const wellFormed = internal.wellFormed = (text) => String(text).toWellFormed();
  internal.withCode = (error, code) => Object.assign(error, { code });
  // An argument of the wrong type (Node: ERR_INVALID_ARG_TYPE).
  internal.wrongType = (name, type, value) => internal.withCode(
    new TypeError(`The "${name}" argument must be of type ${type}.${received(value)}`),
    'ERR_INVALID_ARG_TYPE');
  internal.mustBeFunction = (value, name = 'callback') => {
    if (typeof value !== 'function') throw internal.wrongType(name, 'function', value);
  };

  const listeners = new Map();
  const add = (event, listener, once) => {
    internal.mustBeFunction(listener, 'listener');
    listeners.set(event, [...(listeners.get(event) ?? []), { listener, once }]);
    return process;
  };
  const off = (event, listener) => {
    const all = listeners.get(event) ?? [];
    const at = all.findLastIndex((entry) => entry.listener === listener);
    if (at >= 0) listeners.set(event, all.toSpliced(at, 1));
    return process;
  };

  // ANCHOR: exit
  const exit = (code) => {
    if (code !== undefined) process.exitCode = code;
    if (!native.isExiting()) {
      native.beginExit(process.exitCode ?? 0);
      process.emit('exit', process.exitCode ?? 0);
    }
    native.reallyExit(process.exitCode ?? 0);
    for (;;); // The engine's interrupt ends this: no catch, no finally sees it.
  };
  // ANCHOR_END: exit

  let isCodeCleared = false;
  const process = globalThis.process = {
    title: 'js-runtime',
    argv: native.args,
    execPath: native.args[0],
    env: native.env,
    pid: native.pid,
    cwd: native.cwd,
    exit,
    reallyExit: exit,
    on: (event, listener) => add(event, listener, false),
    once: (event, listener) => add(event, listener, true),
    off,
    emit(event, ...args) {
      const all = listeners.get(event) ?? [];
      for (const { listener, once } of all) {
        if (once) off(event, listener);
        listener.apply(process, args);
      }
      return all.length > 0;
    },
    listenerCount: (event) => listeners.get(event)?.length ?? 0,
    get exitCode() {
      return isCodeCleared ? undefined : native.exitCode() ?? undefined;
    },
    set exitCode(code) {
      isCodeCleared = code === undefined || code === null;
      if (isCodeCleared) {
        if (native.exitCode() != null) native.exitCode(0);
        return;
      }
      const number = typeof code === 'string' && code !== '' ? Number(code) : code;
      if (typeof number !== 'number' || Number.isNaN(number)) {
        throw internal.wrongType('code', 'number', code);
      }
      if (!Number.isInteger(number)) {
        throw internal.withCode(new RangeError('The value of "code" is out of range. '
          + `It must be an integer. Received ${number}`), 'ERR_OUT_OF_RANGE');
      }
      native.exitCode(number | 0);
    },
    nextTick(callback, ...args) {
      internal.mustBeFunction(callback);
      native.nextTick(args.length > 0 ? () => callback(...args) : callback);
    },
    stdout: { fd: 1, write: (text) => { native.write(1, wellFormed(text)); return true; } },
    stderr: { fd: 2, write: (text) => { native.write(2, wellFormed(text)); return true; } },
  };
  Object.assign(process, { addListener: process.on, removeListener: off });

  globalThis.queueMicrotask = (callback) => {
    internal.mustBeFunction(callback);
    native.queueMicrotask(() => { callback(); });
  };

  // ANCHOR: rejection
  // Rejections. The loop knows promises by number; a number must not keep a promise.
  const numbers = new WeakMap();
  const gone = new FinalizationRegistry((number) => native.forget(number));
  const unreported = new Map();
  const handledLate = new Map();
  let last = 0;
  const rejection = (promise, reason, isHandled) => {
    if (!isHandled) {
      last += 1;
      numbers.set(promise, last);
      unreported.set(last, promise);
      native.rejected(last, reason);
    } else if (numbers.has(promise)) {
      const number = numbers.get(promise);
      // The loop knows nothing of it: it stands behind another in the batch that is
      // being reported, and its turn comes.
      if (!native.handled(number)) return;
      if (!unreported.delete(number)) handledLate.set(number, promise);
    }
  };
  // ANCHOR_END: rejection

  // What a program is told of a rejection whose reason is no error.
  const asError = (reason) => {
    if (reason instanceof Error) return reason;
    const shown = typeof reason === 'object' && reason !== null ? '#<Object>' : String(reason);
    const error = new Error('This error originated either by throwing inside of an async '
      + 'function without a catch block, or by rejecting a promise which was not handled '
      + `with .catch(). The promise rejected with the reason "${shown}".`);
    Object.defineProperty(error, 'name', { value: 'UnhandledPromiseRejection' });
    return Object.assign(error, { code: 'ERR_UNHANDLED_REJECTION' });
  };

  const events = {
    main: (path) => internal.runMain(path),
    rejection,
    beforeExit: (code) => process.emit('beforeExit', code),
    exit: (code) => process.emit('exit', code),
    uncaughtException: (error, origin) => process.emit('uncaughtException',
      origin === 'unhandledRejection' ? asError(error) : error, origin),
    unhandledRejection(reason, number) {
      const promise = unreported.get(number);
      unreported.delete(number);
      gone.register(promise, number);
      return process.emit('unhandledRejection', reason, promise);
    },
    rejectionHandled(number) {
      const promise = handledLate.get(number);
      handledLate.delete(number);
      return process.emit('rejectionHandled', promise);
    },
  };
  internal.emit = (event, ...args) => events[event](...args) === true;
  // What stderr says of an error that ends the process.
  internal.describe = (error, origin) => {
    if (origin === 'unhandledRejection') error = asError(error);
    return (error instanceof Error ? '' : 'Uncaught ') + internal.inspect(error);
  };
  internal.builtins.process = process;
})
