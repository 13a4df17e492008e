import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';

import { useEngine } from '../../site/js/ed25519.js';
import { serialize } from '../../site/js/jcs.js';
import { CHECKS, verify } from '../../site/js/verification.js';
import { fromBase64, toText, verificationVectors } from './vectors.js';

afterEach(() => useEngine(null));

const SENTENCES = JSON.parse(readFileSync(new URL('../../issuer/verification.json', import.meta.url), 'utf8'));
const FILES = ['record', 'did', 'keys', 'revocation', 'register', 'proof'];
const VECTORS = verificationVectors();

function readEvidence({ evidence }) {
  const files = FILES.map((name) => [name, typeof evidence[name] === 'string' ? fromBase64(evidence[name]) : null]);
  return { ...Object.fromEntries(files), expected: evidence.expected ?? null, now: new Date(evidence.now) };
}

const summary = (checks) => Object.fromEntries(checks.map(({ name, result, code }) => [name, [result, code]]));

for (const engine of ['webcrypto', 'tweetnacl']) {
  for (const vector of VECTORS) {
    test(`verification with ${engine} ${vector.name}: ${vector.why}`, async () => {
      useEngine(engine);
      const { verdict, checks } = await verify(readEvidence(vector));
      assert.deepEqual(summary(checks), vector.checks);
      assert.equal(verdict, vector.verdict);
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

test('verification: every single-bit flip of a record is refused, nearly always by its form or its signature alone', async () => {
  const evidence = good();
  assert.equal((await verify(evidence)).verdict, 'valid');
  const alone = { ...evidence, did: null, keys: null, revocation: null, register: null, proof: null };
  for (let bit = 0; bit < 8 * evidence.record.length; bit++) {
    const record = evidence.record.slice();
    record[bit >> 3] ^= 1 << (bit & 7);
    let { verdict, checks } = await verify({ ...alone, record });
    if (checks[1].code === 'proof-unsupported') ({ verdict } = await verify({ ...evidence, record })); // the log tells
    assert.equal(verdict, 'not valid', `bit ${bit}`);
  }
});

for (const name of FILES.slice(1)) {
  test(`verification: no single-byte change of ${name} throws or makes a better verdict`, async () => {
    const revoked = readEvidence(VECTORS.find((vector) => vector.name === 'revoked'));
    for (let at = 0; at < revoked[name].length; at += 3) {
      const changed = revoked[name].slice();
      changed[at] ^= 1 + (at % 127);
      assert.notEqual((await verify({ ...revoked, [name]: changed })).verdict, 'valid', `byte ${at}`);
    }
  });

  test(`verification: without ${name} it never gets better`, async () => {
    const { verdict } = await verify({ ...good(), [name]: null });
    assert.equal(verdict, name === 'register' ? 'valid' : 'cannot tell');
  });
}

test('verification: odd values anywhere in the evidence never throw and never make a certificate valid that was not', async () => {
  const odd = [null, true, 0, -1, 1.5, '', 'x', [], {}, [[]], [{}], { id: {} }];
  const evidence = good();
  for (const name of FILES.filter((file) => file !== 'proof')) {
    const document = JSON.parse(toText(evidence[name]));
    for (const path of pathsOf(document)) {
      for (const value of odd) {
        if (serialize(at(document, path)) === serialize(value)) continue;
        const bytes = new TextEncoder().encode(serialize(replaced(document, path, value)));
        const { verdict, checks } = await verify({ ...evidence, [name]: bytes });
        assert.equal(checks.length, 7);
        checks.forEach(assertSentence);
        if (name === 'record') assert.equal(verdict, 'not valid', `${path.join('/')} = ${JSON.stringify(value)}`);
      }
    }
  }
});

test('verification: files that are no JSON objects never throw', async () => {
  for (const name of FILES.slice(1)) {
    for (const text of ['', 'null', '[]', '0', '"x"', '{}', '{"keys":[null,{}]}', '\u0000', '['.repeat(40)]) {
      const { verdict } = await verify({ ...good(), [name]: new TextEncoder().encode(text) });
      assert.equal(verdict === 'valid', name === 'register', `${name}: ${text}`);
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
