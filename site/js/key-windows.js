// keys.json: which key may sign what, and from which log entry to which.
// @ts-check
import { isObject } from './strict-json.js';

/** @typedef {import('./strict-json.js').JsonObject} JsonObject */
/** @typedef {import('./strict-json.js').Json} Json */
/** @typedef {'credentials' | 'status' | 'log'} Use */

/**
 * By log index: from ≤ index < until, null while the key is in use. compromised: the day on which it was reported stolen, or null.
 * @typedef {{key: string, from: number, until: number | null, use: Json[], compromised: string | null}} KeyWindow
 */

/** @typedef {{windows: KeyWindow[], origin: string | null}} KeyWindows origin: the log's name */

/** @param {JsonObject} keys keys.json as parsed @returns {KeyWindows} a malformed key is left out, so that it counts for nothing */
export function readWindows({ keys, log }) {
  const windows = Array.isArray(keys) ? keys.flatMap(readWindow) : [];
  return { windows, origin: isObject(log) && typeof log.origin === 'string' ? log.origin : null };
}

/** @param {Json} value @returns {KeyWindow[]} none if it is malformed */
function readWindow(value) {
  if (!isObject(value)) return [];
  const { key, from, until = null, use, compromised = null } = value;
  const isWindow = typeof key === 'string' && Number.isInteger(from) && (until === null || Number.isInteger(until));
  const isUse = Array.isArray(use) && use.every((word) => typeof word === 'string');
  const isStolen = compromised === null || (typeof compromised === 'string' && until !== null);
  return isWindow && isUse && isStolen ? [/** @type {KeyWindow} */ ({ key, from, until, use, compromised })] : [];
}

/** @param {KeyWindows} windows @param {string} key @param {Use} use @returns {KeyWindow[]} */
export const windowsOf = ({ windows }, key, use) => windows.filter((window) => window.key === key && window.use.includes(use));

/** What is current is signed by a current key, never by a retired one. @param {KeyWindows} windows @param {Use} use @returns {string[]} */
export const keysInUse = ({ windows }, use) => windows.filter((window) => window.until === null && window.use.includes(use)).map(({ key }) => key);

/** @param {KeyWindow} window @param {number} index of the log */
export const holds = ({ from, until }, index) => from <= index && (until === null || index < until);

/** Whether no index can be inside. @param {KeyWindow} window */
export const isEmpty = ({ from, until }) => until !== null && until <= from;
