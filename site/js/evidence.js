// What a verdict rests on, fetched from the site that this script came from. The only module that uses the network.
// @ts-check
import { listsOf } from './check-status.js';
import { fromBaseUrl } from './did-web.js';
import { parseObject } from './objects.js';

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
async function fetchBytes(url) {
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
 * Everything but the record, all at once; only lists that are not the first of their kind wait for the record to name them.
 * @param {Site} site
 * @param {string} id
 * @param {Promise<Uint8Array | null>} record
 */
export async function fetchEvidence(site, id, record) {
  const fetchHere = (/** @type {string} */ path) => fetchBytes(new URL(path, site.base));
  const [did, keys, register, checkpoint, proof, lists] = await Promise.all([
    fetchHere(site.didPath || '.well-known/did.json'),
    fetchHere('trust/keys.json'),
    fetchHere('status/register.json'),
    fetchHere('log/checkpoint'),
    fetchBytes(new URL('inclusion.tlog-proof', folderOf(site, id))),
    fetchLists(fetchHere, record),
  ]);
  return { did, keys, register, checkpoint, proof, lists, beside: null, expected: site.expected };
}

/** A list of ours: the last part of its address. */
const LIST = /\/((?:revocation|suspension)(?:-[1-9][0-9]{0,5})?)\.json$/;
const FIRST_LISTS = ['revocation', 'suspension'];

/**
 * The lists that a record is on, as the site of its issuer publishes them beside the page.
 * @param {(path: string) => Promise<Uint8Array | null>} fetchHere
 * @param {Promise<Uint8Array | null>} record
 * @returns {Promise<Map<string, Uint8Array>>} by the address that the record gives
 */
async function fetchLists(fetchHere, record) {
  const fetchList = (/** @type {string} */ name) => fetchHere(`status/${name}.record.json`);
  const early = new Map(FIRST_LISTS.map((name) => [name, fetchList(name)]));
  const found = listsOf(parseObject(await record)?.credentialStatus).map(async (url) => {
    const [, name] = LIST.exec(url) ?? [];
    return /** @type {const} */ ([url, name === undefined ? null : await (early.get(name) ?? fetchList(name))]);
  });
  const lists = await Promise.all(found);
  return new Map(lists.flatMap(([url, bytes]) => (bytes === null ? [] : [[url, bytes]])));
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
