// Reading a DID document: which Ed25519 keys it gives for assertions. https://www.w3.org/TR/did-core/ sections 5.2 and 5.3
// @ts-check
import { isObject } from './strict-json.js';

/** @typedef {import('./strict-json.js').JsonObject} JsonObject */
/** @typedef {import('./strict-json.js').Json} Json */

/**
 * @typedef {object} DidDocument
 * @property {string} id the DID
 * @property {Map<string, string>} methods verification method → Multikey, not yet decoded, of those that the DID itself controls
 * @property {Set<string>} asserting those of them that may sign claims
 * @property {Set<string>} unreadable methods with a key of another kind
 * @property {boolean} hasLog whether it names a log
 */

const TYPES = ['Multikey', 'Ed25519VerificationKey2020'];
const LOG_SERVICE = 'TransparencyLog';

/** @param {JsonObject} document @returns {DidDocument} what is malformed in it is left out, so that it counts for nothing */
export function readDidDocument(document) {
  const id = typeof document.id === 'string' ? document.id : '';
  const assertions = itemsOf(document.assertionMethod);
  /** @type {Map<string, string>} */
  const methods = new Map();
  /** @type {Set<string>} */
  const unreadable = new Set();
  for (const item of [...itemsOf(document.verificationMethod), ...assertions]) {
    if (!isObject(item) || item.controller !== id) continue;
    const [name, key] = [absolute(id, item.id), item.publicKeyMultibase];
    if (typeof key !== 'string' || !key.startsWith('z6Mk') || !TYPES.some((type) => type === item.type)) unreadable.add(name);
    else if (!methods.has(name)) methods.set(name, key);
  }
  const named = assertions.map((item) => absolute(id, isObject(item) ? item.id : item));
  for (const name of methods.keys()) unreadable.delete(name);
  const hasLog = itemsOf(document.service).some((item) => isObject(item) && item.type === LOG_SERVICE);
  return { id, methods, asserting: new Set(named.filter((name) => methods.has(name))), unreadable, hasLog };
}

/** What a did:key says of itself: its one key. @param {string} did @param {string} key z6Mk… @returns {DidDocument} */
export function documentOfKey(did, key) {
  const method = `${did}#${key}`;
  return { id: did, methods: new Map([[method, key]]), asserting: new Set([method]), unreadable: new Set(), hasLog: false };
}

/** A method's whole name; DID Core section 3.2.2 lets a document leave the DID out. @param {string} did @param {Json | undefined} name */
const absolute = (did, name) => (typeof name !== 'string' ? '' : name.startsWith('#') ? did + name : name);

/** @param {Json | undefined} value @returns {Json[]} */
const itemsOf = (value) => (Array.isArray(value) ? value : []);
