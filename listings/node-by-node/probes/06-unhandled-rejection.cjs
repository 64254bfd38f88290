// unhandled rejection exit
const { spawnSync } = require('child_process');
const code = 'Promise.reject(new Error("x")); setTimeout(() => {}, 10)';
console.log(spawnSync(process.execPath, ['-e', code]).status);
