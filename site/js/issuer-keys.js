// Which keys of an issuer count, and for what: its DID document, and for issuers that keep a log of ours its keys.json.
// @ts-check
import { documentOfKey, readDidDocument } from './did-document.js';
import { keyOf, PREFIX } from './did-key.js';
import { attempt } from './errors.js';
import { keysInUse, readWindows } from './key-windows.js';
import { parseObject } from './objects.js';

/** @typedef {import('./did-document.js').DidDocument} DidDocument */
/** @typedef {import('./key-windows.js').KeyWindows} KeyWindows */

export const DID_WEB = 'did:web:';

/**
 * Who a proof says made it. method: its verification method; key: the Multikey, null if it could not be found out.
 * @typedef {{did: string, method: string, key: string | null}} Signer
 */

/**
 * @typedef {object} IssuerKeys
 * @property {string} did the issuer
 * @property {boolean} isSupported whether its DID method is built in
 * @property {DidDocument | null} document its DID document, null if that is not at hand
 * @property {string} found the id of the DID document that is at hand instead, or nothing
 * @property {KeyWindows | null} windows its keys.json, null if that is not at hand
 * @property {boolean | null} keepsLog null if that is not known
 */

/** @param {{did: Uint8Array | null, keys: Uint8Array | null}} about @param {string} did @returns {IssuerKeys} */
export function readIssuerKeys(about, did) {
  const nothing = { did, isSupported: did.startsWith(DID_WEB), document: null, found: '', windows: null, keepsLog: null };
  if (did.startsWith(PREFIX)) {
    const key = attempt(() => keyOf(did));
    return key === null ? nothing : { ...nothing, isSupported: true, document: documentOfKey(did, key), keepsLog: false };
  }
  return nothing.isSupported ? readFiles(nothing, about) : nothing;
}

/** @param {IssuerKeys} nothing @param {{did: Uint8Array | null, keys: Uint8Array | null}} about @returns {IssuerKeys} */
function readFiles(nothing, about) {
  const keys = parseObject(about.keys);
  const windows = keys !== null && keys.did === nothing.did ? readWindows(keys) : null;
  const stated = parseObject(about.did);
  if (stated === null) return { ...nothing, windows };
  const document = readDidDocument(stated);
  if (document.id !== nothing.did) return { ...nothing, windows, found: document.id };
  return { ...nothing, windows, document, found: document.id, keepsLog: document.hasLog || about.keys !== null };
}

/** Whether a signer may sign what is current: a status list or a register. @param {IssuerKeys} keys @param {Signer} signer */
export function maySignNow({ document, keepsLog, windows }, { method, key }) {
  if (document === null || key === null || document.methods.get(method) !== key || !document.asserting.has(method)) return false;
  return !keepsLog || (windows !== null && keysInUse(windows, 'status').includes(key));
}

/** Whether there is all that it takes to check what the issuer signs. @param {IssuerKeys} keys */
export const areAtHand = ({ document, keepsLog, windows }) => document !== null && (!keepsLog || windows !== null);
