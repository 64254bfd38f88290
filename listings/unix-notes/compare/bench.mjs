// One job of the comparison, for Node: prints one number.
// The same work in Rust: examples/unix-notes-compare.rs.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SIGNALS = 20_000;
const PROCESSES = 200;

const [job, variant, size] = process.argv.slice(2);
const chunk = Number(size ?? variant);

const times = (chunk) => Math.min(Math.max(Math.floor(256 * 1024 * 1024 / chunk), 1), 200_000);

const jobs = {
  // Starts a writer whose stdout is a pipe that `cat` reads.
  pipe(done) {
    const script = '"$0" "$@" | cat > /dev/null';
    const writer = [process.execPath, fileURLToPath(import.meta.url), `write-${variant}`, size];
    const { stderr } = spawnSync('sh', ['-c', script, ...writer]);
    done(Number(String(stderr)));
  },

  'write-stream'(done) {
    const bytes = Buffer.alloc(chunk, 'x');
    let left = times(chunk);
    const start = performance.now();
    (function more() {
      while (left > 0) {
        left -= 1;
        if (!process.stdout.write(bytes) && left > 0) {
          process.stdout.once('drain', more);
          return;
        }
      }
      process.stdout.write('', () => done(rate(start)));
    })();
  },

  'write-sync'(done) {
    const bytes = Buffer.alloc(chunk, 'x');
    const start = performance.now();
    for (let i = 0; i < times(chunk); i++) {
      for (let at = 0; at < chunk;) at += writeSync(1, bytes, at);
    }
    done(rate(start));
  },

  signal(done) {
    let left = SIGNALS;
    const start = performance.now();
    const keep = setInterval(() => {}, 1e6); // a listener keeps nothing alive
    process.on('SIGUSR2', () => {
      if (--left > 0) return process.kill(process.pid, 'SIGUSR2');
      clearInterval(keep);
      done((performance.now() - start) * 1e6 / SIGNALS);
    });
    process.kill(process.pid, 'SIGUSR2');
  },

  spawn(done) {
    const start = performance.now();
    for (let i = 0; i < PROCESSES; i++) execFileSync('true', { stdio: 'inherit' });
    done((performance.now() - start) * 1e3 / PROCESSES);
  },
};

function rate(start) {
  return chunk * times(chunk) / 1e6 / ((performance.now() - start) / 1e3);
}

if (!jobs[job]) {
  console.error(`\`${job}\` is no job`);
  process.exit(2);
}
const print = job.startsWith('write') ? console.error : console.log;
jobs[job]((number) => print(number.toFixed(2)));
