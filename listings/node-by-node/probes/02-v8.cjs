// V8
console.log(process.versions.v8.split('.').slice(0, 2).join('.'));
