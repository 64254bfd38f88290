// Two modules import each other: when is a binding there?
import { b, seeA } from './lib/cycle-b.mjs';
export const a = 'a';
export function hoisted() { return 'hoisted'; }
console.log('a sees', b, seeA());
