// Data Integrity proofs with the cryptosuite eddsa-jcs-2022. https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022
// What is signed is 64 bytes: SHA-256(canonical proof options) + SHA-256(canonical document), options first.
// @ts-check
import { decodeBase58 } from './base58btc.js';
import { concat } from './bytes.js';
import * as ed25519 from './ed25519.js';
import { attempt, FormatError } from './errors.js';
import { canonicalize, serialize } from './jcs.js';
import { decodeMultikey } from './multikey.js';
import { sha256 } from './sha256.js';
import { isTimestamp } from './timestamp.js';

export const SUITE = 'eddsa-jcs-2022';
const METHOD = /^(did:[^#]*)#(z6Mk.*)$/s;

/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

/**
 * @param {JsonObject} object
 * @param {string} name of the member to leave out
 * @returns {JsonObject}
 */
function without(object, name) {
  /** @type {JsonObject} */
  const rest = Object.assign(Object.create(null), object);
  delete rest[name];
  return rest;
}

/**
 * Sections 3.3.4 and 3.3.5.
 * @param {JsonObject} document with or without its proof
 * @param {JsonObject} proof with or without its proofValue
 * @returns {Uint8Array} 64 bytes
 */
export const hashData = (document, proof) =>
  concat(sha256(canonicalize(without(proof, 'proofValue'))), sha256(canonicalize(without(document, 'proof'))));

/**
 * A verification method of ours: a DID, "#", a Multikey.
 * @param {unknown} text
 * @returns {{did: string, key: string} | null}
 */
function parseMethod(text) {
  const [, did, key] = (typeof text === 'string' && METHOD.exec(text)) || [];
  return did === undefined ? null : { did, key };
}

/**
 * @param {JsonObject} document
 * @param {JsonObject} proof
 * @param {unknown} [name] the verification method as a DID and a Multikey, where the proof's own name does not hold the key
 * @returns {{did: string, key: string, signature: Uint8Array}} key: a Multikey, not yet decoded; signature: 64 bytes
 */
export function parseProof(document, proof, name = proof.verificationMethod) {
  const method = parseMethod(name);
  const isForClaims = proof.type === 'DataIntegrityProof' && proof.proofPurpose === 'assertionMethod';
  const isDated = proof.created === undefined || isTimestamp(proof.created);
  if (method === null || !isForClaims || !isDated || !sameContext(document, proof)) {
    throw new FormatError('the proof lacks something, or has something odd');
  }
  return { ...method, signature: parseSignature(proof.proofValue) };
}

/** Section 3.3.2 step 3: a proof need not repeat the context. @param {JsonObject} document @param {JsonObject} proof */
const sameContext = ({ '@context': context }, { '@context': repeated }) =>
  repeated === undefined || (context !== undefined && serialize(context) === serialize(repeated));

/** @param {unknown} text "z" + base58btc @returns {Uint8Array} 64 bytes */
function parseSignature(text) {
  if (typeof text !== 'string' || !text.startsWith('z')) throw new FormatError('the proof value must start with "z"');
  const signature = decodeBase58(text.slice(1));
  if (signature.length !== 64) throw new FormatError('the proof value must have 64 bytes');
  return signature;
}

/**
 * The outcomes, in the order in which they are looked for; only "signature-good" is good. Whose key it is, is another question.
 * @typedef {'proof-unsupported' | 'proof-malformed' | 'key-weak' | 'signature-wrong' | 'signature-good'} Outcome
 */

/**
 * @param {JsonObject} document
 * @param {JsonObject} [proof] one of its proofs; its only one by default
 * @param {unknown} [name] as in parseProof
 * @returns {Promise<Outcome>}
 */
export async function verifyProof(document, proof = /** @type {JsonObject} */ (document.proof), name = proof.verificationMethod) {
  if (proof.cryptosuite !== SUITE) return 'proof-unsupported';
  const parsed = attempt(() => parseProof(document, proof, name));
  if (parsed === null) return 'proof-malformed';
  const publicKey = attempt(() => decodeMultikey(parsed.key));
  if (publicKey === null || !ed25519.isStrictPoint(publicKey)) return 'key-weak';
  const good = await ed25519.verify(publicKey, hashData(document, proof), parsed.signature);
  return good ? 'signature-good' : 'signature-wrong';
}
