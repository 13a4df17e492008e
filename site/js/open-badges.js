// Open Badges 3.0 AchievementCredential on VC 2.0: what must be there before anything else is looked at.
// https://www.imsglobal.org/spec/ob/v3p0/ and https://www.w3.org/TR/vc-data-model-2.0/
// @ts-check
import { isObject } from './strict-json.js';
import { isTimestamp } from './timestamp.js';

/** @typedef {import('./strict-json.js').Json} Json */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'];
const TYPES = ['VerifiableCredential', 'OpenBadgeCredential'];

/** @param {Json | undefined} value @returns {boolean} */
const isText = (value) => typeof value === 'string' && value !== '';
/** @param {Json | undefined} value @returns {boolean} */
const isAbsentOrTimestamp = (value) => value === undefined || isTimestamp(value);

/**
 * In the order in which they are checked: JSON pointer and what must hold there.
 * @type {[string, (value: Json | undefined) => boolean][]}
 */
const REQUIREMENTS = [
  ['/@context', (value) => Array.isArray(value) && CONTEXTS.every((context, i) => value[i] === context)],
  ['/id', (value) => typeof value === 'string' && /^https?:\/\//.test(value)],
  ['/type', (value) => Array.isArray(value) && TYPES.every((type) => value.includes(type))],
  ['/issuer/id', (value) => typeof value === 'string' && value.startsWith('did:web:')],
  ['/issuer/name', isText],
  ['/validFrom', isTimestamp],
  ['/awardedDate', isAbsentOrTimestamp],
  ['/validUntil', isAbsentOrTimestamp],
  ['/credentialSubject/achievement/name', isText],
  ['/credentialSubject/identifier', (value) => Array.isArray(value) && isObject(value[0]) && isText(value[0].identityHash)],
  ['/proof', isObject],
  ['/credentialStatus', (value) => value === undefined || isStatusEntry(value)],
];

/** @param {Json} value */
const isStatusEntry = (value) =>
  isObject(value)
  && isText(value.statusListCredential)
  && isText(value.statusPurpose)
  && typeof value.statusListIndex === 'string'
  && /^[0-9]{1,15}$/.test(value.statusListIndex);

/** @param {Json} document @returns {string | null} JSON pointer to the first member that is missing or ill-typed, or null */
export function firstMistake(document) {
  if (!isObject(document)) return '/';
  const mistake = REQUIREMENTS.find(([pointer, holds]) => !holds(at(document, pointer)));
  return mistake === undefined ? null : mistake[0];
}

/** @param {Json} document @param {string} pointer RFC 6901, without escapes @returns {Json | undefined} */
function at(document, pointer) {
  /** @type {Json | undefined} */
  let value = document;
  for (const name of pointer.split('/').slice(1)) value = isObject(value) ? value[name] : undefined;
  return value;
}
