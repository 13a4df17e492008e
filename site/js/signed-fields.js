// A credential → what its page shows. issuer/signed_fields.py does the same: tests/vectors/signed-fields.
// @ts-check
import { serialize } from './jcs.js';
import { isObject } from './strict-json.js';

/** @typedef {{[key: string]: any}} Credential one whose structure the document check has passed */

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const ACHIEVEMENT = 'credentialSubject/achievement';
const ALIGNMENT = ['targetName', 'targetFramework', 'targetCode', 'targetType', 'targetDescription', 'targetUrl'];

/**
 * The members that are fields, where a credential has them: field, what the page calls it, the members that lead to it, and how it is read.
 * @type {[string, string, string, ((value: any) => string)][]}
 */
const MEMBERS = [
  ['achievement_type', 'Type', `${ACHIEVEMENT}/achievementType`, text],
  ['achievement_code', 'Code', `${ACHIEVEMENT}/humanCode`, text],
  ['achievement_version', 'Version', `${ACHIEVEMENT}/version`, text],
  ['achievement_field_of_study', 'Field of study', `${ACHIEVEMENT}/fieldOfStudy`, text],
  ['achievement_specialization', 'Specialization', `${ACHIEVEMENT}/specialization`, text],
  ['achievement_credits', 'Credits to earn', `${ACHIEVEMENT}/creditsAvailable`, text],
  ['achievement_alignment', 'Corresponds to', `${ACHIEVEMENT}/alignment`, alignments],
  ['achievement_tags', 'Keywords', `${ACHIEVEMENT}/tag`, text],
  ['achievement_language', 'Language of these texts', `${ACHIEVEMENT}/inLanguage`, text],
  ['achievement_image', 'Picture of the achievement', `${ACHIEVEMENT}/image/id`, text],
  ['licence', 'Licence number', 'credentialSubject/licenseNumber', text],
  ['role', 'Role', 'credentialSubject/role', text],
  ['term', 'Term', 'credentialSubject/term', text],
  ['started', 'Began on', 'credentialSubject/activityStartDate', day],
  ['ended', 'Ended on', 'credentialSubject/activityEndDate', day],
  ['credits', 'Credits earned', 'credentialSubject/creditsEarned', text],
  ['narrative', 'What was done', 'credentialSubject/narrative', text],
  ['evidence', 'Evidence', 'evidence/id', text],
  ['evidence_name', 'Title of the evidence', 'evidence/name', text],
  ['evidence_narrative', 'About the evidence', 'evidence/narrative', text],
  ['image', 'Picture', 'image/id', text],
  ['renews', 'Renews', 'relatedResource/id', certificate],
];

/** @param {any} value @returns {any[]} */
const items = (value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** @param {any} value @returns {any} a list counts as its first item */
const first = (value) => (Array.isArray(value) ? value[0] : value);

/** @param {any} value @param {string} path names with "/" between @returns {any} the member that they lead to */
function at(value, path) {
  for (const name of path.split('/')) {
    const inner = first(value);
    value = isObject(inner) ? inner[name] : undefined;
  }
  return value;
}

/**
 * @param {any} value
 * @returns {string} a text; a number as RFC 8785 writes it; the texts of a list with commas; of a language object its @value; '' for the rest
 */
function text(value) {
  if (Array.isArray(value)) return value.map(text).filter((item) => item !== '').join(', ');
  const plain = isObject(value) ? value['@value'] : value;
  return typeof plain === 'number' ? serialize(plain) : typeof plain === 'string' ? plain : '';
}

/** @param {any} value @returns {string} */
function day(value) {
  return [...text(value)].slice(0, 10).join('');
}

/** @param {any} value the address of a record.json @returns {string} the certificate's id */
function certificate(value) {
  return text(value).replace(/\/record\.json$/, '').split('/').pop() ?? '';
}

/** @param {any} value @returns {string} */
function alignments(value) {
  const parts = items(value).map((item) => ALIGNMENT.map((name) => text(at(item, name))).filter((part) => part !== '').join(', '));
  return parts.filter((part) => part !== '').join('; ');
}

/** @param {string} id of a result description @returns {string} the field that it stands for */
const fieldOf = (id) => id.slice(id.lastIndexOf('#') + 1);

/** @param {Credential} credential @returns {string} the identity of type `name` that is not hashed; others write credentialSubject.name */
function recipient(credential) {
  const named = items(at(credential, 'credentialSubject/identifier'))
    .filter((identity) => at(identity, 'identityType') === 'name' && at(identity, 'hashed') !== true)
    .map((identity) => text(at(identity, 'identityHash')))
    .find((name) => name !== '');
  return named ?? text(at(credential, 'credentialSubject/name'));
}

/** @param {Credential} credential @returns {[string, string, string][]} field, label, text of each column of the batch's own */
function ownFields(credential) {
  const described = items(at(credential, `${ACHIEVEMENT}/resultDescription`));
  const names = new Map(described.map((description) => [text(at(description, 'id')), text(at(description, 'name'))]));
  /** @type {[string, string, string][]} */
  const results = items(at(credential, 'credentialSubject/result')).map((result) => {
    const place = text(at(result, 'resultDescription'));
    return [fieldOf(place), names.get(place) || fieldOf(place), text(at(result, 'value'))];
  });
  /** @type {[string, string, string][]} */
  const fields = items(at(credential, 'credentialSubject/field')).map((item) => {
    const key = text(at(item, 'key'));
    return [key, text(at(item, 'name')) || key, text(at(item, 'value'))];
  });
  return [...results, ...fields].filter(([key, , value]) => key !== '' && value !== '');
}

/** @param {string} day ISO @returns {string} 2026-05-30 → 30 May 2026; anything else stays as it is */
export function longDate(day) {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return year === undefined ? day : `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** @param {Credential} credential @returns {Map<string, string>} field → text */
export function signedFields(credential) {
  const url = text(credential.id);
  const fields = new Map([
    ['name', recipient(credential)],
    ['achievement', text(at(credential, `${ACHIEVEMENT}/name`))],
    ['description', text(at(credential, `${ACHIEVEMENT}/description`))],
    ['criteria', text(at(credential, `${ACHIEVEMENT}/criteria/narrative`)) || text(at(credential, `${ACHIEVEMENT}/criteria/id`))],
    ['issuer', text(at(credential, 'issuer/name'))],
    ['issuer_url', text(at(credential, 'issuer/url'))],
    ['issuer.id', text(at(credential, 'issuer/id')) || text(credential.issuer)], // no field of a batch can be called that
    ['awarded', day(credential.awardedDate ?? credential.validFrom)],
    ['valid_until', day(credential.validUntil)],
    ['id', url.replace(/\/+$/, '').split('/').pop() ?? ''],
    ['url', url],
  ]);
  for (const [key, , path, read] of MEMBERS) {
    const value = read(at(credential, path));
    if (value !== '') fields.set(key, value);
  }
  for (const [key, , value] of ownFields(credential)) if (!fields.has(key)) fields.set(key, value);
  return fields;
}

/** @param {Credential} credential @returns {Map<string, string>} the fields that not every certificate has → what they are called */
export function signedLabels(credential) {
  const known = MEMBERS.filter(([, , path, read]) => read(at(credential, path)) !== '').map(([key, label]) => [key, label]);
  const labels = new Map(/** @type {[string, string][]} */ (known));
  for (const [key, label] of ownFields(credential)) if (!labels.has(key)) labels.set(key, label);
  return labels;
}
