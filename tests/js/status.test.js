import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { decodeBitstring, isSet } from '../../site/js/bitstring.js';
import { baseUrl, documentUrl, fromBaseUrl } from '../../site/js/did-web.js';
import { FormatError } from '../../site/js/errors.js';
import { vectorsOf } from './vectors.js';

for (const vector of vectorsOf('bitstring')) {
  test(`bitstring ${vector.name}: ${vector.why}`, async () => {
    if (!vector.valid) {
      await assert.rejects(decodeBitstring(vector.encodedList), FormatError);
      return;
    }
    const bits = await decodeBitstring(vector.encodedList);
    assert.equal(8 * bits.length, vector.size);
    const set = [];
    for (let index = 0; index < vector.size; index++) if (isSet(bits, index)) set.push(index);
    assert.deepEqual(set, vector.set);
    for (const index of [-1, vector.size, 0.5, NaN, Infinity, 2 ** 53]) assert.throws(() => isSet(bits, index), FormatError);
  });
}

test('bitstring: 256 MiB of zeros are refused without inflating them', async () => {
  const bomb = gzipSync(Buffer.alloc(2 ** 28), { level: 1 });
  const before = process.memoryUsage().arrayBuffers;
  await assert.rejects(decodeBitstring('u' + bomb.toString('base64url')), FormatError);
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 2 ** 20);
});

for (const vector of vectorsOf('did-web')) {
  test(`did-web ${vector.name}: ${vector.why}`, () => {
    if (!vector.valid) {
      if (vector.baseUrl !== undefined) assert.throws(() => fromBaseUrl(vector.baseUrl), FormatError);
      else for (const read of [baseUrl, documentUrl]) assert.throws(() => read(vector.did), FormatError);
      return;
    }
    assert.equal(fromBaseUrl(vector.baseUrl), vector.did);
    assert.equal(baseUrl(vector.did), vector.canonicalBaseUrl ?? vector.baseUrl);
    assert.equal(documentUrl(vector.did), vector.documentUrl);
    assert.equal(new URL(vector.documentUrl).href, vector.documentUrl);
  });
}
