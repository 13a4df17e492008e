// The certificate page: fetch, verify, compare with what the page shows, and say it.
// @ts-check
import { fetchEvidence, fetchRecord, fetchSentences, thisSite } from './evidence.js';
import { longDate, signedFields, signedLabels } from './signed-fields.js';
import { parse } from './strict-json.js';
import { verify } from './verification.js';
import { element, notesOf, reasonOf, showSteps, showVerdict } from './verdict-view.js';

/** @typedef {import('./verification.js').Check} Check */
/** @typedef {import('./signed-fields.js').Credential} Credential */

const DATES = new Set(['awarded', 'valid_until']);
/** The page may leave these out, but never the others: a certificate without its name or its date says something else. */
const OPTIONAL = new Set(['issuer.id', 'description', 'criteria', 'issuer_url', 'id', 'url']);

/** The words of the check that only this page makes. */
const PAGE_SENTENCES = {
  page: {
    title: 'This page shows what was signed',
    codes: {
      same: { message: 'Every field on this page is as it was signed.', hint: '' },
      altered: { message: 'This page was altered: its “{field}” is not what was signed.', hint: 'Go by the signed record, not by this page, and tell the issuer.' },
      incomplete: { message: 'This page was altered: it leaves out the signed “{field}”.', hint: 'Go by the signed record, not by this page, and tell the issuer.' },
      'not-checked': { message: 'Not checked, because the signed record could not be read.', hint: '' },
      another: { message: 'This page was altered: its record belongs to another certificate.', hint: 'Open the address that is printed on the certificate.' },
    },
  },
};

/** @param {string} words @returns {string} as the HTML parser leaves it */
const asShown = (words) => words.replace(/\r\n?/g, '\n').trim();

/**
 * @param {Credential} credential
 * @param {URL} address of this page
 * @returns {Check} whether the page shows the signed words, all of them, and no others
 */
function comparePage(credential, address) {
  const signed = signedFields(credential);
  const labels = signedLabels(credential);
  /** @type {(code: string, field?: string) => Check} */
  const failed = (code, field = '') => ({ number: 8, name: 'page', result: 'fail', code, detail: { field: labels.get(field) ?? field.replace('_', ' ') } });
  if (!URL.canParse(credential.id) || new URL(credential.id).href !== address.href) return failed('another');
  const shown = new Set();
  for (const found of document.querySelectorAll('[data-field]')) {
    const field = /** @type {HTMLElement} */ (found).dataset.field ?? '';
    shown.add(field);
    if (!agrees(found, field, signed.get(field))) return failed('altered', field);
  }
  for (const found of document.querySelectorAll('[data-label]')) {
    const field = /** @type {HTMLElement} */ (found).dataset.label ?? '';
    if (asShown(found.textContent ?? '') !== asShown(labels.get(field) ?? '')) return failed('altered', field);
  }
  const missing = [...signed].find(([field, value]) => value !== '' && !OPTIONAL.has(field) && !shown.has(field));
  if (missing) return failed('incomplete', missing[0]);
  return { number: 8, name: 'page', result: 'pass', code: 'same', detail: {} };
}

/** @param {Element} found @param {string} field @param {string | undefined} value as signed */
function agrees(found, field, value) {
  if (value === undefined) return false;
  if (DATES.has(field) && found.getAttribute('datetime') !== value) return false;
  return asShown(found.textContent ?? '') === asShown(DATES.has(field) ? longDate(value) : value);
}

/** The key's fingerprint as the issuer publishes it. @param {Credential} credential @param {Uint8Array | null} keys */
function showFingerprint(credential, keys) {
  const place = document.querySelector('[data-fingerprint]');
  try {
    const used = String(credential.proof.verificationMethod).split('#')[1];
    const published = /** @type {any} */ (parse(/** @type {Uint8Array} */ (keys), 16 * 1024 * 1024));
    const { fingerprint } = published.keys.find((/** @type {any} */ { key }) => key === used);
    if (typeof fingerprint === 'string') place?.replaceChildren(fingerprint);
  } catch {
    place?.replaceChildren('could not be read');
  }
}

async function main() {
  if (window.top !== window.self) {
    const alone = element('a', { href: location.href, target: '_blank', rel: 'noopener' }, 'Open it on its own');
    showVerdict(document, 'cannot tell', [['This page is shown inside another page, which could cover parts of it. ', alone, '.']], null);
    return;
  }
  const site = thisSite();
  const id = document.body.dataset.id ?? '';
  const now = new Date();
  const fetching = fetchRecord(site, id);
  const [record, evidence, sentences] = await Promise.all([fetching, fetchEvidence(site, id, fetching), fetchSentences(site)]);
  if (record === null) {
    showVerdict(document, 'cannot tell', [['The signed record of this certificate could not be read.'], ['Reload the page in a moment.']], now);
    return;
  }
  const found = await verify({ record, ...evidence, now });
  let { verdict } = found;
  let lead = '';
  const checks = [...found.checks];
  if (checks[0].result !== 'pass') {
    checks.push({ number: 8, name: 'page', result: 'unknown', code: 'not-checked', detail: {} });
  } else {
    const credential = /** @type {Credential} */ (parse(record));
    checks.push(comparePage(credential, new URL(`c/${id}/`, site.base)));
    if (checks[7].result === 'fail') verdict = 'not valid';
    if (checks[1].result === 'pass') showFingerprint(credential, evidence.keys);
    if (verdict === 'valid') lead = `${String(credential.issuer.name)} signed exactly this, and has not taken it back.`;
  }
  const words = { ...sentences, ...PAGE_SENTENCES };
  const reason = reasonOf(verdict, checks, words);
  showSteps(document, checks, words);
  showVerdict(document, verdict, [[reason?.message ?? lead], ...(reason?.hint ? [[reason.hint]] : []), ...notesOf(checks, words)], now);
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-copy]'))) {
  button.addEventListener('click', async () => {
    const words = button.textContent ?? '';
    const copied = await navigator.clipboard.writeText(button.dataset.copy ?? '').then(() => true, () => false);
    button.replaceChildren(copied ? 'Copied' : 'Could not copy');
    setTimeout(() => button.replaceChildren(words), 2500);
  });
}
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());

main().catch(() => {
  showVerdict(document, 'cannot tell', [['Something went wrong in the script that checks this certificate.'], ['Reload the page, or check with the command line.']], null);
});
