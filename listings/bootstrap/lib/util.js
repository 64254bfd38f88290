const { inspect } = require('internal/util/inspect');

module.exports = { inspect };
