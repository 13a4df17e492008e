// The encoded list of a Bitstring Status List. https://www.w3.org/TR/vc-bitstring-status-list/ sections 2.2 and 3
// @ts-check
import { decodeBase64Url } from './base64.js';
import { concat } from './bytes.js';
import { FormatError } from './errors.js';

/** A shorter list would tell too much about whom a status belongs to, section 6.1. */
export const MIN_BITS = 131_072;
/** 1 GiB of zeros is 1.4 MB of text, so the list is inflated as a stream that stops here. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * @param {string} text "u" + base64url without padding of the gzipped bits
 * @returns {Promise<Uint8Array>} the bits, at least 131,072 and at most 16 MiB of them
 */
export async function decodeBitstring(text) {
  if (!text.startsWith('u')) throw new FormatError('the status list is not multibase base64url');
  const bits = await gunzip(decodeBase64Url(text.slice(1)));
  if (8 * bits.length < MIN_BITS) throw new FormatError(`the status list has fewer than ${MIN_BITS} bits`);
  return bits;
}

/**
 * @param {Uint8Array} bits
 * @param {number} index 0-based; bit 0 is the left-most
 * @returns {boolean}
 */
export function isSet(bits, index) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= 8 * bits.length) throw new FormatError('no such bit in the status list');
  return (bits[Math.floor(index / 8)] & (0x80 >> (index % 8))) !== 0;
}

/** @param {Uint8Array} packed @returns {Promise<Uint8Array>} */
async function gunzip(packed) {
  const reader = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  for (let length = 0; ;) {
    const { done, value } = await reader.read().catch(() => {
      throw new FormatError('the status list is not gzip');
    });
    if (done) return concat(...chunks);
    length += value.length;
    if (length > MAX_BYTES) {
      await reader.cancel().catch(() => {});
      throw new FormatError('the status list is too long');
    }
    chunks.push(value);
  }
}
