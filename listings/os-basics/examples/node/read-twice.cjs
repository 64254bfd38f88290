// Reads a file twice. The calls that fail are marks: they stand in a trace.
const fs = require('node:fs');
const mark = (text) => fs.existsSync(`-- ${text}`);

mark('begin');
fs.readFileSync('Cargo.toml');
mark('readFile');
fs.readFile('Cargo.toml', () => mark('end'));
mark('next line');
