// The seven checks on one certificate, and the verdict: DESIGN.md section 7. issuer/verification.py does the same with the same vectors.
// Nothing here fetches, reads a clock or writes to the page. "unknown" is never a pass, and bad evidence never throws.
// @ts-check
import { decodeBitstring, isSet } from './bitstring.js';
import { equal, toHex } from './bytes.js';
import { parseCheckpoint } from './checkpoint.js';
import { verifyProof } from './data-integrity.js';
import { attempt, FormatError } from './errors.js';
import { canonicalize, parseCanonical } from './jcs.js';
import { leafHash, rootFromInclusion } from './merkle.js';
import { decodeMultikey } from './multikey.js';
import { firstMistake } from './open-badges.js';
import { sha256 } from './sha256.js';
import { parseNote, verifyNote } from './signed-note.js';
import { isObject, MAX_BYTES, parse } from './strict-json.js';
import { isTimestamp, parseTimestamp } from './timestamp.js';
import { parseTlogProof } from './tlog-proof.js';

/**
 * What a verdict rests on. Bytes are as published; null stands for "could not be had".
 * @typedef {object} Evidence
 * @property {Uint8Array} record
 * @property {Uint8Array | null} did the issuer's DID document
 * @property {Uint8Array | null} keys keys.json: the issuer's keys with their windows, and its log
 * @property {Uint8Array | null} revocation the status list
 * @property {Uint8Array | null} register the status register
 * @property {Uint8Array | null} proof a tlog-proof
 * @property {string | null} expected the DID that the reader expects
 * @property {Date} now
 */

/** @typedef {'pass' | 'fail' | 'unknown'} Result */
/** @typedef {{[placeholder: string]: string}} Detail for the sentences in checks.json */
/** @typedef {{result: Result, code: string, detail: Detail}} Outcome */
/** @typedef {{number: number, name: string} & Outcome} Check */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */
/** @typedef {{key: string, from: number, until: number | null}} KeyWindow by log index: from ≤ index < until */
/** @typedef {{keys: KeyWindow[], origin: string | null}} Keys origin: the log's */

/** @typedef {{statusListCredential: string, statusPurpose: string, statusListIndex: string}} StatusEntry */

/** The order in which checks are reported and the first failure gives the reason. */
export const CHECKS = /** @type {const} */ (['document', 'signature', 'key', 'log', 'status', 'dates', 'issuer']);

/** Bytes of a published file that is not a record; a status list of a large issuer has megabytes. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** @param {Result} result @returns {(code: string, detail?: Detail) => Outcome} */
const outcome = (result) => (code, detail = {}) => ({ result, code, detail });
const pass = outcome('pass');
const fail = outcome('fail');
const unknown = outcome('unknown');

/**
 * @param {Evidence} evidence
 * @returns {Promise<{verdict: 'valid' | 'not valid' | 'cannot tell', checks: Check[]}>} checks: seven, numbered from 1
 */
export async function verify(evidence) {
  const { credential, ...document } = checkDocument(evidence.record);
  const others = credential === null ? CHECKS.slice(1).map(() => unknown('not-checked')) : await checkCredential(credential, evidence);
  const outcomes = [document, ...others];
  return { verdict: verdictOf(outcomes), checks: outcomes.map((found, i) => ({ number: i + 1, name: CHECKS[i], ...found })) };
}

/** @param {Outcome[]} outcomes */
function verdictOf(outcomes) {
  if (outcomes.some(({ result }) => result === 'fail')) return 'not valid';
  return outcomes.every(({ result }) => result === 'pass') ? 'valid' : 'cannot tell';
}

/** Checks 2 to 7. @param {JsonObject} credential @param {Evidence} evidence @returns {Promise<Outcome[]>} */
async function checkCredential(credential, evidence) {
  const did = readObject(evidence.did);
  const keys = readKeys(evidence.keys, issuerOf(credential));
  const log = await checkLog(evidence, keys);
  return [
    await checkSignature(credential),
    checkKey(credential, did, keys, log.result === 'pass' ? Number(log.detail.index) : null),
    log,
    await checkStatus(credential, evidence, did, keys),
    checkDates(credential, evidence.now.getTime()),
    checkIssuer(credential, evidence.expected),
  ];
}

/** Check 1: the bytes. @param {Uint8Array} bytes @returns {Outcome & {credential: JsonObject | null}} */
function checkDocument(bytes) {
  const credential = null;
  if (bytes.length > MAX_BYTES) return { credential, ...fail('too-large') };
  const value = attempt(() => ({ json: parse(bytes) }));
  if (value === null) return { credential, ...fail('not-json') };
  if (!equal(bytes, canonicalize(value.json))) return { credential, ...fail('not-canonical') };
  const where = firstMistake(value.json);
  if (where !== null) return { credential, ...fail('not-a-credential', { where }) };
  return { credential: /** @type {JsonObject} */ (value.json), ...pass('canonical') };
}

/** Check 2: the proof, whoever made it. @param {JsonObject} credential */
async function checkSignature(credential) {
  const { cryptosuite, verificationMethod } = /** @type {JsonObject} */ (credential.proof);
  const code = await verifyProof(credential);
  if (code === 'proof-unsupported') return unknown(code, { suite: shown(cryptosuite) });
  return code === 'signature-good' ? pass(code, { key: splitMethod(verificationMethod).key }) : fail(code);
}

/**
 * Check 3: the key is the issuer's, and was in use when the record was logged.
 * @param {JsonObject} credential @param {JsonObject | null} did @param {Keys | null} keys @param {number | null} index in the log
 */
function checkKey(credential, did, keys, index) {
  const issuer = issuerOf(credential);
  const method = splitMethod(/** @type {JsonObject} */ (credential.proof).verificationMethod);
  if (method.did !== issuer) return fail('key-of-another', { signer: shown(method.did), issuer });
  if (did === null) return unknown('did-missing');
  if (did.id !== issuer) return unknown('did-mismatch', { found: shown(did.id), issuer });
  if (!isListed(did, method)) return fail('key-not-listed');
  if (keys === null) return unknown('windows-missing');
  const windows = keys.keys.filter(({ key }) => key === method.key);
  if (windows.length === 0) return fail('key-not-listed');
  if (index === null) return unknown('window-unknown');
  const inWindow = windows.some(({ from, until }) => from <= index && (until === null || index < until));
  return inWindow ? pass('key-listed', { did: issuer }) : fail('key-outside-window', { index: String(index) });
}

/** Check 4: the record is in the log that the issuer signed. @param {Evidence} evidence @param {Keys | null} keys */
async function checkLog({ record, proof: bytes }, keys) {
  if (bytes === null) return unknown('proof-missing');
  const proof = attempt(() => readLogProof(bytes));
  if (proof === null) return fail('log-proof-malformed');
  if (keys === null) return unknown('checkpoint-unverified');
  if (proof.checkpoint.origin !== keys.origin) return fail('checkpoint-origin');
  if (!(await isSignedNote(proof.note, proof.checkpoint.origin, keys))) return fail('checkpoint-forged');
  if (!isEntryFor(proof.entry, record)) return fail('log-entry-mismatch');
  const { index, path, checkpoint: { size, root } } = proof;
  const found = attempt(() => rootFromInclusion(leafHash(proof.entry), index, size, path));
  if (found === null || !equal(found, root)) return fail('not-in-log');
  return pass('logged', { index: String(index), size: String(size) });
}

/** @param {Uint8Array} bytes */
function readLogProof(bytes) {
  const { entry, index, path, checkpoint } = parseTlogProof(bytes);
  const note = parseNote(checkpoint);
  return { entry, index, path, note, checkpoint: parseCheckpoint(note.text) };
}

/** What is current is signed by a current key, never by a retired one. @param {Keys} keys @returns {string[]} Multikeys */
const keysInUse = ({ keys }) => keys.filter(({ until }) => until === null).map(({ key }) => key);

/** @param {import('./signed-note.js').Note} note @param {string} origin @param {Keys} keys */
async function isSignedNote(note, origin, keys) {
  for (const key of keysInUse(keys)) {
    const publicKey = attempt(() => decodeMultikey(key));
    if (publicKey !== null && (await verifyNote(note, origin, publicKey))) return true;
  }
  return false;
}

/** @param {Uint8Array} entry of the log @param {Uint8Array} record */
function isEntryFor(entry, record) {
  const event = readObject(entry);
  return event !== null && (event.event === 'issued' || event.event === 'corrected') && event.record === toHex(sha256(record));
}

/**
 * Check 5: not revoked or replaced, as far as a fresh list says.
 * @param {JsonObject} credential @param {Evidence} evidence @param {JsonObject | null} did @param {Keys | null} keys
 */
async function checkStatus(credential, evidence, did, keys) {
  if (credential.credentialStatus === undefined) return pass('no-status');
  const status = /** @type {StatusEntry} */ (credential.credentialStatus);
  const issuer = issuerOf(credential);
  if (evidence.revocation === null) return unknown('list-missing');
  if (did === null || did.id !== issuer || keys === null || typeof DecompressionStream === 'undefined') return unknown('list-unverified');
  const list = await readSigned(evidence.revocation, status.statusListCredential, did, keys);
  if (list === null || !isTimestamp(list.validFrom) || !isTimestamp(list.validUntil)) return fail('list-forged');
  const bit = await readBit(list, status);
  if (bit === null) return fail('list-forged');
  if (bit) return explain(status, await readRegister(evidence.register, status, did, keys));
  const [since, until, now] = [parseTimestamp(list.validFrom), parseTimestamp(list.validUntil), evidence.now.getTime()];
  const detail = { until: list.validUntil };
  return since <= now && now <= until ? pass('not-revoked', detail) : unknown('list-stale', detail);
}

/** @param {JsonObject} list @param {StatusEntry} status @returns {Promise<boolean | null>} null if the list does not have it */
async function readBit({ credentialSubject: subject }, status) {
  if (!isObject(subject) || subject.statusPurpose !== status.statusPurpose || typeof subject.encodedList !== 'string') return null;
  try {
    return isSet(await decodeBitstring(subject.encodedList), Number(status.statusListIndex));
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Why a bit is set: "replaced" where the register says so. @param {StatusEntry} status @param {JsonObject[]} entries */
function explain(status, entries) {
  const ours = entries.filter(({ index, list }) => index === status.statusListIndex && list === status.statusPurpose);
  const replaced = ours.find(({ action }) => action === 'replaced');
  const { reason, date } = replaced ?? ours.find(({ action }) => action === 'revoked') ?? {};
  const detail = { reason: typeof reason === 'string' ? reason : '', date: typeof date === 'string' ? date : '' };
  return fail(replaced === undefined ? 'revoked' : 'replaced', detail);
}

/**
 * The entries of the register beside the status list; none if it is not the issuer's.
 * @param {Uint8Array | null} bytes @param {StatusEntry} status @param {JsonObject} did @param {Keys} keys
 * @returns {Promise<JsonObject[]>}
 */
async function readRegister(bytes, { statusListCredential: url }, did, keys) {
  const register = await readSigned(bytes, `${url.slice(0, Math.max(url.lastIndexOf('/'), 0))}/register.json`, did, keys);
  const subject = register?.credentialSubject;
  return isObject(subject) && Array.isArray(subject.entries) ? subject.entries.filter(isObject) : [];
}

/**
 * A published document that is canonical, has this id, and has a good proof by a key that its issuer, whose DID document is at hand, has in use.
 * @param {Uint8Array | null} bytes @param {string} id @param {JsonObject} did @param {Keys} keys
 * @returns {Promise<JsonObject | null>}
 */
async function readSigned(bytes, id, did, keys) {
  const document = bytes === null ? null : attempt(() => parseCanonical(bytes, MAX_FILE_BYTES));
  if (!isObject(document) || document.id !== id || document.issuer !== did.id || !isObject(document.proof)) return null;
  const method = splitMethod(document.proof.verificationMethod);
  if (method.did !== did.id || !isListed(did, method) || !keysInUse(keys).includes(method.key)) return null;
  return (await verifyProof(document)) === 'signature-good' ? document : null;
}

/** Check 6. Check 1 has read the dates. @param {JsonObject} credential @param {number} now milliseconds */
function checkDates({ validFrom, validUntil }, now) {
  const since = String(validFrom);
  if (parseTimestamp(since) > now) return fail('not-yet-valid', { date: since });
  const until = validUntil === undefined ? null : String(validUntil);
  return until !== null && parseTimestamp(until) < now ? fail('expired', { date: until }) : pass('in-date');
}

/** Check 7: the issuer is who the reader expects. @param {JsonObject} credential @param {string | null} expected a DID */
function checkIssuer(credential, expected) {
  const did = issuerOf(credential);
  if (expected === null) return unknown('issuer-unknown');
  if (expected !== did) return unknown('issuer-unexpected', { did });
  return pass('issuer-expected', { name: String(/** @type {JsonObject} */ (credential.issuer).name), did });
}

/** @param {JsonObject} credential @returns {string} its issuer's DID, which check 1 has seen */
const issuerOf = (credential) => String(/** @type {JsonObject} */ (credential.issuer).id);

/** Whether a DID document has a key for assertions. @param {JsonObject} did @param {{did: string, key: string}} method */
function isListed(did, method) {
  const id = `${method.did}#${method.key}`;
  const { verificationMethod: methods, assertionMethod: assertions } = did;
  const isDefined = Array.isArray(methods) && methods.some((found) =>
    isObject(found) && found.id === id && found.publicKeyMultibase === method.key && found.controller === method.did);
  return isDefined && Array.isArray(assertions) && assertions.includes(id);
}

/** @param {Uint8Array | null} bytes @returns {JsonObject | null} null for what is no strict JSON object */
function readObject(bytes) {
  const value = bytes === null ? null : attempt(() => parse(bytes, MAX_FILE_BYTES));
  return isObject(value) ? value : null;
}

/** @param {Uint8Array | null} bytes of keys.json @param {string} issuer @returns {Keys | null} null if they are another's */
function readKeys(bytes, issuer) {
  const value = readObject(bytes);
  if (value === null || value.did !== issuer) return null;
  const windows = Array.isArray(value.keys) ? value.keys.flatMap(readWindow) : [];
  return { keys: windows, origin: isObject(value.log) && typeof value.log.origin === 'string' ? value.log.origin : null };
}

/** @param {import('./strict-json.js').Json} value @returns {KeyWindow[]} none if it is malformed */
function readWindow(value) {
  if (!isObject(value)) return [];
  const { key, from, until = null } = value;
  const isGood = typeof key === 'string' && Number.isInteger(from) && (until === null || Number.isInteger(until));
  return isGood ? [/** @type {KeyWindow} */ ({ key, from, until })] : [];
}

/** @param {unknown} method @returns {{did: string, key: string}} what stands before and after the first "#" */
function splitMethod(method) {
  const [did, ...rest] = typeof method === 'string' ? method.split('#') : [''];
  return { did, key: rest.join('#') };
}

/** Enough of a stranger's text for a sentence. @param {unknown} text */
const shown = (text) => (typeof text === 'string' ? text.slice(0, 200) : '');
