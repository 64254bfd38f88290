// node:ffi
try {
  console.log(!!require('node:ffi'));
} catch (error) {
  console.log(false);
}
