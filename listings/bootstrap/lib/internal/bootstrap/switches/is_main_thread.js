// What only the main thread's process has. The streams are made when they are asked
// for: what descriptor 1 is differs from process to process.

const { ObjectDefineProperty } = primordials;

function defineStream(name, fd) {
  let stream;
  ObjectDefineProperty(process, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      stream ??= {
        fd,
        write(text) { internalBinding('fs').writeString(fd, `${text}`); return true; },
      };
      return stream;
    },
  });
}

defineStream('stdout', 1);
defineStream('stderr', 2);
