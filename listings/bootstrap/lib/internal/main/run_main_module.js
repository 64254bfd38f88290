// ANCHOR: run-main
const {
  prepareMainThreadExecution,
  markBootstrapComplete,
} = require('internal/process/pre_execution');

const mainEntry = prepareMainThreadExecution(true);
markBootstrapComplete();
require('internal/modules/cjs/loader').runMain(mainEntry);
// ANCHOR_END: run-main
