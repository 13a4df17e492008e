// Checkpoints: the text of a signed note that states a log's origin, size and root. https://c2sp.org/tlog-checkpoint
//
//   example.com/behind-the-sofa
//   20852163
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
// @ts-check
import { decodeBase64 } from './base64.js';
import { FormatError } from './errors.js';

/** @typedef {{origin: string, size: number, root: Uint8Array}} Checkpoint size: entries in the log; root: 32 bytes */

/**
 * @param {string} text of the note, without its signatures; extension lines are allowed and ignored
 * @returns {Checkpoint}
 */
export function parseCheckpoint(text) {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) throw new FormatError('a checkpoint must have three lines');
  const [origin, size, root] = lines;
  return { origin, size: parseDecimal(size), root: parseHash(root) };
}

/** @param {string} text ASCII digits without leading zeros, at most 2^53−1 @returns {number} */
export function parseDecimal(text) {
  const value = Number(text);
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(value)) throw new FormatError('not a decimal number');
  return value;
}

/** @param {string} text base64 @returns {Uint8Array} 32 bytes */
export function parseHash(text) {
  const hash = decodeBase64(text);
  if (hash.length !== 32) throw new FormatError('a hash must have 32 bytes');
  return hash;
}
