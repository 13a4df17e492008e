// JSON Canonicalization Scheme. https://www.rfc-editor.org/rfc/rfc8785.html
// Strings and numbers are written as ECMAScript writes them (sections 3.2.2.2 and 3.2.2.3), which is what this language does.
// @ts-check
import { equal, utf8 } from './bytes.js';
import { FormatError } from './errors.js';
import { parse } from './strict-json.js';

/** @typedef {import('./strict-json.js').Json} Json */

/** @param {Json} value @returns {Uint8Array} its canonical UTF-8 bytes */
export const canonicalize = (value) => utf8(serialize(value));

/**
 * A document of ours is accepted only when it is exactly its own canonical form.
 * @param {Uint8Array} bytes
 * @param {number} [maxBytes]
 * @returns {Json}
 */
export function parseCanonical(bytes, maxBytes) {
  const value = parse(bytes, maxBytes);
  if (!equal(bytes, canonicalize(value))) throw new FormatError('not in canonical form');
  return value;
}

/** @param {Json} value @returns {string} */
export function serialize(value) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return serializeNumber(value);
  if (typeof value === 'string') return serializeString(value);
  if (Array.isArray(value)) return `[${value.map(serialize).join(',')}]`;
  if (typeof value !== 'object') throw new FormatError(`a ${typeof value} is not JSON`);
  // Section 3.2.3: by UTF-16 code units, which is how sort() compares strings.
  const members = Object.keys(value).sort().map((key) => `${serializeString(key)}:${serialize(value[key])}`);
  return `{${members.join(',')}}`;
}

/** @param {number} value */
function serializeNumber(value) {
  if (!Number.isFinite(value)) throw new FormatError('a number must be finite');
  return String(value); // writes -0 as 0
}

/** @param {string} value */
function serializeString(value) {
  if (/\p{Surrogate}/u.test(value)) throw new FormatError('lone surrogate');
  return JSON.stringify(value);
}
