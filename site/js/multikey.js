// Ed25519 public keys as Multikey text: "z" + base58btc(0xed 0x01 + 32 bytes), so it starts with "z6Mk".
// https://www.w3.org/TR/cid-1.0/#Multikey and https://www.w3.org/TR/vc-di-eddsa/#multikey
// @ts-check
import { decodeBase58, encodeBase58 } from './base58btc.js';
import { concat, toHex } from './bytes.js';
import { FormatError } from './errors.js';
import { sha256 } from './sha256.js';

const ED25519_PUB = Uint8Array.of(0xed, 0x01); // the varint of multicodec 0xed

/** @param {string} text @returns {Uint8Array} 32 bytes; whether they are a good key is ed25519.js's question */
export function decodeMultikey(text) {
  if (!text.startsWith('z')) throw new FormatError('a Multikey must start with "z"');
  const bytes = decodeBase58(text.slice(1));
  if (bytes.length !== 34 || bytes[0] !== ED25519_PUB[0] || bytes[1] !== ED25519_PUB[1]) {
    throw new FormatError('not an Ed25519 Multikey');
  }
  return bytes.slice(2);
}

/** @param {Uint8Array} key 32 bytes @returns {string} */
export function encodeMultikey(key) {
  if (key.length !== 32) throw new FormatError('an Ed25519 public key has 32 bytes');
  return 'z' + encodeBase58(concat(ED25519_PUB, key));
}

/**
 * For people to compare: SHA-256 of the 32 key bytes, 64 hex digits in groups of four.
 * @param {string} text a Multikey
 * @returns {string}
 */
export const fingerprint = (text) => (toHex(sha256(decodeMultikey(text))).match(/.{4}/g) ?? []).join(' ');
