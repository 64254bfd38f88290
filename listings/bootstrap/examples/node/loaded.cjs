// What is loaded when the first line of a program runs?
const modules = [];
const bindings = [];
for (const entry of process.moduleLoadList) {
  (entry.startsWith('NativeModule ') ? modules : bindings).push(entry);
}
process._rawDebug(`${modules.length} modules, ${bindings.length} bindings`);
for (const id of ['fs', 'stream', 'url', 'net', 'http', 'internal/modules/esm/loader']) {
  process._rawDebug(`  ${id}: ${modules.includes(`NativeModule ${id}`)}`);
}
