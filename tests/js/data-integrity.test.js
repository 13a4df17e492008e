import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { toHex } from '../../site/js/bytes.js';
import { hashData, parseProof, verifyProof } from '../../site/js/data-integrity.js';
import { useEngine } from '../../site/js/ed25519.js';
import { serialize } from '../../site/js/jcs.js';
import { decodeMultikey } from '../../site/js/multikey.js';
import { sha256 } from '../../site/js/sha256.js';
import { vectorsOf } from './vectors.js';

afterEach(() => useEngine(null));

const utf8 = (text) => new TextEncoder().encode(text);

for (const engine of ['webcrypto', 'tweetnacl']) {
  for (const vector of vectorsOf('eddsa-jcs-2022')) {
    test(`eddsa-jcs-2022 with ${engine} ${vector.name}: ${vector.why}`, async () => {
      useEngine(engine);
      const outcome = await verifyProof(vector.document);
      assert.equal(outcome, vector.outcome);
      assert.equal(outcome === 'signature-good', vector.valid);
      if (vector.hashData) assert.equal(toHex(hashData(vector.document, vector.document.proof)), vector.hashData);
    });
  }
}

test('eddsa-jcs-2022: every intermediate value of the W3C example', () => {
  const vector = vectorsOf('eddsa-jcs-2022')[0];
  const { proof, ...document } = vector.document;
  const { proofValue, ...options } = proof;
  assert.equal(serialize(document), vector.canonicalDocument);
  assert.equal(serialize(options), vector.canonicalProof);
  assert.equal(toHex(sha256(utf8(vector.canonicalDocument))), vector.documentHash);
  assert.equal(toHex(sha256(utf8(vector.canonicalProof))), vector.proofHash);
  const parsed = parseProof(document, proof);
  assert.equal(toHex(parsed.signature), vector.signature);
  assert.equal(parsed.key, vector.multikey);
  assert.equal(decodeMultikey(parsed.key).length, 32);
  assert.ok(proofValue.startsWith('z'));
});

test('eddsa-jcs-2022: hashing changes nothing in the document', () => {
  const { document } = vectorsOf('eddsa-jcs-2022')[0];
  const before = JSON.stringify(document);
  hashData(document, document.proof);
  assert.equal(JSON.stringify(document), before);
});
