// Check 4: the certificate is in the log that the issuer signed, and the log that the site shows is that log or a longer one.
// @ts-check
import { equal, toHex } from './bytes.js';
import { attempt } from './errors.js';
import { failed, isFinding, passed, unknown } from './finding.js';
import { serialize } from './jcs.js';
import { leafHash, rootFromInclusion } from './merkle.js';
import { hasProof, isForTheWorld, parseObject } from './objects.js';
import { sha256 } from './sha256.js';
import { parseTlogProof } from './tlog-proof.js';

/** @typedef {import('./checkpoint.js').Checkpoint} Checkpoint */
/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

/**
 * @param {JsonObject} credential
 * @param {{record: Uint8Array, beside: Uint8Array | null, proof: Uint8Array | null}} evidence
 * @param {Reading} reading
 * @returns {Promise<{found: Finding, index: number | null}>} index: where the log is proved to hold the record
 */
export async function checkLog(credential, evidence, reading) {
  const nowhere = (/** @type {Finding} */ found) => ({ found, index: null });
  const { keepsLog } = reading.keys;
  if (keepsLog === false) return nowhere(passed('no-log'));
  const { proof: bytes } = evidence;
  if (bytes === null) return nowhere(keepsLog === null ? unknown('log-unknown') : unknown('proof-missing'));
  const proof = attempt(() => parseTlogProof(bytes));
  if (proof === null) return nowhere(failed('log-proof-malformed'));
  const point = await reading.point(proof.checkpoint);
  if (isFinding(point)) return nowhere(point);
  const digest = digestOf(credential, evidence);
  if (digest === null) return nowhere(unknown('record-missing'));
  const entry = parseObject(proof.entry) ?? {};
  const isIssue = entry.event === 'issued' || entry.event === 'corrected';
  if (!isIssue || entry.record !== digest) return nowhere(failed('log-entry-mismatch'));
  const { index, path } = proof;
  const root = attempt(() => rootFromInclusion(leafHash(proof.entry), index, point.size, path));
  if (root === null || !equal(root, point.root)) return nowhere(failed('not-in-log'));
  const detail = { index: String(index), size: String(point.size) };
  return { found: (await compareNewest(point, reading)) ?? passed('logged', detail), index };
}

/**
 * SHA-256 of the record that the log must name: this one, or for credential.json the one beside it if it says the same.
 * @param {JsonObject} credential @param {{record: Uint8Array, beside: Uint8Array | null}} evidence @returns {string | null}
 */
function digestOf(credential, { record, beside }) {
  if (!isForTheWorld(credential)) return toHex(sha256(record));
  const other = parseObject(beside);
  return beside !== null && other !== null && hasProof(other) && bodyOf(other) === bodyOf(credential) ? toHex(sha256(beside)) : null;
}

/** @param {JsonObject} credential */
const bodyOf = ({ proof: _, ...body }) => serialize(body);

/** An objection if the site's checkpoint contradicts that of the proof: the log only ever grows. @param {Checkpoint} point @param {Reading} reading */
async function compareNewest({ size, root }, reading) {
  const { checkpoint: note } = reading.about;
  if (note === null) return null;
  const newest = await reading.point(note);
  if (isFinding(newest)) return unknown('newest-unverified');
  if (newest.size < size) return unknown('log-rolled-back', { shown: String(newest.size), size: String(size) });
  if (newest.size === size && !equal(newest.root, root)) return failed('log-forked', { size: String(size) });
  return null;
}
