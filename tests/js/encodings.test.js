import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { decodeBase58, encodeBase58 } from '../../site/js/base58btc.js';
import { decodeBase64, decodeBase64Url, encodeBase64 } from '../../site/js/base64.js';
import { concat, equal, fromHex, fromUtf8, toHex, utf8 } from '../../site/js/bytes.js';
import { FormatError } from '../../site/js/errors.js';
import { decodeMultikey, encodeMultikey, fingerprint } from '../../site/js/multikey.js';
import { sha256 } from '../../site/js/sha256.js';
import { isTimestamp, parseTimestamp } from '../../site/js/timestamp.js';
import { vectorsOf } from './vectors.js';

for (const vector of vectorsOf('multikey')) {
  test(`multikey ${vector.name}: ${vector.why}`, () => {
    if (!vector.valid) {
      assert.throws(() => decodeMultikey(vector.multikey), FormatError);
      return;
    }
    assert.equal(toHex(decodeMultikey(vector.multikey)), vector.publicKey);
    assert.equal(encodeMultikey(fromHex(vector.publicKey)), vector.multikey);
  });
}

for (const vector of vectorsOf('timestamp')) {
  test(`timestamp ${vector.name}: ${vector.why}`, () => {
    assert.equal(isTimestamp(vector.text), vector.valid);
    if (vector.valid) assert.equal(parseTimestamp(vector.text), vector.milliseconds);
    else assert.throws(() => parseTimestamp(vector.text), FormatError);
  });
}

test('what is not text is no timestamp', () => {
  for (const value of [undefined, null, 0, [], {}, ['2026-05-30T08:00:00Z']]) assert.equal(isTimestamp(value), false);
});

test('sha256: FIPS 180-4 examples', () => {
  assert.equal(toHex(sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(toHex(sha256(utf8(''))), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(
    toHex(sha256(utf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

test('sha256 agrees with OpenSSL for every length around the block borders', () => {
  for (let length = 0; length < 200; length++) {
    const message = new Uint8Array(randomBytes(length));
    assert.equal(toHex(sha256(message)), createHash('sha256').update(message).digest('hex'));
  }
  const long = new Uint8Array(1_000_003).fill(0x61);
  assert.equal(toHex(sha256(long)), createHash('sha256').update(long).digest('hex'));
});

test('base58: the examples of draft-msporny-base58-03', () => {
  const examples = [
    ['Hello World!', '2NEpo7TZRRrLZSi2U'],
    ['The quick brown fox jumps over the lazy dog.', 'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z'],
  ];
  for (const [text, encoded] of examples) {
    assert.equal(encodeBase58(utf8(text)), encoded);
    assert.equal(fromUtf8(decodeBase58(encoded)), text);
  }
  assert.equal(encodeBase58(fromHex('0000287fb4cd')), '11233QC4');
  assert.equal(toHex(decodeBase58('11233QC4')), '0000287fb4cd');
});

test('base58 and base64: encode, decode, same', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = concat(new Uint8Array(length % 3), new Uint8Array(randomBytes(length)));
    assert.deepEqual(decodeBase58(encodeBase58(bytes)), bytes);
    assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
    assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual(decodeBase64Url(Buffer.from(bytes).toString('base64url')), bytes);
  }
});

test('base58 refuses what is not in the alphabet, and what is too long', () => {
  for (const text of ['0', 'O', 'I', 'l', ' 2', '2\n', 'é', '1'.repeat(129)]) assert.throws(() => decodeBase58(text), FormatError);
});

test('base64 has one spelling', () => {
  for (const text of ['QQ', 'QQ=', 'QR==', 'QUF=', 'QUJ=', 'QQ==\n', ' QQ==', 'Q Q=', '====', '=', 'QQ===', 'Q===', '-_==', 'QQ==QQ==']) {
    assert.throws(() => decodeBase64(text), FormatError, JSON.stringify(text));
  }
  for (const text of ['QR', 'QUJ', 'Q', 'QQ==', '+/', 'QQ ', 'QUJDR']) assert.throws(() => decodeBase64Url(text), FormatError, text);
});

test('hex and UTF-8', () => {
  assert.equal(toHex(fromHex('00fFa0')), '00ffa0');
  for (const text of ['0', 'zz', '0x00', ' 00']) assert.throws(() => fromHex(text), FormatError);
  assert.throws(() => fromUtf8(Uint8Array.of(0xff)), FormatError);
  assert.ok(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf)) === '\ufeff');
  assert.ok(equal(fromHex('0102'), fromHex('0102')));
  assert.ok(!equal(fromHex('0102'), fromHex('0103')));
  assert.ok(!equal(fromHex('0102'), fromHex('010203')));
});

test('a fingerprint is the SHA-256 of the key bytes in groups of four digits', () => {
  const key = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  const digest = createHash('sha256').update(key).digest('hex');
  assert.equal(fingerprint(encodeMultikey(key)).replaceAll(' ', ''), digest);
  assert.match(fingerprint(encodeMultikey(key)), /^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
});
