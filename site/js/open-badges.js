// Open Badges 3.0 AchievementCredential on VC 2.0: what must be there before anything else is looked at.
// https://www.imsglobal.org/spec/ob/v3p0/ and https://www.w3.org/TR/vc-data-model-2.0/
// @ts-check
import { SCHEMA } from './accepted-schema.js';
import * as schema from './json-schema.js';

/** @typedef {import('./strict-json.js').Json} Json */

/** @param {Json} document @returns {string | null} JSON pointer of the first member that is missing or ill-formed; '/': no object; or null */
export function firstMistake(document) {
  const mistake = schema.firstMistake(SCHEMA, document);
  return mistake === '' ? '/' : mistake;
}
