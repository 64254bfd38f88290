const binding = internalBinding('fs');
const path = require('path');

// A directory that is open. `handle` stands for what the host holds.
function Dir(name, handle) {
  this.path = name;
  this.handle = handle;
}

Dir.prototype.readSync = function readSync() {
  const name = binding.readdirHandle(this.handle);
  return name === null ? null : { name };
};

Dir.prototype.closeSync = function closeSync() {
  binding.closedirHandle(this.handle);
};

module.exports = {
  Dir,
  openSync: binding.open,
  closeSync: binding.close,
  fstatSync: (fd) => ({ size: binding.fstatSize(fd) }),
  readFileSync: (name) => binding.readFileUtf8(name),
  writeFileSync: (name, text) => binding.writeFileUtf8(name, text),
  writeSync: (fd, text) => binding.writeString(fd, `${text}`),
  realpathSync: binding.realpath,
  mkdtempSync: binding.mkdtemp,
  existsSync: (name) => binding.internalModuleStat(name) >= 0,
  rmSync(name, { force, recursive } = {}) {
    if (force && binding.internalModuleStat(name) < 0) return;
    binding.rm(name, recursive);
  },
  opendirSync: (name) => new Dir(name, binding.opendir(path.resolve(name))),
};
