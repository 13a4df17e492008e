// Byte strings: UTF-8, hex, joining, comparing. Encoding standard: https://encoding.spec.whatwg.org/
// @ts-check
import { FormatError } from './errors.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} its UTF-8 */
export const utf8 = (text) => encoder.encode(text);

/**
 * Strict UTF-8; a byte order mark stays as U+FEFF for the caller to refuse.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new FormatError('not UTF-8');
  }
}

/** @param {Uint8Array} bytes @returns {string} lower-case hex, two digits a byte */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} hex digits of either case, an even number of them @returns {Uint8Array} */
export function fromHex(hex) {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) throw new FormatError('not hex');
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** @param {...Uint8Array} parts @returns {Uint8Array} all parts, one after the other */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Not constant-time: nothing here is secret. @param {Uint8Array} a @param {Uint8Array} b @returns {boolean} */
export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
