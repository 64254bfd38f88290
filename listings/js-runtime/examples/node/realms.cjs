// Two realms in one engine: an array from the other one is no Array here.
const vm = require('node:vm');
const context = vm.createContext({});
const array = vm.runInContext('[1, 2, 3]', context);
console.log(array instanceof Array, Array.isArray(array), array.length);
const kinds = '[typeof Promise, typeof console, typeof setTimeout]';
console.log(vm.runInContext(kinds, context).join());
