// libuv
console.log(process.versions.uv);
