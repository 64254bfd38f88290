const { spawn } = internalBinding('spawn_sync');

// Output is text, whatever `encoding` says.
function spawnSync(file, args = [], { env, cwd } = {}) {
  return spawn(file, args, env, cwd);
}

module.exports = { spawnSync };
