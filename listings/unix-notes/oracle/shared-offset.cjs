// A parent and a child write to one file. What does the file hold?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'oracle-'));
const file = path.join(folder, 'file');

function both(what, parents, childs) {
  fs.writeSync(parents, 'parent 1\n');
  spawnSync('echo', ['child'], { stdio: ['ignore', childs, 'inherit'] });
  fs.writeSync(parents, 'parent 2\n');
  console.log(`${what}: ${JSON.stringify(fs.readFileSync(file, 'utf8'))}`);
  fs.truncateSync(file);
}

const one = fs.openSync(file, 'w');
both('one open(), inherited', one, one);
both('two open()', fs.openSync(file, 'w'), fs.openSync(file, 'r+'));
both('two open(), append', fs.openSync(file, 'a'), fs.openSync(file, 'a'));
fs.rmSync(folder, { recursive: true });
