// A blocked loop seen from inside: how late is a timer that should fire every 10 ms?
'use strict';
const { monitorEventLoopDelay } = require('node:perf_hooks');
const app = require('./app.cjs');

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
app.run(() => {
  delay.disable();
  const ms = (ns) => `${(ns / 1e6).toFixed(1)} ms`;
  for (const percent of [50, 90, 99, 100]) {
    console.log(`${String(percent).padStart(3)} %: ${ms(delay.percentile(percent))}`);
  }
  console.log(`${delay.count} samples, longest ${ms(delay.max)}`);
});
