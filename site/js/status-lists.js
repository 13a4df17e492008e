// Status lists and the status register of an issuer, as published: signed by the issuer, or not believed.
// @ts-check
import { decodeBitstring } from './bitstring.js';
import { equal } from './bytes.js';
import { checkSignature } from './check-signature.js';
import { SUITE } from './data-integrity.js';
import { FormatError } from './errors.js';
import { failed, shown, unknown } from './finding.js';
import { maySignNow } from './issuer-keys.js';
import { canonicalize } from './jcs.js';
import { hasProof, issuerOf, MAX_REGISTER_PARTS, parseObject } from './objects.js';
import { isObject } from './strict-json.js';
import { isTimestamp, parseTimestamp } from './timestamp.js';

/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./issuer-keys.js').IssuerKeys} IssuerKeys */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */
/** @typedef {import('./strict-json.js').Json} Json */

/** since, until: milliseconds; validUntil: as the list writes it, or empty @typedef {{purpose: string, bits: Uint8Array, since: number, until: number, validUntil: string}} StatusList */

/**
 * @param {Uint8Array} bytes
 * @param {string} url where the list must be from
 * @param {IssuerKeys} keys
 * @returns {Promise<StatusList | Finding>} the list, or why it does not count
 */
export async function readList(bytes, url, keys) {
  const document = parseObject(bytes);
  if (document === null || !hasProof(document)) return unknown('list-missing');
  const isFromUrl = document.id === undefined ? !keys.keepsLog : document.id === url;
  if (!isFromUrl || issuerOf(document) !== keys.did) {
    return keys.keepsLog ? failed('list-of-another') : unknown('list-unsupported', { why: shown(issuerOf(document)) });
  }
  return (await objectionTo(document, bytes, keys)) ?? readBits(document, keys);
}

/** @param {JsonObject} document @param {IssuerKeys} keys @returns {Promise<StatusList | Finding>} */
async function readBits(document, { keepsLog }) {
  const { credentialSubject: subject, validFrom, validUntil } = document;
  const isDated = [validFrom, validUntil].every((time) => isTimestamp(time) || (time === undefined && !keepsLog));
  if (!isA(document, 'BitstringStatusListCredential') || !isDated || !isObject(subject) || typeof subject.statusPurpose !== 'string' || typeof subject.encodedList !== 'string') return failed('list-broken');
  try {
    const bits = await decodeBitstring(subject.encodedList);
    const since = typeof validFrom === 'string' ? parseTimestamp(validFrom) : -Infinity;
    const until = typeof validUntil === 'string' ? parseTimestamp(validUntil) : Infinity;
    return { purpose: subject.statusPurpose, bits, since, until, validUntil: String(validUntil ?? '') };
  } catch (error) {
    if (error instanceof FormatError) return failed('list-broken');
    throw error;
  }
}

/**
 * @param {Uint8Array | null} bytes
 * @param {string} url where the register must be from
 * @param {IssuerKeys} keys
 * @returns {Promise<JsonObject[]>} its entries; none if it is not this issuer's or not signed
 */
export async function readRegister(bytes, url, keys) {
  const document = parseObject(bytes, MAX_REGISTER_PARTS);
  if (bytes === null || document === null || !hasProof(document)) return [];
  if (document.id !== url || issuerOf(document) !== keys.did || !keys.keepsLog) return [];
  if (!isA(document, 'StatusRegister') || (await objectionTo(document, bytes, keys)) !== null) return [];
  const { credentialSubject: subject } = document;
  return isObject(subject) && Array.isArray(subject.entries) ? subject.entries.filter(isObject) : [];
}

/** Something else that the issuer signed is no list, whatever is in it. @param {JsonObject} document @param {string} kind */
const isA = ({ type }, kind) => Array.isArray(type) && type.includes(kind);

/**
 * Why a document is not believed to be this issuer's. Our own issuers sign one jcs proof on canonical bytes.
 * @param {JsonObject} document @param {Uint8Array} bytes @param {IssuerKeys} keys @returns {Promise<Finding | null>}
 */
async function objectionTo(document, bytes, keys) {
  const { proof } = document;
  const isOurs = isObject(proof) && proof.cryptosuite === SUITE && equal(bytes, canonicalize(document));
  if (keys.keepsLog && !isOurs) return failed('list-forged');
  const { found, signer } = await checkSignature(document, keys.document);
  if (found.result === 'unknown') return unknown('list-unsupported', { why: found.detail.suite ?? '' });
  return found.result === 'pass' && maySignNow(keys, signer) ? null : failed('list-forged');
}
