const { Error, ObjectDefineProperty } = primordials;

// An Error with a code that programs can rely on.
function codedError(code, message) {
  const error = new Error(message);
  ObjectDefineProperty(error, 'code', {
    __proto__: null, value: code, enumerable: true, writable: true, configurable: true,
  });
  return error;
}

module.exports = { codedError };
