// did:key for Ed25519: a DID that is a public key and nothing else. https://w3c-ccg.github.io/did-key-spec/
//
//   did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH
// @ts-check
import { FormatError } from './errors.js';
import { decodeMultikey } from './multikey.js';

export const PREFIX = 'did:key:';

/** @param {string} did @returns {string} its Multikey, z6Mk…; a key of another kind is refused */
export function keyOf(did) {
  const text = did.slice(PREFIX.length);
  if (!did.startsWith(PREFIX) || !text.startsWith('z6Mk')) throw new FormatError('not a did:key with an Ed25519 key');
  decodeMultikey(text);
  return text;
}
