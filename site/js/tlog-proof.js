// An inclusion proof and its checkpoint in one text. https://c2sp.org/tlog-proof
//
//   c2sp.org/tlog-proof@v1
//   extra eyJldmVudCI6Imlzc3VlZCIs…        our log entry, which the proof is about
//   index 17
//   gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
//
//   certificates.example.org/log
//   530
//   …
// @ts-check
import { decodeBase64 } from './base64.js';
import { fromUtf8, utf8 } from './bytes.js';
import { parseDecimal, parseHash } from './checkpoint.js';
import { FormatError } from './errors.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_BYTES = 16384;
const MAX_HASHES = 63;

/**
 * @typedef {object} TlogProof
 * @property {Uint8Array} entry the log entry, which is the leaf's data; our proofs always carry it as extra data
 * @property {number} index 0-based
 * @property {Uint8Array[]} path hashes of 32 bytes, the leaf's sibling first
 * @property {Uint8Array} checkpoint a signed note, not yet read
 */

/** @param {Uint8Array} bytes @returns {TlogProof} */
export function parseTlogProof(bytes) {
  if (bytes.length > MAX_BYTES) throw new FormatError('the log proof is too large');
  const text = fromUtf8(bytes);
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw new FormatError('the log proof has no checkpoint');
  const [header, extra, index, ...path] = text.slice(0, blank).split('\n');
  if (header !== HEADER || !extra?.startsWith('extra ') || !index?.startsWith('index ')) throw new FormatError('not a log proof');
  if (path.length > MAX_HASHES) throw new FormatError('the log proof has too many hashes');
  return {
    entry: decodeBase64(extra.slice('extra '.length)),
    index: parseDecimal(index.slice('index '.length)),
    path: path.map(parseHash),
    checkpoint: utf8(text.slice(blank + 2)),
  };
}
