// Base 58 with the Bitcoin alphabet. https://www.w3.org/TR/cid-1.0/#base-58-btc and
// https://datatracker.ietf.org/doc/html/draft-msporny-base58-03
// @ts-check
import { FormatError } from './errors.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Characters; the work grows with the square of the length, and a signature needs 88. */
const MAX_LENGTH = 128;

/**
 * @param {string} text without a multibase prefix, at most 128 characters
 * @returns {Uint8Array} each leading "1" is one zero byte
 */
export function decodeBase58(text) {
  if (text.length > MAX_LENGTH) throw new FormatError('base58 that is too long');
  const digits = Array.from(text, (character) => ALPHABET.indexOf(character));
  if (digits.includes(-1)) throw new FormatError('not base58');
  return convert(digits, 58, 256);
}

/** @param {Uint8Array} bytes @returns {string} without a multibase prefix */
export const encodeBase58 = (bytes) => Array.from(convert(bytes, 256, 58), (digit) => ALPHABET[digit]).join('');

/**
 * Rewrites a big-endian number in another base; leading zeros are kept one for one.
 * @param {ArrayLike<number>} digits @param {number} from base @param {number} to base
 */
function convert(digits, from, to) {
  /** @type {number[]} */
  const result = []; // little-endian
  for (const digit of Array.from(digits)) {
    let carry = digit;
    for (let i = 0; i < result.length; i++) {
      carry += result[i] * from;
      result[i] = carry % to;
      carry = Math.floor(carry / to);
    }
    for (; carry > 0; carry = Math.floor(carry / to)) result.push(carry % to);
  }
  for (let i = 0; i < digits.length && digits[i] === 0; i++) result.push(0);
  return Uint8Array.from(result.reverse());
}
