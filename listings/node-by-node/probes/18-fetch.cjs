// fetch()
console.log(typeof fetch === 'function');
