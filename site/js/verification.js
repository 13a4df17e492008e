// The seven checks on one certificate, and the verdict: DESIGN.md section 7. issuer/verification/ does the same with the same vectors.
//
//   1 document     the file is a credential, in its one exact form      check-document.js
//   2 signature    every proof is good, strict Ed25519                  check-signature.js
//   3 key          the key is the issuer's, and was in its window       check-key.js
//   4 log          a signed checkpoint holds it                         check-log.js
//   5 status       neither revoked, replaced nor suspended              check-status.js
//   6 dates        within validFrom and validUntil                      below
//   7 issuer       the issuer is who the reader expects                 below
//
// Nothing here fetches, reads a clock or writes to the page. "unknown" is never a pass, and bad evidence never throws.
// @ts-check
import { checkForm, readCredential } from './check-document.js';
import { checkKey } from './check-key.js';
import { checkLog } from './check-log.js';
import { checkSignature } from './check-signature.js';
import { checkStatus } from './check-status.js';
import { failed, passed, shown, unknown } from './finding.js';
import { issuerOf } from './objects.js';
import { Reading } from './reading.js';
import { isObject } from './strict-json.js';
import { parseTimestamp } from './timestamp.js';

/**
 * What a verdict rests on.
 * @typedef {object} Question
 * @property {Uint8Array} record record.json or credential.json
 * @property {Uint8Array | null} beside for credential.json the record.json of the same id, which is what the log names
 * @property {Uint8Array | null} proof a tlog-proof
 * @property {string | null} expected the DID that the reader expects
 * @property {Date} now
 */

/** @typedef {Question & import('./reading.js').About} Evidence */
/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {{number: number, name: string} & Finding} Check */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

/** The order in which checks are reported. */
export const CHECKS = /** @type {const} */ (['document', 'signature', 'key', 'log', 'status', 'dates', 'issuer']);

/**
 * @param {Evidence} evidence
 * @returns {Promise<{verdict: 'valid' | 'not valid' | 'cannot tell', checks: Check[]}>} checks: seven, numbered from 1
 */
export async function verify(evidence) {
  const findings = await findAll(evidence);
  const all = CHECKS.map((name, i) => ({ number: i + 1, name, ...(findings[i] ?? unknown('not-checked')) }));
  return { verdict: verdictOf(all), checks: all };
}

/** @param {Finding[]} findings */
function verdictOf(findings) {
  if (findings.some(({ result }) => result === 'fail')) return 'not valid';
  return findings.every(({ result }) => result === 'pass') ? 'valid' : 'cannot tell';
}

/** What the checks find, in order; only the first if the file cannot be read. @param {Evidence} evidence @returns {Promise<Finding[]>} */
async function findAll(evidence) {
  const read = readCredential(evidence.record);
  if ('mistake' in read) return [read.mistake];
  const { credential } = read;
  const reading = new Reading(evidence, issuerOf(credential));
  const form = checkForm(credential, evidence.record, reading.keys.keepsLog);
  if (form.result === 'fail') return [form];
  const signature = await checkSignature(credential, reading.keys.document);
  const log = await checkLog(credential, evidence, reading);
  const now = evidence.now.getTime();
  return [
    form,
    signature.found,
    checkKey(signature.signer, log.index, reading.keys),
    log.found,
    await checkStatus(credential, reading, now),
    checkDates(credential, now),
    checkIssuer(credential, evidence.expected),
  ];
}

/** Check 6. Check 1 has read the dates; others may do without either. @param {JsonObject} credential @param {number} now milliseconds */
function checkDates({ validFrom, validUntil }, now) {
  if (validFrom !== undefined && parseTimestamp(String(validFrom)) > now) return failed('not-yet-valid', { date: String(validFrom) });
  if (validUntil !== undefined && parseTimestamp(String(validUntil)) < now) return failed('expired', { date: String(validUntil) });
  return passed('in-date');
}

/** Check 7. @param {JsonObject} credential @param {string | null} expected a DID */
function checkIssuer(credential, expected) {
  const did = issuerOf(credential);
  if (expected === null) return unknown('issuer-unknown');
  if (expected !== did) return unknown('issuer-unexpected', { did: shown(did) });
  const { issuer } = credential;
  return passed('issuer-expected', { name: (isObject(issuer) && shown(issuer.name)) || shown(did), did: shown(did) });
}
