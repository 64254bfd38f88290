const {
  prepareMainThreadExecution,
  markBootstrapComplete,
} = require('internal/process/pre_execution');
const { getOptionValue } = require('internal/options');

prepareMainThreadExecution(false);
markBootstrapComplete();
require('internal/modules/cjs/loader').evalScript('[eval]', getOptionValue('--eval'));
