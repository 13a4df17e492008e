// JSON Schema 2020-12 (https://json-schema.org/draft/2020-12), as far as our schemas use it. Python takes a library instead:
// issuer/formats/schema.py. Both name the same first mistake: tests/vectors/schema.
// @ts-check
import { isObject } from './strict-json.js';
import { isTimestamp } from './timestamp.js';

/** @typedef {import('./strict-json.js').Json} Json */
/** @typedef {{[keyword: string]: any}} Schema one that tests/js/schema.test.js has found to use only the keywords below */
/** @typedef {(place: string) => void} Report takes the JSON pointer of a mistake */

/** @type {Record<string, (value: Json) => boolean>} */
const TYPES = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
};

/** @param {any} names @returns {any[]} a keyword that takes one or a list */
const listed = (names) => (Array.isArray(names) ? names : [names]);

/** @param {string} name @returns {string} RFC 6901 section 3 */
const escaped = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * keyword → what it says of a value. A keyword about another kind of value says nothing.
 * @type {Record<string, (argument: any, value: any, place: string, check: Check, schema: Schema, report: Report) => void>}
 */
export const KEYWORDS = {
  $ref: (name, value, place, check) => check.against(check.definition(name), value, place),
  type(names, value, place, check, schema, report) {
    if (!listed(names).some((name) => TYPES[name](value))) report(place);
  },
  const(wanted, value, place, check, schema, report) {
    if (value !== wanted) report(place);
  },
  enum(wanted, value, place, check, schema, report) {
    if (!wanted.includes(value)) report(place);
  },
  pattern(source, value, place, check, schema, report) {
    if (typeof value === 'string' && !new RegExp(source, 'u').test(value)) report(place);
  },
  format(name, value, place, check, schema, report) {
    if (typeof value === 'string' && !isTimestamp(value)) report(place);
  },
  minLength(count, value, place, check, schema, report) {
    if (typeof value === 'string' && [...value].length < count) report(place);
  },
  minItems(count, value, place, check, schema, report) {
    if (Array.isArray(value) && value.length < count) report(place);
  },
  prefixItems(schemas, value, place, check) {
    if (Array.isArray(value)) value.slice(0, schemas.length).forEach((item, i) => check.against(schemas[i], item, `${place}/${i}`));
  },
  items(inner, value, place, check, schema) {
    const start = (schema.prefixItems ?? []).length;
    if (Array.isArray(value)) value.slice(start).forEach((item, i) => check.against(inner, item, `${place}/${start + i}`));
  },
  contains(inner, value, place, check, schema, report) {
    if (Array.isArray(value) && !value.some((item) => check.fits(inner, item))) report(place);
  },
  required(names, value, place, check, schema, report) {
    if (isObject(value)) for (const name of names) if (!Object.hasOwn(value, name)) report(`${place}/${escaped(name)}`);
  },
  properties(schemas, value, place, check) {
    if (!isObject(value)) return;
    for (const [name, inner] of Object.entries(schemas)) {
      if (Object.hasOwn(value, name)) check.against(inner, value[name], `${place}/${escaped(name)}`);
    }
  },
  not(inner, value, place, check, schema, report) {
    if (check.fits(inner, value)) report(place);
  },
  if(inner, value, place, check, schema) {
    if (check.fits(inner, value)) check.against(schema.then, value, place);
  },
};

/** What stands in a schema and asks nothing of a value by itself. */
export const SILENT = ['$schema', '$defs', 'title', 'description', 'then'];

/** One walk over one document. */
class Check {
  /** @param {Schema} root */
  constructor(root) {
    this.root = root;
    /** @type {string[]} */
    this.mistakes = [];
  }

  /** @param {string} reference such as #/$defs/moment @returns {Schema} */
  definition(reference) {
    return this.root.$defs[reference.slice('#/$defs/'.length)];
  }

  /** @param {Schema} schema @param {Json} value @param {string} place */
  against(schema, value, place) {
    const report = (/** @type {string} */ mistake) => this.mistakes.push(mistake);
    for (const [keyword, argument] of Object.entries(schema)) KEYWORDS[keyword]?.(argument, value, place, this, schema, report);
  }

  /** @param {Schema} schema @param {Json} value @returns {boolean} */
  fits(schema, value) {
    const inner = new Check(this.root);
    inner.against(schema, value, '');
    return inner.mistakes.length === 0;
  }
}

/**
 * @param {Schema} schema
 * @param {Json} document
 * @returns {string | null} JSON pointer of the mistake whose place sorts first by UTF-16 code units, '' for the whole; null if it fits
 */
export function firstMistake(schema, document) {
  const check = new Check(schema);
  check.against(schema, document, '');
  return check.mistakes.sort()[0] ?? null;
}
