// A credential → what its page shows. issuer/credential.py does the same in fields() and labels().
// @ts-check

/** @typedef {{[key: string]: any}} Credential one whose structure the document check has passed */

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** @param {unknown} value @returns {string} */
const text = (value) => (typeof value === 'string' ? value : '');

/** @param {unknown} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);

/** @param {string} id of a result description @returns {string} the field that it stands for */
const fieldOf = (id) => id.slice(id.lastIndexOf('#') + 1);

/** @param {string} day ISO @returns {string} 2026-05-30 → 30 May 2026; anything else stays as it is */
export function longDate(day) {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return year === undefined ? day : `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** @param {Credential} credential @returns {Map<string, string>} field → text */
export function signedFields(credential) {
  const { achievement, identifier, result } = credential.credentialSubject;
  const url = text(credential.id);
  const fields = new Map([
    ['name', text(identifier[0].identityHash)],
    ['achievement', text(achievement.name)],
    ['description', text(achievement.description)],
    ['criteria', text(achievement.criteria?.narrative) || text(achievement.criteria?.id)],
    ['issuer', text(credential.issuer.name)],
    ['issuer_url', text(credential.issuer.url)],
    ['issuer.id', text(credential.issuer.id)], // no field of a batch can be called that
    ['awarded', text(credential.awardedDate ?? credential.validFrom).slice(0, 10)],
    ['valid_until', text(credential.validUntil).slice(0, 10)],
    ['id', url.replace(/\/+$/, '').split('/').pop() ?? ''],
    ['url', url],
  ]);
  for (const item of list(result)) {
    if (typeof item?.resultDescription === 'string') fields.set(fieldOf(item.resultDescription), text(item.value));
  }
  return fields;
}

/** @param {Credential} credential @returns {Map<string, string>} the batch's own fields → what they are called */
export function signedLabels(credential) {
  const descriptions = list(credential.credentialSubject.achievement.resultDescription);
  return new Map(descriptions.filter((item) => typeof item?.id === 'string').map((item) => [fieldOf(item.id), text(item.name)]));
}
