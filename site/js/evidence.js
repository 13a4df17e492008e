// What a verdict rests on, fetched from the site that this script came from. The only module that uses the network.
// @ts-check
import { fromBaseUrl } from './did-web.js';

/** Longer than a slow telephone needs, shorter than a reader's patience. */
const TIMEOUT_MS = 15000;
const MAX_BYTES = 16 * 1024 * 1024;

/** 26 characters of Crockford base32. */
export const ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/**
 * @typedef {object} Site
 * @property {URL} base where the issuer's pages begin, ending with a slash
 * @property {string} didPath the DID document, relative to base; empty when this site issues nothing
 * @property {string | null} expected the DID that belongs to this address; null when no did:web can stand for it
 */

/** @returns {Site} as the page's <body> and its address say */
export function thisSite() {
  const { base = './', didPath = '' } = document.body.dataset;
  const url = new URL(base, location.href);
  return { base: url, didPath, expected: didOf(url) };
}

/** @param {URL} base */
function didOf(base) {
  try {
    return fromBaseUrl(base.origin + base.pathname);
  } catch {
    return null;
  }
}

/**
 * @param {URL} url
 * @returns {Promise<Uint8Array | null>} null when it cannot be had: missing, too slow, too large, or refused
 */
export async function fetchBytes(url) {
  try {
    const response = await fetch(url, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.length > MAX_BYTES ? null : bytes;
  } catch {
    return null;
  }
}

/** @param {Site} site @param {string} id @returns {URL} the folder of one certificate */
export const folderOf = (site, id) => new URL(`c/${id}/`, site.base);

/** @param {Site} site @param {string} id @returns {Promise<Uint8Array | null>} */
export const fetchRecord = (site, id) => fetchBytes(new URL('record.json', folderOf(site, id)));

/**
 * Everything but the record, all at once.
 * @param {Site} site
 * @param {string} id
 */
export async function fetchEvidence(site, id) {
  const [did, keys, revocation, register, proof] = await Promise.all([
    fetchBytes(new URL(site.didPath || '.well-known/did.json', site.base)),
    fetchBytes(new URL('trust/keys.json', site.base)),
    fetchBytes(new URL('status/revocation.record.json', site.base)),
    fetchBytes(new URL('status/register.json', site.base)),
    fetchBytes(new URL('inclusion.tlog-proof', folderOf(site, id))),
  ]);
  return { did, keys, revocation, register, proof, expected: site.expected };
}

/** @typedef {{[name: string]: {title: string, codes: {[code: string]: {message: string, hint: string}}}}} Sentences */

/** @param {Site} site @returns {Promise<Sentences>} the words for every check and code; empty when they cannot be had */
export async function fetchSentences(site) {
  const bytes = await fetchBytes(new URL('js/checks.json', site.base));
  try {
    return bytes === null ? {} : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
