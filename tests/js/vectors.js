// Reads the vector files that pytest reads too.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VECTORS = new URL('../vectors/', import.meta.url);
const SHARED = new URL('../../../shared/vectors/', import.meta.url);

const readJson = (url) => JSON.parse(readFileSync(url, 'utf8'));

/** The vectors of one folder; never none. */
export function vectorsOf(folder) {
  const { vectors } = readJson(new URL(`${folder}/vectors.json`, VECTORS));
  if (!vectors.length) throw new Error(`tests/vectors/${folder} has no vectors`);
  return vectors;
}

/** One parsed file each of tests/vectors/verification; never none. */
export function verificationVectors() {
  const folder = new URL('verification/', VECTORS);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  if (!names.length) throw new Error('tests/vectors/verification is empty');
  return names.map((name) => readJson(new URL(encodeURIComponent(name), folder)));
}

/** Files of the vectors that lie beside the project on some machines: [] where they do not. */
export function sharedFiles(folder) {
  const url = new URL(`${folder}/`, SHARED);
  if (!existsSync(url)) return [];
  return readdirSync(fileURLToPath(url), { recursive: true })
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, content: readJson(new URL(name.split('/').map(encodeURIComponent).join('/'), url)) }));
}

export const fromBase64 = (text) => new Uint8Array(Buffer.from(text, 'base64'));
export const fromHex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
export const toHex = (bytes) => Buffer.from(bytes).toString('hex');
export const toText = (bytes) => Buffer.from(bytes).toString('utf8');
