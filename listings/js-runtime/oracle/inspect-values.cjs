// What does console.log make of values that are not objects?
console.log('text', 1, -0, 12n, null, undefined, true, Symbol('s'));
console.log(['text', "it's", 'say "x"', `\`'"`, 'line\nbreak', '\x00\x7f', '\ud800', '\\']);
console.log([-0, 0, 0.1, 3e21, NaN, -Infinity, 12n, Symbol.iterator, undefined, null]);
console.log([new String('s'), new Number(-0), new Boolean(false), Object(1n), Object(Symbol('x'))]);
console.log('%s is %d years, %i, %f, %j %O %% %c.', 'Bob', 42.5, 42.9, '1.5', { a: 1 }, [1], '', 'more');
console.log('%s %s %d %i', null, 5n, '0x10', 'x', '%s');
console.log('100%', 5, '%');
console.log();
