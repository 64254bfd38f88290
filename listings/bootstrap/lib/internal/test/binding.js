// Only with --expose-internals.
module.exports = { internalBinding };
