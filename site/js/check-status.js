// Check 5: neither revoked, replaced nor suspended, as far as fresh, signed lists say.
// @ts-check
import { isSet } from './bitstring.js';
import { attempt } from './errors.js';
import { failed, isFinding, passed, shown, unknown } from './finding.js';
import { areAtHand } from './issuer-keys.js';
import { isObject } from './strict-json.js';

/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

const ENTRY = 'BitstringStatusListEntry';
const RESULTS = ['fail', 'unknown', 'pass'];
/** Which of several failures is told: that it was replaced says more than that it was revoked; and that it was renewed, more than a plain pass. */
const TELLING = ['replaced', 'revoked', 'suspended', 'renewed'];
const ADDRESS = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])[!-~]{1,2000}$/;
/** @type {{[purpose: string]: string[]}} the actions in the register that set a bit, the most telling first */
const ACTIONS = { revocation: ['replaced', 'revoked'], suspension: ['suspended'] };

/** @param {JsonObject} credential @param {Reading} reading @param {number} now milliseconds @returns {Promise<Finding>} */
export async function checkStatus({ credentialStatus: status }, reading, now) {
  if (status === undefined) return passed('no-status');
  if (!areAtHand(reading.keys)) return reading.about.lists.size > 0 ? unknown('list-unverified') : unknown('list-missing');
  if (typeof DecompressionStream === 'undefined') return unknown('list-unverified');
  const entries = /** @type {JsonObject[]} */ (Array.isArray(status) ? status : [status]);
  const findings = await Promise.all(withSuspension(entries, reading).map((entry) => checkEntry(entry, reading, now)));
  return findings.sort((one, other) => rank(one) - rank(other))[0];
}

/** Our issuers always have a suspension list beside a revocation list. @param {JsonObject[]} entries @param {Reading} reading */
function withSuspension(entries, reading) {
  if (!reading.keys.keepsLog) return entries;
  const beside = entries.flatMap((entry) => suspensionOf(entry) ?? []);
  const isNew = (/** @type {JsonObject} */ { statusListCredential: url, statusListIndex: index }) =>
    !entries.some((entry) => entry.statusListCredential === url && entry.statusListIndex === index);
  return [...entries, ...beside.filter(isNew)];
}

/**
 * The same index in the list beside: "suspension" for "revocation" in the last part of the address. Null for any other entry.
 * @param {JsonObject} entry @returns {JsonObject | null}
 */
function suspensionOf(entry) {
  const url = suspensionUrl(entry.statusListCredential);
  return entry.type === ENTRY && entry.statusPurpose === 'revocation' && url !== null
    ? { ...entry, statusPurpose: 'suspension', statusListCredential: url }
    : null;
}

/** @param {import('./strict-json.js').Json | undefined} status a credentialStatus @returns {string[]} the addresses of all lists that it may be on */
export function listsOf(status) {
  const urls = (Array.isArray(status) ? status : [status]).flatMap((entry) => (isObject(entry) ? [String(entry.statusListCredential)] : []));
  return [...new Set(urls.flatMap((url) => [url, suspensionUrl(url) ?? url]))];
}

/** @param {unknown} url of a revocation list @returns {string | null} of the suspension list beside it */
function suspensionUrl(url) {
  const [, folder, name] = /^(.*\/)?([^/]*)$/s.exec(String(url)) ?? [];
  return name?.includes('revocation') ? (folder ?? '') + name.replace('revocation', 'suspension') : null;
}

/** Failures before unknowns before passes. @param {Finding} finding */
function rank({ result, code }) {
  const telling = TELLING.indexOf(code);
  return RESULTS.indexOf(result) * 10 + (telling < 0 ? TELLING.length : telling);
}

/** @param {JsonObject} entry @param {Reading} reading @param {number} now @returns {Promise<Finding>} */
async function checkEntry(entry, reading, now) {
  const { type, statusPurpose: purpose, statusListCredential: url, statusListIndex: index, statusSize = 1 } = entry;
  if (type !== ENTRY || typeof purpose !== 'string' || !Object.hasOwn(ACTIONS, purpose) || statusSize !== 1) {
    return unknown('status-unsupported', { kind: shown(purpose) || shown(type) });
  }
  const list = await reading.statusList(String(url));
  if (isFinding(list)) return list;
  if (list.purpose !== purpose) return failed('list-of-another');
  const bit = attempt(() => ({ isSet: isSet(list.bits, Number(index)) }));
  if (bit === null) return failed('list-broken');
  const isFresh = list.since <= now && now <= list.until;
  if (bit.isSet && (purpose === 'revocation' || isFresh)) return explain(entry, purpose, reading);
  const until = list.validUntil;
  if (!isFresh) return unknown('list-stale', { until });
  const [newer] = await registered(entry, reading, 'renewed');
  if (newer !== undefined) return passed('renewed', wordsOf(newer));
  return until ? passed('not-revoked', { until }) : passed('not-revoked-undated');
}

/** Why a bit is set. @param {JsonObject} entry @param {string} purpose @param {Reading} reading */
async function explain(entry, purpose, reading) {
  const actions = ACTIONS[purpose];
  for (const action of actions) {
    const [found] = await registered(entry, reading, action);
    if (found !== undefined) return failed(action, wordsOf(found));
  }
  return failed(actions[actions.length - 1], wordsOf({}));
}

/** The register's entries about a bit, the newest first. @param {JsonObject} entry @param {Reading} reading @param {string} action */
async function registered({ statusListCredential, statusListIndex }, reading, action) {
  const [, base, name] = /^(?:(.*)\/)?([^/]*)$/s.exec(String(statusListCredential)) ?? [];
  const entries = await reading.register(`${base ?? ''}/register.json`);
  const list = name?.replace(/\.json$/, '');
  return entries.filter((found) => found.list === list && found.index === statusListIndex && found.action === action).reverse();
}

/** @param {JsonObject} entry of the register */
function wordsOf({ reason, date, replacement }) {
  const address = shown(replacement);
  return { reason: shown(reason), date: shown(date), replacement: ADDRESS.test(address) ? address : '' };
}
