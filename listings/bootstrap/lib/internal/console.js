const { formatWithOptions } = require('internal/util/inspect');
const { writeString } = internalBinding('fs');

module.exports = {
  log(...args) { writeString(1, `${formatWithOptions(args)}\n`); },
  info(...args) { writeString(1, `${formatWithOptions(args)}\n`); },
  error(...args) { writeString(2, `${formatWithOptions(args)}\n`); },
  warn(...args) { writeString(2, `${formatWithOptions(args)}\n`); },
};
