// Signed notes with Ed25519. https://c2sp.org/signed-note
//
//   This is an example message.
//
//   — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
// @ts-check
import { decodeBase64, encodeBase64 } from './base64.js';
import { concat, equal, fromHex, fromUtf8, toHex, utf8 } from './bytes.js';
import * as ed25519 from './ed25519.js';
import { FormatError } from './errors.js';
import { sha256 } from './sha256.js';

const ED25519 = Uint8Array.of(1);
const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 16; // the number that every verifier must accept

/** @typedef {{name: string, keyId: Uint8Array, value: Uint8Array}} Signature keyId: 4 bytes; value: 64 bytes for Ed25519 */
/** @typedef {{text: string, signatures: Signature[]}} Note text: what is signed, ending in a newline; at least one signature */

/** @param {string} name @returns {boolean} not empty, no Unicode white space, no plus sign */
export const isKeyName = (name) => /^[^\p{White_Space}+]+$/u.test(name);

/** @param {string} name @param {Uint8Array} publicKey 32 bytes @returns {Uint8Array} 4 bytes */
export const keyId = (name, publicKey) => sha256(concat(utf8(`${name}\n`), ED25519, publicKey)).slice(0, 4);

/** @param {string} name @param {Uint8Array} publicKey 32 bytes @returns {string} name+hex id+base64 key, for other tools */
export const verifierKey = (name, publicKey) =>
  `${name}+${toHex(keyId(name, publicKey))}+${encodeBase64(concat(ED25519, publicKey))}`;

/**
 * @param {string} text a verifier key
 * @returns {{name: string, publicKey: Uint8Array}} publicKey: 32 bytes
 */
export function parseVerifierKey(text) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === undefined || !isKeyName(name)) throw new FormatError('not a verifier key');
  const key = decodeBase64(encoded);
  const publicKey = key.slice(1);
  if (key.length !== 33 || key[0] !== ED25519[0] || !equal(fromHex(id), keyId(name, publicKey))) {
    throw new FormatError('not an Ed25519 verifier key');
  }
  return { name, publicKey };
}

/**
 * Reads a note; nothing is verified yet.
 * @param {Uint8Array} bytes
 * @returns {Note}
 */
export function parseNote(bytes) {
  if (bytes.length > MAX_BYTES) throw new FormatError('the note is too large');
  const note = fromUtf8(bytes);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new FormatError('the note has a control character');
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) throw new FormatError('the note has no signatures');
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new FormatError('the note has too many signatures');
  return { text: note.slice(0, blank + 1), signatures: lines.map(parseSignature) };
}

/** @param {string} line without its newline @returns {Signature} */
function parseSignature(line) {
  const [dash, name, encoded, ...more] = line.split(' ');
  if (dash !== '\u2014' || encoded === undefined || more.length > 0 || !isKeyName(name)) {
    throw new FormatError('the note has a malformed signature line');
  }
  const bytes = decodeBase64(encoded);
  if (bytes.length < 5) throw new FormatError('the note has a signature that is too short');
  return { name, keyId: bytes.slice(0, 4), value: bytes.slice(4) };
}

/**
 * Whether the note has a good signature of this key under this name; other lines say nothing.
 * @param {Note} note
 * @param {string} name
 * @param {Uint8Array} publicKey 32 bytes
 * @returns {Promise<boolean>}
 */
export async function verifyNote(note, name, publicKey) {
  const id = keyId(name, publicKey);
  const lines = note.signatures.filter((line) => line.name === name && equal(line.keyId, id));
  const results = await Promise.all(lines.map((line) => ed25519.verify(publicKey, utf8(note.text), line.value)));
  return results.includes(true);
}
