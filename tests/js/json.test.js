import assert from 'node:assert/strict';
import { test } from 'node:test';

import { utf8 } from '../../site/js/bytes.js';
import { FormatError } from '../../site/js/errors.js';
import { canonicalize, parseCanonical, serialize } from '../../site/js/jcs.js';
import { isObject, parse } from '../../site/js/strict-json.js';
import { fromBase64, fromHex, toText, vectorsOf } from './vectors.js';

for (const vector of vectorsOf('strict-json')) {
  test(`strict-json ${vector.name}: ${vector.why}`, () => {
    const read = () => parse(fromBase64(vector.input));
    if (vector.valid) assert.equal(serialize(read()), vector.canonical);
    else assert.throws(read, FormatError);
  });
}

for (const vector of vectorsOf('jcs')) {
  test(`jcs ${vector.name}: ${vector.why}`, () => {
    const read = () => (vector.ieee754 ? new DataView(fromHex(vector.ieee754).buffer).getFloat64(0) : parse(fromBase64(vector.input)));
    if (!vector.valid) {
      assert.throws(() => canonicalize(read()), FormatError);
      return;
    }
    const bytes = canonicalize(read());
    assert.equal(toText(bytes), vector.canonical);
    if (!vector.ieee754) assert.deepEqual(canonicalize(parse(bytes)), bytes);
  });
}

test('parsed objects have no prototype, so no key of theirs is inherited', () => {
  const value = parse(utf8('{"a":{}}'));
  assert.equal(Object.getPrototypeOf(value), null);
  assert.equal(Object.getPrototypeOf(value.a), null);
  assert.equal(value.toString, undefined);
});

test('__proto__ stays a member and changes no prototype', () => {
  const value = parse(utf8('{"__proto__":{"polluted":true}}'));
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(value.polluted, undefined);
  assert.equal({}.polluted, undefined);
});

test('numbers are the doubles that JSON.parse reads', () => {
  for (const text of ['0', '-1', '1.5e300', '123456789.123456789', '5e-324', '0.1', '9007199254740991']) {
    assert.equal(parse(utf8(text)), JSON.parse(text));
  }
});

test('the bound on bytes is a parameter', () => {
  assert.deepEqual(parse(utf8('[1]'), 3), [1]);
  assert.throws(() => parse(utf8('[1]'), 2), FormatError);
  assert.equal(parse(utf8(`"${'a'.repeat(100_000)}"`), 200_000).length, 100_000);
});

test('only the canonical form is accepted as canonical', () => {
  assert.deepEqual([...Object.keys(parseCanonical(utf8('{"a":1,"b":2}')))], ['a', 'b']);
  for (const text of ['{"b":2,"a":1}', '{"a": 1}', '{"a":1.0}', '{"a":1}\n', '["\\u0061"]', '[1E1]', '[-0]']) {
    assert.throws(() => parseCanonical(utf8(text)), FormatError, text);
  }
});

test('what JSON cannot carry is refused, not dropped', () => {
  for (const value of [undefined, [undefined], { a: undefined }, () => 1, 1n, Symbol('x'), NaN, Infinity, '\ud800', { '\udc00': 1 }]) {
    assert.throws(() => serialize(value), FormatError);
  }
});

test('isObject tells objects from the rest', () => {
  assert.ok(isObject(parse(utf8('{}'))));
  for (const text of ['[]', 'null', '1', '"x"', 'true']) assert.ok(!isObject(parse(utf8(text))));
  assert.ok(!isObject(undefined));
});

test('random values survive encode, decode, encode', () => {
  const random = generator(7);
  for (let i = 0; i < 300; i++) {
    const value = randomJson(random, 4);
    const bytes = canonicalize(value);
    assert.deepEqual(canonicalize(parse(bytes)), bytes);
    assert.deepEqual(JSON.parse(toText(bytes)), value);
  }
});

/** A small repeatable generator of numbers from 0 to 1 (mulberry32). */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomJson(random, depth) {
  const pick = (count) => Math.floor(random() * count);
  const character = () => String.fromCodePoint([pick(128), 0xe000 + pick(100), 0x1f600 + pick(50)][pick(3)]);
  const text = () => Array.from({ length: pick(6) }, character).join('');
  const kinds = [() => null, () => random() < 0.5, () => pick(1e9) - 5e8, () => (random() - 0.5) * 10 ** (pick(35) - 20), text];
  if (depth > 0) {
    kinds.push(() => Array.from({ length: pick(4) }, () => randomJson(random, depth - 1)));
    kinds.push(() => Object.fromEntries(Array.from({ length: pick(4) }, () => [`k${text()}`, randomJson(random, depth - 1)])));
  }
  return kinds[pick(kinds.length)]();
}
