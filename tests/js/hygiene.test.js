// What a strict Content-Security-Policy forbids, and what the browser modules promise, read from their text.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../../site/js/', import.meta.url);
const MODULES = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
const FORBIDDEN = /\beval\s*\(|new Function\b|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|javascript:|import\s*\(/;
const COMMENTS = /^\/\/.*$|\/\*[^]*?\*\//gm;

test('there are modules', () => assert.ok(MODULES.includes('verification.js')));

for (const name of MODULES) {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');

  test(`${name} needs nothing that a strict content security policy forbids`, () => {
    assert.doesNotMatch(text.replace(COMMENTS, ''), FORBIDDEN);
  });

  test(`${name} imports only files beside it`, () => {
    for (const [, source] of text.matchAll(/^(?:import|export)\b.*?\bfrom '([^']+)'/gm)) {
      assert.match(source, /^\.\/(vendor\/)?[a-z0-9-]+\.js$/);
    }
  });
}
