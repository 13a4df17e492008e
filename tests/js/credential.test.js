import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { SCHEMA } from '../../site/js/accepted-schema.js';
import { firstMistake as firstByNameOfPlace, KEYWORDS, SILENT } from '../../site/js/json-schema.js';
import { firstMistake } from '../../site/js/open-badges.js';
import { signedFields, signedLabels } from '../../site/js/signed-fields.js';
import { isObject, parse } from '../../site/js/strict-json.js';
import { vectorsOf } from './vectors.js';

/** As the page reads a credential: objects without a prototype. */
const read = (value) => parse(new TextEncoder().encode(JSON.stringify(value)), 1 << 20);

const { bases, vectors } = JSON.parse(readFileSync(new URL('../vectors/schema/vectors.json', import.meta.url), 'utf8'));

function changed(vector) {
  const document = structuredClone(bases[vector.base]);
  if (vector.path === undefined) return document;
  const inner = vector.path.slice(0, -1).reduce((value, step) => value[step], document);
  const last = vector.path.at(-1);
  if ('value' in vector) inner[last] = vector.value;
  else if (Array.isArray(inner)) inner.splice(last, 1);
  else delete inner[last];
  return document;
}

test('schema: the first mistake of each vector', () => {
  assert.ok(vectors.length > 300);
  for (const vector of vectors) assert.equal(firstMistake(read(changed(vector))), vector.mistake, vector.name);
});

test('schema: what is no object at all', () => {
  for (const value of [null, true, 7, 'x', [], [{}]]) assert.equal(firstMistake(read(value)), '/');
});

test('schema: only keywords that are understood', () => {
  const visit = (schema) => {
    assert.ok(isObject(schema));
    for (const [keyword, argument] of Object.entries(schema)) {
      assert.ok(keyword in KEYWORDS || SILENT.includes(keyword), keyword);
      if (keyword === 'properties' || keyword === '$defs') Object.values(argument).forEach(visit);
      if (['items', 'contains', 'not', 'if', 'then'].includes(keyword)) visit(argument);
      if (keyword === 'prefixItems') argument.forEach(visit);
      if (keyword === 'format') assert.equal(argument, 'date-time');
      if (keyword === '$ref') assert.ok(SCHEMA.$defs[argument.replace('#/$defs/', '')], argument);
      if (keyword === 'const' || keyword === 'enum') assert.ok([argument].flat().every((word) => typeof word === 'string'));
      if (keyword === 'if') assert.ok('then' in schema);
    }
  };
  visit(SCHEMA);
});

test('schema: places are escaped and sorted', () => {
  const schema = { required: ['b', 'a/~'], properties: { c: { type: 'string' } } };
  assert.equal(firstByNameOfPlace(schema, read({ c: 7 })), '/a~1~0');
  assert.equal(firstByNameOfPlace(schema, read({ c: 7, 'a/~': 1 })), '/b');
  assert.equal(firstByNameOfPlace(schema, read({ c: 7, 'a/~': 1, b: 1 })), '/c');
  assert.equal(firstByNameOfPlace(schema, read({ c: '', 'a/~': 1, b: 1 })), null);
});

test('schema: names that every object inherits elsewhere are missing here', () => {
  assert.equal(firstByNameOfPlace({ required: ['constructor', '__proto__'] }, read({})), '/__proto__');
});

for (const vector of vectorsOf('signed-fields')) {
  test(`signed-fields ${vector.name}`, () => {
    const document = read(vector.document);
    const shown = signedFields(document);
    for (const [field, text] of Object.entries(vector.fields)) {
      if (!field.endsWith('_long')) assert.equal(shown.get(field) ?? '', text, field);
    }
    for (const [field, text] of shown) {
      const byItsStart = field === 'issuer.id' || (field === 'awarded' && !('awarded' in vector.fields));
      if (!byItsStart) assert.equal(vector.fields[field] ?? '', text, field);
    }
    assert.deepEqual([...signedLabels(document)], Object.entries(vector.labels));
  });
}
