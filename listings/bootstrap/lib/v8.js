const { namespace } = require('internal/v8/startup_snapshot');

module.exports = { startupSnapshot: namespace };
