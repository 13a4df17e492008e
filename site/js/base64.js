// Base 64, strict: one spelling for each byte string. https://www.rfc-editor.org/rfc/rfc4648.html sections 3.5, 4 and 5
// @ts-check
import { FormatError } from './errors.js';

const TAIL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Section 4: padded; no white space, and the unused bits of the last digit are zero.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function decodeBase64(text) {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new FormatError('not base64');
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  const last = TAIL.indexOf(text.charAt(text.length - padding - 1));
  if (padding > 0 && last % 2 ** (2 * padding) !== 0) throw new FormatError('base64 with stray bits');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/**
 * Section 5: the URL-safe alphabet without padding.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function decodeBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new FormatError('not base64url without padding');
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return decodeBase64(standard + '='.repeat((4 - (text.length % 4)) % 4));
}

/** @param {Uint8Array} bytes @returns {string} padded, section 4 */
export const encodeBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
