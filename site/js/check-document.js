// Check 1: the file is a credential that can be read in one way only, and for our own issuers in its one exact form.
// @ts-check
import { equal } from './bytes.js';
import { attempt } from './errors.js';
import { failed, passed, unknown } from './finding.js';
import { canonicalize } from './jcs.js';
import { isForTheWorld } from './objects.js';
import { firstMistake } from './open-badges.js';
import { isToken, nameOf } from './other-formats.js';
import { isObject, MAX_BYTES, parse } from './strict-json.js';

/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

/** @param {Uint8Array} bytes @returns {{credential: JsonObject} | {mistake: Finding}} a credential with a proof, or why it is none */
export function readCredential(bytes) {
  if (bytes.length > MAX_BYTES) return { mistake: failed('too-large') };
  const read = attempt(() => ({ value: parse(bytes) }));
  if (read === null) return { mistake: isToken(bytes) ? unknown('format-unsupported', { format: 'a token (JWT)' }) : failed('not-json') };
  const { value } = read;
  if (!isObject(value)) return { mistake: failed('not-a-credential', { where: '/' }) };
  const format = nameOf(value);
  if (format !== null) return { mistake: unknown('format-unsupported', { format }) };
  const where = firstMistake(value);
  return where === null ? { credential: value } : { mistake: failed('not-a-credential', { where }) };
}

/**
 * A record of ours is exactly its own RFC 8785 bytes, because the log names their hash. Others may write theirs in any way.
 * @param {JsonObject} credential @param {Uint8Array} bytes @param {boolean | null} keepsLog whether its issuer keeps a log of ours
 * @returns {Finding}
 */
export function checkForm(credential, bytes, keepsLog) {
  if (isForTheWorld(credential)) return passed('credential');
  if (equal(bytes, canonicalize(credential))) return passed('canonical');
  if (keepsLog === null) return unknown('form-unknown');
  return keepsLog ? failed('not-canonical') : passed('credential');
}
