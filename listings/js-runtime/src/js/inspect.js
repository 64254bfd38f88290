// What console.log prints for a value (Node: lib/internal/util/inspect.js). Enough for
// programs that print data; no colors, no options, no proxies.
(function (native, internal) {
  'use strict';

  const WIDTH = 80; // Longer lines are broken.
  const DEPTH = 2; // Objects further inside are only named.
  const MOST = 100; // Elements shown of one array, map or set.

  const quote = (text) => {
    const q = !text.includes("'") ? "'" : !text.includes('"') ? '"'
      : !text.includes('`') && !text.includes('${') ? '`' : "'";
    const named = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' };
    const escape = (c) => named[c] ?? (c === q ? `\\${c}`
      : `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
    // eslint-disable-next-line no-control-regex
    const special = q === "'" ? /[\x00-\x1f\x27\x5c\x7f-\x9f]/g : /[\x00-\x1f\x5c\x7f-\x9f]/g;
    const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
    const escaped = text.replace(special, escape)
      .replace(lone, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
    return q + escaped + q;
  };

  const primitive = (value) => {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (Object.is(value, -0)) return '-0';
    return String(value);
  };

  const isIdentifier = (key) => /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key);
  const isIndex = (key) => /^(0|[1-9]\d*)$/.test(key);
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;
  const typedTag = getter(TypedArray.prototype, Symbol.toStringTag);

  // Does this object have what the method needs? Independent of its prototype.
  const has = (method) => (value) => {
    try { method.call(value); return true; } catch { return false; }
  };
  const isMap = has(getter(Map.prototype, 'size'));
  const isSet = has(getter(Set.prototype, 'size'));
  const isDate = has(Date.prototype.getTime);
  const isBuffer = has(getter(ArrayBuffer.prototype, 'byteLength'));
  const isShared = has(getter(SharedArrayBuffer.prototype, 'byteLength'));
  const isRegExp = (value) => value instanceof RegExp;
  const isPromise = (value) => value instanceof Promise;
  const boxed = (value) => {
    for (const type of [String, Number, Boolean, BigInt, Symbol]) {
      if (has(type.prototype.valueOf)(value)) return [type.name, type.prototype.valueOf.call(value)];
    }
  };

  // The name of the class, `null` for an object without one.
  const className = (value) => {
    for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, 'constructor');
      if (typeof own?.value === 'function' && own.value.name !== '' && value instanceof own.value) {
        return own.value.name;
      }
    }
    return null;
  };

  class Inspector {
    seen = []; // The objects that the current one lies in.
    circular = new Map(); // Those that lie in themselves, numbered.
    indentation = 0;
    depth = 0; // Of the object that was looked at last.

    value(value, depth) {
      if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
        return primitive(value);
      }
      if (this.seen.includes(value)) {
        if (!this.circular.has(value)) this.circular.set(value, this.circular.size + 1);
        return `[Circular *${this.circular.get(value)}]`;
      }
      return this.object(value, depth);
    }

    object(value, depth) {
      const shape = this.shape(value);
      shape.close = shape.array ? ']' : '}';
      const keys = this.keys(value, shape.array);
      if (shape.whole && keys.length === 0) return shape.whole;
      if (shape.size === 0 && keys.length === 0) return this.start(value, shape) + shape.close;
      if (depth > DEPTH) return `[${shape.short}]`;
      const outerIndentation = this.indentation;
      this.seen.push(value);
      this.depth = depth;
      const entries = [
        ...(shape.entries?.(depth + 1) ?? []),
        ...keys.map((key) => this.property(value, key, depth + 1, shape.array)),
      ];
      this.seen.pop();
      this.indentation = outerIndentation;
      if (entries.length === 0) return this.start(value, shape) + shape.close;
      return this.join(entries, this.start(value, shape), depth, shape);
    }

    // What stands before the entries, with the number of a circle that begins here.
    start(value, shape) {
      const ref = this.circular.has(value) ? `<ref *${this.circular.get(value)}>` : '';
      return [ref, shape.prefix, shape.array ? '[' : '{'].filter(Boolean).join(' ');
    }

    // What kind of object this is: `whole` if that says all, unless it has properties;
    // `prefix` before the braces, `entries` inside; `short` if it lies too deep.
    shape(value) {
      const name = className(value);
      const tag = value[Symbol.toStringTag];
      const suffix = typeof tag === 'string' && tag !== '' && tag !== name
        && !Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.enumerable ? ` [${tag}]` : '';
      const named = (kind) => (name ?? `[${kind}: null prototype]`) + suffix;
      const sized = (kind, size) => `${name ?? kind}(${size})${name === null ? ' [null prototype]' : ''}${suffix}`;
      const short = name === null ? `${tagOf(value)}: null prototype` : name + suffix;
      if (Array.isArray(value)) {
        const plain = name === 'Array' && suffix === '';
        return {
          array: true, prefix: plain ? '' : sized('Array', value.length), short: plain ? 'Array' : short,
          entries: (depth) => this.elements(value, depth, true), size: value.length,
        };
      }
      const typed = typedTag.call(value);
      if (typed !== undefined) {
        return {
          array: true, prefix: `${name ?? typed}(${value.length})`, short,
          entries: (depth) => this.elements(value, depth, false), size: value.length,
        };
      }
      if (typeof value === 'function') return this.functionShape(value, name);
      if (isMap(value)) {
        const entries = [...Map.prototype.entries.call(value)];
        return { prefix: sized('Map', entries.length), short, size: entries.length, entries: (depth) => this.some(entries,
          ([key, item]) => `${this.inside(key, depth)} => ${this.inside(item, depth)}`) };
      }
      if (isSet(value)) {
        const items = [...Set.prototype.values.call(value)];
        return { prefix: sized('Set', items.length), short, size: items.length, entries: (depth) => this.some(items,
          (item) => this.inside(item, depth)) };
      }
      if (isRegExp(value)) return this.wholeShape(RegExp.prototype.toString.call(value), short);
      if (isDate(value)) {
        const valid = !Number.isNaN(Date.prototype.getTime.call(value));
        return this.wholeShape(valid ? Date.prototype.toISOString.call(value) : 'Invalid Date', short);
      }
      if (value instanceof Error) return this.errorShape(value, short);
      if (isPromise(value)) {
        const [state, result] = native.promiseState(value);
        return { prefix: named('Promise').replace(' [Promise]', ''), short, entries: (depth) => [
          state === 'pending' ? '<pending>'
            : (state === 'rejected' ? '<rejected> ' : '') + this.inside(result, depth)] };
      }
      if (isBuffer(value) || isShared(value)) {
        const bytes = new Uint8Array(value);
        const hex = [...bytes.subarray(0, 50)].map((byte) => byte.toString(16).padStart(2, '0'));
        const more = bytes.length > 50 ? ` ... ${bytes.length - 50} more byte${bytes.length > 51 ? 's' : ''}` : '';
        return { prefix: name ?? tagOf(value), short, entries: () => [
          `[Uint8Contents]: <${hex.join(' ')}${more}>`, `[byteLength]: ${bytes.length}`] };
      }
      if (value instanceof WeakMap || value instanceof WeakSet) {
        return { prefix: named(name), short, entries: () => ['<items unknown>'] };
      }
      const box = boxed(value);
      if (box) {
        const text = `[${box[0]}${name === box[0] ? '' : ` (${name})`}: ${primitive(box[1])}]`;
        return this.wholeShape(text, short);
      }
      if (tagOf(value) === 'Arguments') {
        return { prefix: '[Arguments]', short: 'Arguments', size: 0 };
      }
      if (tagOf(value).endsWith('Generator')) {
        return { prefix: `Object [${tagOf(value)}]`, short, size: 0 };
      }
      const plain = name === 'Object' && suffix === '';
      return { prefix: plain ? '' : named('Object'), short, size: 0 };
    }

    wholeShape(whole, short) {
      return { whole, prefix: whole, short };
    }

    functionShape(value, name) {
      const source = Function.prototype.toString.call(value);
      if (/^class\b/.test(source)) {
        const parent = Object.getPrototypeOf(value)?.name;
        const whole = `[class ${value.name || '(anonymous)'}${parent ? ` extends ${parent}` : ''}]`;
        return this.wholeShape(whole, whole.slice(1, -1));
      }
      const kind = tagOf(value) === 'Function' ? 'Function' : tagOf(value);
      const whole = `[${kind}${value.name ? `: ${value.name}` : ' (anonymous)'}]${
        name === null ? ' [null prototype]' : ''}`;
      return this.wholeShape(whole, whole.slice(1, -1));
    }

    errorShape(error, short) {
      const { name, message, stack } = error;
      const title = message === '' ? String(name) : `${name}: ${message}`;
      const frames = typeof stack === 'string' ? internal.frames(stack.trimEnd()) : '';
      const pad = ' '.repeat(this.indentation);
      const text = frames ? `${title}\n${frames}` : `[${title}]`;
      const shape = this.wholeShape(text.replaceAll('\n', `\n${pad}`), short);
      if (Object.hasOwn(error, 'cause')) {
        shape.entries = (depth) => [`[cause]: ${this.inside(error.cause, depth)}`];
        shape.whole = undefined;
      }
      if (Array.isArray(error.errors) && error instanceof AggregateError) {
        shape.entries = (depth) => [`[errors]: ${this.inside(error.errors, depth)}`];
        shape.whole = undefined;
      }
      return shape;
    }

    keys(value, isArray) {
      const hasIndices = isArray || value instanceof String;
      const shown = (key) => Object.getOwnPropertyDescriptor(value, key)?.enumerable;
      const hidden = value instanceof Error ? ['stack', 'message', 'cause', 'errors'] : [];
      return Reflect.ownKeys(value).filter((key) => shown(key)
        && !(hasIndices && typeof key === 'string' && isIndex(key)) && !hidden.includes(key));
    }

    inside(value, depth) {
      this.indentation += 2;
      const text = this.value(value, depth);
      this.indentation -= 2;
      return text;
    }

    some(items, show) {
      const shown = items.slice(0, MOST).map(show);
      const more = items.length - MOST;
      if (more > 0) shown.push(`... ${more} more item${more > 1 ? 's' : ''}`);
      return shown;
    }

    elements(array, depth, mayHaveHoles) {
      const shown = [];
      let at = 0;
      while (at < array.length && shown.length < MOST) {
        if (!mayHaveHoles || Object.hasOwn(array, at)) {
          shown.push(this.property(array, at, depth, true));
          at += 1;
        } else {
          const from = at;
          while (at < array.length && !Object.hasOwn(array, at)) at += 1;
          shown.push(`<${at - from} empty item${at - from > 1 ? 's' : ''}>`);
        }
      }
      const more = array.length - at;
      if (more > 0) shown.push(`... ${more} more item${more > 1 ? 's' : ''}`);
      return shown;
    }

    property(object, key, depth, isArray) {
      const own = Object.getOwnPropertyDescriptor(object, key);
      let text;
      if (own.get) text = own.set ? '[Getter/Setter]' : '[Getter]';
      else if (own.set) text = '[Setter]';
      else text = this.inside(own.value, depth);
      if (isArray && typeof key === 'number') return text;
      const name = typeof key === 'symbol' ? String(key) : isIdentifier(key) ? key : quote(key);
      return `${name}: ${text}`;
    }

    // One line if it is short and holds at most three levels, else a line each.
    join(entries, start, depth, shape) {
      const count = entries.length;
      if (shape.array && count > 6) entries = this.columns(entries, shape);
      if (this.depth - depth < 3 && count === entries.length) {
        const length = entries.reduce((sum, entry) => sum + entry.length, 0);
        const total = length + 2 * entries.length + this.indentation + start.length + 10;
        const line = `${start} ${entries.join(', ')} ${shape.close}`;
        if (total <= WIDTH && !line.includes('\n')) return line;
      }
      const pad = `\n${' '.repeat(this.indentation)}`;
      return `${start}${pad}  ${entries.join(`,${pad}  `)}${pad}${shape.close}`;
    }

    // Puts short elements of a long array into columns: numbers to the right.
    columns(entries, shape) {
      const extra = shape.size > MOST ? 1 : 0;
      const elements = Math.min(entries.length - extra, entries.length);
      const widths = entries.slice(0, elements).map((entry) => entry.length + 2);
      const widest = Math.max(...widths);
      const total = widths.reduce((sum, width) => sum + width, 0);
      const isEven = total / widest > 5 || widest <= 8;
      if (!(widest * 3 + this.indentation < WIDTH && isEven)) return entries;
      const bias = Math.sqrt(widest - total / entries.length);
      const cell = Math.max(widest - 3 - bias + 1 - 1, 1);
      const columns = Math.min(Math.round(Math.sqrt(2.5 * cell * elements) / cell),
        Math.floor((WIDTH - this.indentation) / widest), 12, 15);
      if (columns <= 1) return entries;
      const max = [];
      for (let i = 0; i < columns; i += 1) {
        max.push(Math.max(...widths.filter((_, at) => at % columns === i)));
      }
      const isNumeric = entries.slice(0, elements).every((entry) => /^-?[\d.e+]+n?$/.test(entry));
      const lines = [];
      for (let at = 0; at < elements; at += columns) {
        const row = entries.slice(at, Math.min(at + columns, elements));
        const cells = row.map((entry, i) => {
          const isLast = i === row.length - 1;
          const text = isLast ? entry : `${entry}, `;
          if (isNumeric) return text.padStart(isLast ? max[i] - 2 : max[i]);
          return isLast ? text : text.padEnd(max[i]);
        });
        lines.push(cells.join(''));
      }
      return lines.concat(entries.slice(elements));
    }
  }

  const inspect = (value) => new Inspector().value(value, 0);

  // console.log's own: the first argument may be a format.
  const format = (first, ...rest) => {
    const conversions = {
      s: (v) => typeof v === 'string' ? v
        : typeof v === 'object' && v !== null && !(v instanceof Error) ? inspect(v) : typeof v === 'bigint' || Object.is(v, -0) ? primitive(v) : String(v),
      d: (v) => typeof v === 'bigint' ? `${v}n` : typeof v === 'symbol' || typeof v === 'object' ? 'NaN' : primitive(Number(v)),
      i: (v) => typeof v === 'bigint' ? `${v}n` : typeof v === 'symbol' || typeof v === 'object' ? 'NaN' : primitive(Number.parseInt(v, 10)),
      f: (v) => typeof v === 'symbol' ? 'NaN' : primitive(Number.parseFloat(v)),
      j: (v) => JSON.stringify(v),
      o: inspect,
      O: inspect,
      c: () => '',
    };
    let text = first;
    if (typeof first === 'string' && rest.length > 0) {
      text = first.replace(/%([sdifjoOc%])/g, (whole, kind) => {
        if (kind === '%') return '%';
        return rest.length > 0 ? conversions[kind](rest.shift()) : whole;
      });
    }
    const show = (value) => typeof value === 'string' ? value : inspect(value);
    return [text, ...rest].map(show).join(' ');
  };

  let group = '';
  const print = (descriptor) => (...args) => {
    const text = args.length === 0 ? '' : format(...args);
    native.write(descriptor, `${group}${text.replaceAll('\n', `\n${group}`)}\n`.toWellFormed());
  };
  const [log, error] = [print(1), print(2)];
  const counts = new Map();
  globalThis.console = {
    log, info: log, debug: log, error, warn: error,
    dir: (value) => log(inspect(value)),
    trace: (...args) => error(`Trace: ${format(...args)}\n${new Error().stack.trimEnd()}`),
    assert: (ok, ...args) => {
      if (!ok) error(args.length ? `Assertion failed: ${format(...args)}` : 'Assertion failed');
    },
    count: (label = 'default') => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      log(`${label}: ${counts.get(label)}`);
    },
    group: (...args) => { if (args.length) log(...args); group += '  '; },
    groupEnd: () => { group = group.slice(2); },
  };
  internal.frames = (stack) => stack; // Until js/modules.js knows better.
  internal.inspect = inspect;
  globalThis.global = globalThis;
  // Without a prototype: nobody means `toString` by a name that is not here.
  internal.builtins = { __proto__: null, util: { inspect, format }, console: globalThis.console };
})
