import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';

import { useEngine } from '../../site/js/ed25519.js';
import { serialize } from '../../site/js/jcs.js';
import { CHECKS, verify } from '../../site/js/verification.js';
import { fromBase64, toText, verificationVectors } from './vectors.js';

afterEach(() => useEngine(null));

const SENTENCES = JSON.parse(readFileSync(new URL('../../issuer/verification.json', import.meta.url), 'utf8'));
const FILES = ['record', 'beside', 'did', 'keys', 'register', 'checkpoint', 'proof'];
const VECTORS = verificationVectors().filter(({ only }) => only !== 'python');

const bytesOf = (text) => (typeof text === 'string' ? fromBase64(text) : null);

function readEvidence({ evidence }) {
  const files = FILES.map((name) => [name, bytesOf(evidence[name])]);
  const lists = new Map(Object.entries(evidence.lists).map(([url, text]) => [url, fromBase64(text)]));
  return { ...Object.fromEntries(files), lists, expected: evidence.expected ?? null, now: new Date(evidence.now) };
}

const summary = (checks) => Object.fromEntries(checks.map(({ name, result, code }) => [name, [result, code]]));

for (const engine of ['webcrypto', 'tweetnacl']) {
  for (const vector of VECTORS) {
    test(`verification with ${engine} ${vector.name}: ${vector.why}`, async () => {
      useEngine(engine);
      const { verdict, checks } = await verify(readEvidence(vector));
      const expected = vector.javascript ?? vector;
      assert.deepEqual(summary(checks), expected.checks);
      assert.equal(verdict, expected.verdict);
      checks.forEach(assertSentence);
    });
  }
}

/** A check has its number, its name, and a sentence of which every placeholder has a text. */
function assertSentence({ name, number, code, detail }) {
  assert.equal(CHECKS[number - 1], name);
  const sentence = SENTENCES[name].codes[code];
  assert.ok(sentence, `verification.json has no ${name}/${code}`);
  for (const [, placeholder] of `${sentence.message} ${sentence.hint}`.matchAll(/\{(\w+)\}/g)) {
    assert.equal(typeof detail[placeholder], 'string', `${name}/${code} needs {${placeholder}}`);
  }
}

const good = () => readEvidence(VECTORS.find(({ name }) => name === 'good'));

test('verification: every code of the vectors has a sentence, and there are all three verdicts', () => {
  assert.deepEqual(Object.keys(SENTENCES), [...CHECKS]);
  assert.deepEqual(new Set(VECTORS.map(({ verdict }) => verdict)), new Set(['valid', 'not valid', 'cannot tell']));
});

test('verification: a flipped bit in any byte of a record is refused', async () => {
  const evidence = good();
  for (let at = 0; at < evidence.record.length; at++) {
    const record = evidence.record.slice();
    record[at] ^= 1 << (at & 7);
    assert.equal((await verify({ ...evidence, record })).verdict, 'not valid', `byte ${at}`);
  }
});

/** The evidence with one side file changed. @param name of the file, or the address of a list */
const withSide = (evidence, name, bytes) =>
  FILES.includes(name) ? { ...evidence, [name]: bytes } : { ...evidence, lists: new Map(evidence.lists).set(name, bytes) };

const sideOf = (evidence, name) => (FILES.includes(name) ? evidence[name] : evidence.lists.get(name));

const SIDES = ['did', 'keys', 'proof', 'checkpoint', 'register', ...good().lists.keys()];

/** A certificate that is revoked, and the checkpoint of its site. */
function revoked() {
  const read = (name) => readEvidence(VECTORS.find((vector) => vector.name === name));
  return { ...read('revoked'), checkpoint: read('newest-same').checkpoint };
}

for (const name of SIDES) {
  test(`verification: no single-byte change of ${name} throws or makes a better verdict`, async () => {
    const evidence = revoked();
    const bytes = sideOf(evidence, name);
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = bytes.slice();
      changed[at] ^= 1 + (at % 127);
      assert.notEqual((await verify(withSide(evidence, name, changed))).verdict, 'valid', `byte ${at}`);
    }
  });

  test(`verification: without ${name} it never gets better`, async () => {
    const evidence = { ...good(), lists: new Map(good().lists) };
    if (FILES.includes(name)) evidence[name] = null;
    else evidence.lists.delete(name);
    assert.equal((await verify(evidence)).verdict, ['register', 'checkpoint'].includes(name) ? 'valid' : 'cannot tell');
  });

  test(`verification: what is no JSON object in the place of ${name} never throws`, async () => {
    for (const text of ['', 'null', '[]', '0', '"x"', '{}', '{"keys":[null,{}]}', '\u0000', '['.repeat(40)]) {
      const { verdict } = await verify(withSide(good(), name, new TextEncoder().encode(text)));
      assert.equal(verdict === 'valid', name === 'register', text);
    }
  });
}

test('verification: files of ten megabytes and deep files end in a verdict soon', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const texts = [deep, `{"a":"${'x'.repeat(1e7)}"}`, `[${'[],'.repeat(3e6)}[]]`, ' '.repeat(1e7)].map((text) => new TextEncoder().encode(text));
  for (const name of ['record', ...SIDES]) {
    for (const bytes of texts) {
      const started = process.cpuUsage().user;
      const { verdict, checks } = await verify(withSide(good(), name, bytes));
      assert.ok(process.cpuUsage().user - started < 1e6, name);
      checks.forEach(assertSentence);
      assert.equal(verdict === 'valid', name === 'register', name);
    }
  }
});

test('verification: odd values anywhere in the evidence never throw and never make a certificate valid that was not', async () => {
  const odd = [null, true, 0, -1, 1.5, '', 'x', [], {}, [[]], [{}], { id: {} }];
  const evidence = good();
  for (const name of ['record', ...SIDES.filter((side) => side !== 'proof' && side !== 'checkpoint')]) {
    const document = JSON.parse(toText(sideOf(evidence, name)));
    for (const path of pathsOf(document)) {
      for (const value of odd) {
        if (serialize(at(document, path)) === serialize(value)) continue;
        const bytes = new TextEncoder().encode(serialize(replaced(document, path, value)));
        const { verdict, checks } = await verify(withSide(evidence, name, bytes));
        assert.equal(checks.length, 7);
        checks.forEach(assertSentence);
        if (name === 'record') assert.equal(verdict, 'not valid', `${path.join('/')} = ${JSON.stringify(value)}`);
      }
    }
  }
});

test('verification: a browser that cannot inflate cannot tell', async () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'DecompressionStream');
  try {
    Object.defineProperty(globalThis, 'DecompressionStream', { value: undefined, configurable: true });
    const { verdict, checks } = await verify(good());
    assert.equal(verdict, 'cannot tell');
    assert.deepEqual([checks[4].result, checks[4].code], ['unknown', 'list-unverified']);
  } finally {
    Object.defineProperty(globalThis, 'DecompressionStream', original);
  }
});

/** The paths to every member and item of a JSON value, the value itself included. */
function pathsOf(value, path = []) {
  const isContainer = typeof value === 'object' && value !== null;
  return [path, ...(isContainer ? Object.keys(value).flatMap((key) => pathsOf(value[key], [...path, key])) : [])];
}

const at = (document, path) => path.reduce((value, key) => value[key], document);

function replaced(document, [key, ...rest], value) {
  if (key === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...document };
  copy[key] = replaced(document[key], rest, value);
  return copy;
}
