// node:sqlite
try {
  console.log(!!require('node:sqlite'));
} catch (error) {
  console.log(false);
}
