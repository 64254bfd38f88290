// Globals, and the parts of `process` that are the same in every process.

const { ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;

// process is an EventEmitter.
const EventEmitter = require('events');
const processPrototype = { __proto__: EventEmitter.prototype };
ObjectSetPrototypeOf(process, processPrototype);
EventEmitter.call(process);

// An accessor, so that Node may warn one day. It is not listed.
let currentProcess = process;
ObjectDefineProperty(globalThis, 'process', {
  __proto__: null,
  get() { return currentProcess; },
  set(value) { currentProcess = value; },
  enumerable: false,
  configurable: true,
});
globalThis.global = globalThis;

const methods = internalBinding('process_methods');
process.env = methods.createEnvironment();
process.cwd = methods.cwd;
process.chdir = methods.chdir;
process.uptime = methods.uptime;
process.reallyExit = methods.reallyExit;
process._rawDebug = methods._rawDebug;
process._exiting = false;
process.exitCode = undefined;
process.exit = function exit(code) {
  if (code !== undefined) process.exitCode = code;
  if (!process._exiting) {
    process._exiting = true;
    process.emit('exit', process.exitCode ?? 0);
  }
  process.reallyExit(process.exitCode ?? 0);
};
process.getBuiltinModule = function getBuiltinModule(id) {
  const { BuiltinModule } = require('internal/bootstrap/realm');
  const known = BuiltinModule.normalizeRequirableId(id);
  return known === undefined ? undefined : require(known);
};

const { nextTick, runNextTicks } = require('internal/process/task_queues');
process.nextTick = nextTick;

const { setupTimers } = internalBinding('timers');
const { processImmediate, processTimers } = require('internal/timers');
setupTimers(processImmediate, processTimers);

internalBinding('errors').setCallbacks(runNextTicks, (event, code) => {
  if (event === 'exit') process._exiting = true;
  process.emit(event, code);
});

const timers = require('timers');
for (const name of [
  'clearImmediate', 'setImmediate', 'clearInterval', 'clearTimeout', 'setInterval',
  'setTimeout',
]) {
  ObjectDefineProperty(globalThis, name, {
    __proto__: null,
    value: timers[name],
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
ObjectDefineProperty(globalThis, 'console', {
  __proto__: null,
  value: require('internal/console'),
  writable: true,
  enumerable: false,
  configurable: true,
});

// Not needed for this, but by nearly every program: better now than at each start.
require('fs');
require('internal/modules/cjs/loader');
require('internal/process/pre_execution');
