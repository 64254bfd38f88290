// Four modules, one of which awaits: in which order do their bodies run?
import './lib/first.mjs';
import { awaited } from './lib/awaits.mjs';
import './lib/second.mjs';
console.log('main', awaited);
await null;
console.log('main goes on', typeof import.meta.url, import.meta.filename.slice(-14));
