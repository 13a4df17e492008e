// Relatives of a VC 2.0 credential with embedded proofs, told apart so that they are called unsupported and never forged.
// https://www.w3.org/TR/vc-jose-cose/, https://www.w3.org/TR/vc-data-model-2.0/ sections 4.12 and 4.13, and their forebears
// @ts-check

/** @typedef {import('./strict-json.js').JsonObject} JsonObject */
/** @typedef {import('./strict-json.js').Json} Json */

const TOKEN = /^[ \t\r\n]*eyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}(~[A-Za-z0-9_~.-]*)?[ \t\r\n]*$/;
const CONTEXTS = new Map([
  ['https://www.w3.org/2018/credentials/v1', 'Verifiable Credentials 1.1'],
  ['https://w3id.org/openbadges/v1', 'Open Badges 1'],
  ['https://w3id.org/openbadges/v2', 'Open Badges 2.0'],
]);
const TYPES = new Map([
  ['EnvelopedVerifiableCredential', 'an enveloped credential'],
  ['EnvelopedVerifiablePresentation', 'an enveloped presentation'],
  ['VerifiablePresentation', 'a presentation'],
]);

/** @param {Uint8Array} bytes @returns {boolean} whether they look like VC-JWT, SD-JWT or another JOSE token */
export const isToken = (bytes) => TOKEN.test(new TextDecoder().decode(bytes));

/** @param {JsonObject} value @returns {string | null} what it is, in words, if it is a relative */
export function nameOf(value) {
  const [context] = textsOf(value['@context']);
  return CONTEXTS.get(context) ?? textsOf(value.type).map((name) => TYPES.get(name)).find((name) => name !== undefined) ?? null;
}

/** @param {Json | undefined} value @returns {string[]} */
const textsOf = (value) => (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
