// Runs the entry point of a snapshot. It gets a require() that knows built-in modules
// and nothing else: a file that was read while building is not there when starting.

const { Error } = primordials;
const { BuiltinModule } = require('internal/bootstrap/realm');
const { prepareMainThreadExecution } = require('internal/process/pre_execution');
const path = require('path');

function requireForUserSnapshot(id) {
  const known = BuiltinModule.normalizeRequirableId(id);
  if (known === undefined) {
    const error = new Error(`Cannot find module '${id}'. `);
    error.code = 'MODULE_NOT_FOUND';
    throw error;
  }
  return require(known);
}

prepareMainThreadExecution(false, false);
const filename = path.resolve(process.argv[1]);
const source = internalBinding('fs').readFileUtf8(filename);
const fn = internalBinding('contextify').compileFunctionForCJSLoader(source, filename);
const module = { exports: {} };
fn.call(module.exports, module.exports, requireForUserSnapshot, module, filename,
        path.dirname(filename));
