import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';

import * as ed25519 from '../../site/js/ed25519.js';
import { fromHex, vectorsOf } from './vectors.js';

afterEach(() => ed25519.useEngine(null));

for (const engine of ['webcrypto', 'tweetnacl']) {
  for (const vector of vectorsOf('ed25519')) {
    test(`ed25519 with ${engine} ${vector.name}: ${vector.why}`, async () => {
      ed25519.useEngine(engine);
      assert.equal(await ed25519.engine(), engine);
      const inputs = [vector.publicKey, vector.message, vector.signature].map(fromHex);
      assert.equal(await ed25519.verify(...inputs), vector.valid);
    });
  }

  test(`ed25519 with ${engine}: fresh keys of OpenSSL, and flipped bits of a signature`, async () => {
    ed25519.useEngine(engine);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url'));
    for (let length = 0; length < 8; length++) {
      const message = new Uint8Array(randomBytes(length * 37));
      assert.ok(await ed25519.verify(key, message, new Uint8Array(sign(null, message, privateKey))));
    }
    const message = new Uint8Array(randomBytes(20));
    const signature = new Uint8Array(sign(null, message, privateKey));
    for (let bit = 0; bit < 512; bit += 5) {
      const flipped = signature.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      assert.equal(await ed25519.verify(key, message, flipped), false, `bit ${bit}`);
    }
  });
}

test('ed25519: WebCrypto is chosen where it works', async () => {
  assert.equal(await ed25519.engine(), 'webcrypto');
});

test('ed25519: tweetnacl is chosen where WebCrypto has no Ed25519, or is missing', async () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  const { publicKey, message, signature } = vectorsOf('ed25519')[0];
  try {
    const refuse = () => Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'));
    for (const value of [{ subtle: { importKey: refuse } }, {}, undefined]) {
      ed25519.useEngine(null);
      Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
      assert.equal(await ed25519.engine(), 'tweetnacl');
      assert.ok(await ed25519.verify(fromHex(publicKey), fromHex(message), fromHex(signature)));
    }
  } finally {
    Object.defineProperty(globalThis, 'crypto', original);
  }
});

test('ed25519: the 14 small-order encodings are refused by the guard alone', () => {
  const small = vectorsOf('ed25519').filter(({ name }) => name.startsWith('key-small-order-'));
  assert.equal(small.length, 14);
  for (const { publicKey, signature } of small) {
    assert.equal(ed25519.isStrictPoint(fromHex(publicKey)), false);
    assert.equal(ed25519.isStrictSignature(fromHex(signature)), true, 'only the key is at fault');
  }
});

test('tweetnacl is the published file between two marks', () => {
  const vendored = readFileSync(new URL('../../site/js/vendor/tweetnacl.js', import.meta.url), 'utf8');
  const readme = readFileSync(new URL('../../site/js/vendor/README.txt', import.meta.url), 'utf8');
  const [, original] = /begins ----\n(.*)\/\/ ---- 8< ---- nacl-fast\.js ends ----\n/s.exec(vendored);
  assert.ok(readme.includes(createHash('sha256').update(original).digest('hex')));
  assert.equal(globalThis.nacl, undefined, 'it leaves no global');
});
