// Never kept: the options belong to the process, and a kept value would be the one of
// whoever built the snapshot.

const { getOptionValue } = internalBinding('options');

module.exports = { getOptionValue };
