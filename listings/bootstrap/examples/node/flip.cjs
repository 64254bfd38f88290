// Changes one byte of a snapshot, at a hundred places, and starts Node from each; the
// options of this program go to those Nodes.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'flip-'));
const [entry, blob] = ['entry.cjs', 'blob'].map((name) => path.join(dir, name));
fs.writeFileSync(entry, `
  const kept = 'kept';
  require('v8').startupSnapshot.setDeserializeMainFunction(() => console.log(kept));`);
spawnSync(process.execPath, ['--snapshot-blob', blob, '--build-snapshot', entry]);
const whole = fs.readFileSync(blob);
const ends = {};
for (let i = 0; i < 100; i++) {
  const at = Math.floor((whole.length / 100) * i);
  whole[at] ^= 0x5a;
  fs.writeFileSync(blob, whole);
  whole[at] ^= 0x5a;
  const options = { encoding: 'utf8', timeout: 5000 };
  const args = [...process.argv.slice(2), '--snapshot-blob', blob];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, options);
  const end = status === 0 && stdout === 'kept\n' ? 'runs as if nothing were' :
    status === 0 ? 'runs, and prints something else' :
    status === 14 ? 'refused, exit 14' :
    stderr.includes('VerifyChecksum') ? 'stopped by the checksum' :
    signal ? `killed by ${signal}` : `exit ${status}`;
  ends[end] = (ends[end] ?? 0) + 1;
}
for (const end of Object.keys(ends).sort()) console.log(`${ends[end]} of 100: ${end}`);
fs.rmSync(dir, { recursive: true });
