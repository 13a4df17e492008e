// Check 3: the key belongs to the issuer, and was in its window when the record was logged.
// @ts-check
import { failed, passed, shown, unknown } from './finding.js';
import { DID_WEB } from './issuer-keys.js';
import { holds, isEmpty, windowsOf } from './key-windows.js';

/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./issuer-keys.js').IssuerKeys} IssuerKeys */
/** @typedef {import('./issuer-keys.js').Signer} Signer */
/** @typedef {import('./key-windows.js').KeyWindow} KeyWindow */

/**
 * @param {Signer} signer of the signature
 * @param {number | null} index where the log proves the record to be
 * @param {IssuerKeys} keys
 * @returns {Finding}
 */
export function checkKey(signer, index, { did: issuer, isSupported, document, found, windows, keepsLog }) {
  const did = shown(issuer);
  if (signer.did !== issuer) return failed('key-of-another', { signer: shown(signer.did), issuer: did });
  if (!isSupported) return unknown('did-unsupported', { did });
  if (document === null) return found ? unknown('did-mismatch', { found: shown(found), issuer: did }) : unknown('did-missing');
  if (document.unreadable.has(signer.method)) return unknown('key-unreadable', { method: shown(signer.method) });
  if (signer.key === null || document.methods.get(signer.method) !== signer.key) return failed('key-not-listed');
  const mayAssert = document.asserting.has(signer.method);
  if (!keepsLog && !mayAssert) return failed('key-not-listed');
  if (!keepsLog) return issuer.startsWith(DID_WEB) ? passed('key-current', { did }) : passed('key-itself');
  if (windows === null) return unknown('windows-missing');
  const own = windowsOf(windows, signer.key, 'credentials');
  if (own.length === 0 || !(mayAssert || own.some(({ compromised }) => compromised))) return failed('key-not-listed');
  return index === null ? withoutIndex(own) : inWindow(own, index, did);
}

/** When it was signed is not proved: for a stolen key that is said, and where no entry can be in its window, nothing can count. @param {KeyWindow[]} windows */
function withoutIndex(windows) {
  const stolen = stolenOf(windows);
  if (!stolen || windows.some(({ until }) => until === null)) return unknown('window-unknown');
  const date = stolen.compromised ?? '';
  if (windows.every(isEmpty)) return failed('key-compromised', { date, until: String(stolen.until) });
  return unknown('key-compromised-unproved', { date });
}

/** @param {KeyWindow[]} windows */
const stolenOf = (windows) => windows.find(({ compromised }) => compromised);

/** @param {KeyWindow[]} windows @param {number} index @param {string} did */
function inWindow(windows, index, did) {
  const stolen = stolenOf(windows);
  const date = stolen?.compromised ?? '';
  if (windows.some((window) => holds(window, index))) return stolen ? passed('key-listed-before', { did, date }) : passed('key-listed', { did });
  if (stolen && index >= Number(stolen.until)) return failed('key-compromised', { date, until: String(stolen.until) });
  return failed('key-outside-window', { index: String(index) });
}
