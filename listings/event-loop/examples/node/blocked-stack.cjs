// A blocked loop seen by its stack: a worker attaches a debugger to the main thread,
// interrupts it when heartbeats stay out, and reads who is running.
'use strict';
const { Session } = require('node:inspector');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

if (isMainThread) {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const watchdog = new Worker(__filename, { workerData: beats });
  watchdog.once('message', () => {
    const heart = setInterval(() => Atomics.add(beats, 0, 1), 20);
    require('./app.cjs').run(() => {
      clearInterval(heart);
      watchdog.terminate();
    });
  });
} else {
  const { writeSync } = require('node:fs');
  const session = new Session();
  session.connectToMainThread();
  const files = new Map();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
    files.set(scriptId, url.split('/').at(-1));
  });
  session.on('Debugger.paused', ({ params: { callFrames } }) => {
    writeSync(1, 'the loop is blocked in\n');
    for (const { functionName, location } of callFrames) {
      const line = `${files.get(location.scriptId)}:${location.lineNumber + 1}`;
      writeSync(1, `  ${functionName || '(anonymous)'} ${line}\n`);
    }
    session.post('Debugger.resume');
  });
  session.post('Debugger.enable', () => parentPort.postMessage('attached'));
  let seen = 0;
  setInterval(() => {
    const beats = workerData[0];
    if (beats > 0 && beats === seen) session.post('Debugger.pause');
    seen = beats;
  }, 150);
}
