// Everything that depends on this process: its arguments, its options, its files. Runs
// on either way, the live one and the one from a snapshot, and never before.

const { getOptionValue } = require('internal/options');
const { runDeserializeCallbacks } = require('internal/v8/startup_snapshot');

// ANCHOR: prepare
function prepareMainThreadExecution(expandArgv1, initializeModules = true) {
  const mainEntry = patchProcessObject(expandArgv1);
  require('internal/timers').rearm();
  if (getOptionValue('--expose-internals')) {
    require('internal/bootstrap/realm').BuiltinModule.exposed = true;
  }
  runDeserializeCallbacks();
  if (initializeModules) {
    const { preload } = require('internal/modules/cjs/loader');
    preload(getOptionValue('--require'));
    preload(getOptionValue('--import'));
  }
  return mainEntry;
}

function patchProcessObject(expandArgv1) {
  internalBinding('process_methods').patchProcessObject(process);
  const mainEntry = process.argv[1];
  if (expandArgv1 && mainEntry !== undefined) {
    process.argv[1] = require('path').resolve(mainEntry);
  }
  return mainEntry;
}
// ANCHOR_END: prepare

function markBootstrapComplete() {
  internalBinding('performance').markBootstrapComplete();
}

module.exports = { prepareMainThreadExecution, markBootstrapComplete };
