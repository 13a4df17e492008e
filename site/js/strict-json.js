// JSON, read strictly enough that every language sees the same value. https://www.rfc-editor.org/rfc/rfc8259.html with the limits of
// https://www.rfc-editor.org/rfc/rfc7493.html (I-JSON) and a bound on size and depth. JSON.parse loses duplicate keys and rounds integers.
// @ts-check
import { fromUtf8 } from './bytes.js';
import { FormatError } from './errors.js';

/** Bytes of a record. */
export const MAX_BYTES = 65536;
/** Containers inside containers: [[1]] has depth 2. */
const MAX_DEPTH = 32;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /u[0-9a-fA-F]{4}|["\\/bfnrt]/y;
const SPACE = /[ \t\n\r]*/y;
/** @type {Record<string, string>} */
const ESCAPED = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** @typedef {{[key: string]: Json}} JsonObject without a prototype, so "__proto__" is a key like any other */
/** @typedef {Json[]} JsonArray */
/** @typedef {null | boolean | number | string | JsonArray | JsonObject} Json */

/**
 * Refuses: more than maxBytes, bytes that are not UTF-8, a byte order mark, duplicate keys, depth over 32, integers outside ±(2^53−1),
 * numbers that are not finite, lone surrogates, and anything after the value.
 * @param {Uint8Array} bytes
 * @param {number} [maxBytes]
 * @returns {Json}
 */
export function parse(bytes, maxBytes = MAX_BYTES) {
  if (bytes.length > maxBytes) throw new FormatError(`JSON of more than ${maxBytes} bytes`);
  return new Parser(fromUtf8(bytes)).document();
}

/** @param {unknown} value @returns {value is JsonObject} */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

class Parser {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0; // UTF-16 code units
  }

  /** @returns {Json} */
  document() {
    const value = this.value(0);
    this.match(SPACE);
    if (this.at !== this.text.length) throw this.error('unexpected text after the value');
    return value;
  }

  /** @param {number} depth of containers around this value @returns {Json} */
  value(depth) {
    this.match(SPACE);
    const next = this.text.charAt(this.at);
    if (next === '{') return this.object(depth + 1);
    if (next === '[') return this.array(depth + 1);
    if (next === '"') return this.string();
    for (const [word, value] of /** @type {const} */ ([['true', true], ['false', false], ['null', null]])) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  /** @param {number} depth @returns {JsonObject} */
  object(depth) {
    const object = Object.create(null);
    this.list('}', depth, () => {
      if (this.text.charAt(this.at) !== '"') throw this.error('expected a key');
      const key = this.string();
      if (Object.hasOwn(object, key)) throw this.error('duplicate key');
      this.match(SPACE);
      this.expect(':');
      object[key] = this.value(depth);
    });
    return object;
  }

  /** @param {number} depth @returns {Json[]} */
  array(depth) {
    /** @type {Json[]} */
    const items = [];
    this.list(']', depth, () => items.push(this.value(depth)));
    return items;
  }

  /** What stands between brackets. @param {string} end @param {number} depth @param {() => void} readItem */
  list(end, depth, readItem) {
    if (depth > MAX_DEPTH) throw this.error(`nested deeper than ${MAX_DEPTH}`);
    this.at++;
    this.match(SPACE);
    if (this.text.charAt(this.at) === end) {
      this.at++;
      return;
    }
    for (;;) {
      this.match(SPACE);
      readItem();
      this.match(SPACE);
      if (this.text.charAt(this.at) === end) break;
      this.expect(',');
    }
    this.at++;
  }

  /** @returns {string} */
  string() {
    this.at++;
    let string = '';
    for (;;) {
      string += this.match(PLAIN)?.[0];
      if (this.text.charAt(this.at) !== '\\') break;
      this.at++;
      const escape = this.match(ESCAPE)?.[0];
      if (escape === undefined) throw this.error('unknown escape');
      string += escape.length > 1 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : (ESCAPED[escape] ?? escape);
    }
    this.expect('"');
    if (/\p{Surrogate}/u.test(string)) throw this.error('lone surrogate');
    return string;
  }

  /** @returns {number} */
  number() {
    const match = this.match(NUMBER);
    if (match === null) throw this.error('expected a value');
    const value = Number(match[0]);
    const isInteger = match[1] === undefined && match[2] === undefined;
    if (isInteger ? !Number.isSafeInteger(value) : !Number.isFinite(value)) throw this.error('number out of range');
    return value;
  }

  /** @param {RegExp} pattern sticky @returns {RegExpExecArray | null} */
  match(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }

  /** @param {string} character */
  expect(character) {
    if (this.text.charAt(this.at) !== character) throw this.error(`expected ${character}`);
    this.at++;
  }

  /** @param {string} message */
  error(message) {
    return new FormatError(`${message} at character ${this.at}`);
  }
}
