// A file is read: which error has which code, and when is the callback called?
const fs = require('node:fs');
fs.readFile(__filename, 'utf8', (error, text) => {
  console.log(error, text.slice(0, 9));
  process.nextTick(() => console.log('tick'));
  fs.stat('/no/such/file', (error) => {
    console.log(error.code, error.syscall, error.path, error.message);
    fs.promises.readFile('/no/such/file').catch((error) => console.log(error.message));
  });
});
try {
  fs.readFile(__filename);
} catch (e) {
  console.log(e.name, e.code);
}
console.log('asked');
