// A script that imports: is the module's body a job?
import('./lib/first.mjs').then(() => console.log('imported'));
setImmediate(() => import('./lib/first.mjs').then(() => console.log('once more')));
console.log('script ends');
