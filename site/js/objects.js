// JSON objects beside a record: bounded and strict, or nothing.
// @ts-check
import { attempt } from './errors.js';
import { isObject, parse } from './strict-json.js';

/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

/** As in issuer/verification/objects.py. */
const MAX_SIDE_BYTES = 16 * 1024 * 1024;
/** Members and items of a side document. Sixteen megabytes of "[],[],…" would be ten million of them. */
const MAX_PARTS = 10_000;
/** Some 60,000 entries. */
export const MAX_REGISTER_PARTS = 400_000;
const PARTS = [..."[{,"].map((character) => character.charCodeAt(0));

/** @param {Uint8Array | null} bytes @param {number} [maxParts] @returns {JsonObject | null} null for what is no object that can be read */
export function parseObject(bytes, maxParts = MAX_PARTS) {
  if (bytes === null || countParts(bytes) > maxParts) return null;
  const value = attempt(() => parse(bytes, MAX_SIDE_BYTES));
  return isObject(value) ? value : null;
}

/** @param {Uint8Array} bytes */
function countParts(bytes) {
  let count = 0;
  for (const byte of bytes) if (PARTS.includes(byte)) count++;
  return count;
}

/** @param {JsonObject} document @returns {boolean} whether it has a proof, or a list of them */
export function hasProof({ proof }) {
  return isObject(proof) || (Array.isArray(proof) && proof.length > 0 && proof.every(isObject));
}

/** @param {JsonObject} document for which hasProof holds @returns {JsonObject[]} */
export const proofsOf = ({ proof }) => /** @type {JsonObject[]} */ (Array.isArray(proof) ? proof : [proof]);

/** @param {JsonObject} document @returns {string} the DID that it names as its issuer, plain or inside an object */
export function issuerOf({ issuer }) {
  const found = isObject(issuer) ? issuer.id : issuer;
  return typeof found === 'string' ? found : '';
}

/** Whether a document may be written in any way: an eddsa-rdfc-2022 signature covers the meaning. @param {JsonObject} document */
export const isForTheWorld = (document) => proofsOf(document).some(({ cryptosuite }) => cryptosuite === 'eddsa-rdfc-2022');
