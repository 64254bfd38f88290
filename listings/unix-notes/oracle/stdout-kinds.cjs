// What is process.stdout, by what descriptor 1 refers to?
const { execFileSync, spawnSync } = require('node:child_process');

if (process.argv[2]) {
  const { _handle } = process.stdout;
  const written = _handle ? `through a ${_handle.constructor.name}` : 'with write(2)';
  console.error(`${process.argv[2]}: ${process.stdout.constructor.name}, ${written}`);
} else {
  const itself = (kind) => `'${process.execPath}' '${__filename}' ${kind}`;
  const sh = (line) => execFileSync('sh', ['-c', line]).toString().trim();
  const said = [
    sh(`${itself('file')} 2>&1 >/dev/null`),
    sh(`{ ${itself('pipe')} | true; } 2>&1`),
    String(spawnSync(process.execPath, [__filename, 'socket']).stderr).trim(),
    sh(`script -qec "${itself('terminal')}" /dev/null`),
  ];
  console.log(said.join('\n'));
}
