require('node:fs').existsSync('-- begin');
console.log('hi');
