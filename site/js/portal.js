// The verify page: take a link, an ID, a record.json or a credential.json, and check it against what this site publishes.
// @ts-check
import { ID, fetchEvidence, fetchRecord, fetchSentences, folderOf, thisSite } from './evidence.js';
import { equal, utf8 } from './bytes.js';
import { failed, shown, unknown } from './finding.js';
import { serialize } from './jcs.js';
import { issuerOf } from './objects.js';
import { isToken } from './other-formats.js';
import { longDate, signedFields, signedLabels } from './signed-fields.js';
import { isObject, parse } from './strict-json.js';
import { verify } from './verification.js';
import { element, link, notesOf, reasonOf, showSteps, showVerdict } from './verdict-view.js';

/** @typedef {import('./evidence.js').Sentences} Sentences */
/** @typedef {import('./verification.js').Check} Check */
/** @typedef {import('./signed-fields.js').Credential} Credential */
/** @typedef {(Node | string)[]} Paragraph */

/** An answer without checks: why there is nothing to check, in plain words. */
class Refusal extends Error {
  /** @param {...Paragraph} paragraphs */
  constructor(...paragraphs) {
    super('nothing to check');
    this.paragraphs = paragraphs;
  }
}

const MAX_FILE_BYTES = 1024 * 1024;
const ID_LENGTH = 26;
/** As on the certificate's own page. */
const LABELS = new Map([
  ['name', 'Awarded to'], ['achievement', 'Achievement'], ['description', 'Description'], ['criteria', 'Criteria'], ['issuer', 'Issued by'],
  ['awarded', 'Awarded on'], ['valid_until', 'Valid until'], ['id', 'Certificate ID'],
]);
const HIDDEN = new Set(['issuer_url', 'issuer.id', 'url']);

const site = thisSite();
const portal = /** @type {HTMLElement} */ (document.querySelector('[data-portal]'));
const drop = /** @type {HTMLFormElement} */ (portal.querySelector('[data-drop]'));
const result = /** @type {HTMLElement} */ (portal.querySelector('[data-result]'));
const said = /** @type {HTMLElement} */ (portal.querySelector('[data-said]'));
const given = /** @type {HTMLTextAreaElement} */ (drop.querySelector('textarea'));

/**
 * @typedef {object} Given
 * @property {string} id empty when it is no certificate of this site
 * @property {Uint8Array} record
 * @property {boolean} [asked] whether the reader asked for this ID, and the site answered with the record
 * @property {Uint8Array | null} [beside] the published record of the same ID
 * @property {boolean} [differs] whether it is a credential.json that says something else than the published record
 * @property {Paragraph | null} note what the reader should know about how this was read
 */

/** What there is to check a certificate of another issuer with: this site asks no other site. */
const NOTHING = { did: null, keys: null, register: null, checkpoint: null, proof: null, beside: null, lists: new Map(), expected: site.expected };

/** @param {Uint8Array} bytes @returns {Promise<Given>} */
async function readGiven(bytes) {
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') throw new Refusal(['Nothing was given. Enter a link or an ID, or choose a file.']);
  if (text.startsWith('%PDF') || text.startsWith('<') || text.includes('\ufffd')) {
    throw new Refusal(['This is a picture or a document. It shows a certificate, but it cannot be checked.'], ['Enter the link that is printed on it.']);
  }
  return text.startsWith('{') || isToken(bytes) ? readJson(bytes) : readAddress(text);
}

/** @param {string} text a link to a page of this site, or an ID @returns {Promise<Given>} */
async function readAddress(text) {
  const plain = text.toLowerCase();
  const id = ID.test(plain) ? plain : idOf(withScheme(text));
  const record = await fetchRecord(site, id);
  if (record === null) throw new Refusal([`This site has no certificate with the ID ${id}, or it could not be read.`], ['Compare the ID with the one on the certificate.']);
  return { id, record, asked: true, note: null };
}

/** @param {string} text @returns {string} a link that was written as people write it, localhost:8420/c/…, with what it leaves out */
const withScheme = (text) => (/^[\w.-]+(:\d+)?\/\S*$/.test(text) ? `${site.base.protocol}//${text}` : text);

/** @param {string} address @returns {string} the ID, when it is a page of this site, whether its link begins with http or https */
function idOf(address) {
  if (/^[0-9a-z]{16,40}$/i.test(address)) throw new Refusal(almostAnId(address));
  if (!URL.canParse(address)) throw new Refusal(['This is neither a link, nor an ID, nor the contents of a certificate file.']);
  const url = new URL(address);
  const home = site.base.host + site.base.pathname;
  const [folder, id = ''] = (url.host + url.pathname).slice(home.length).split('/');
  if (!/^https?:$/.test(url.protocol) || !(url.host + url.pathname).startsWith(home)) {
    throw new Refusal(['This link leads to another site, which has to answer for itself. ', link(url.href, 'Open its own page'), '.']);
  }
  if (folder !== 'c' || !ID.test(id)) throw new Refusal(['This link leads to this site, but not to a certificate.']);
  return id;
}

/** @param {string} text letters and digits that are no ID @returns {Paragraph} why */
function almostAnId(text) {
  const why = text.length === ID_LENGTH ? 'an ID has no i, l, o or u' : `${text.length} characters; an ID has ${ID_LENGTH}`;
  return [`This is not a whole ID: ${why}. Compare it with the one on the certificate.`];
}

/** @param {Uint8Array} bytes @returns {Promise<Given>} */
async function readJson(bytes) {
  if (isToken(bytes)) return { id: '', record: bytes, note: null };
  const credential = parseCredential(bytes);
  const address = typeof credential.id === 'string' ? credential.id : '';
  if (issuerOf(credential) !== site.expected) return { id: '', record: bytes, note: foreign(credential, address) };
  const id = idOf(address);
  const published = await fetchRecord(site, id);
  const suite = isObject(credential.proof) ? credential.proof.cryptosuite : undefined;
  if (suite === 'eddsa-rdfc-2022') return readWalletFile(credential, id, published);
  const newer = published !== null && !equal(published, bytes);
  const note = newer ? ['This file differs from what the issuer publishes now. ', link(folderOf(site, id).href, 'See the published certificate'), '.'] : null;
  return { id, record: bytes, beside: published, note };
}

/** @param {Credential} credential @param {string} address @returns {Paragraph} who could answer for it */
function foreign(credential, address) {
  const name = (isObject(credential.issuer) && shown(credential.issuer.name)) || shown(issuerOf(credential)) || 'nobody';
  return [`This certificate names another issuer: ${name}. Only that issuer's site can answer for it. `, link(address, 'Open its own page'), '.'];
}

/** @param {Uint8Array} bytes @returns {Credential} */
function parseCredential(bytes) {
  try {
    const value = parse(bytes);
    if (isObject(value)) return value;
  } catch {
    // said below, in the reader's words
  }
  throw new Refusal(['This file is not a credential: it could not be read as JSON, or it is too large.']);
}

/**
 * A credential.json carries a proof for wallets; the record of the same ID carries the proof that is checked here.
 * @param {Credential} credential
 * @param {string} id
 * @param {Uint8Array | null} published
 * @returns {Given}
 */
function readWalletFile(credential, id, published) {
  if (published === null) throw new Refusal(['The published record of this certificate could not be read, and it is needed to check a credential.json.']);
  const { proof: _theirs, ...claimed } = credential;
  const { proof: _ours, ...signed } = parseCredential(published);
  if (serialize(claimed) === serialize(signed)) return { id, record: published, note: ['This file says the same as the published record, which was checked.'] };
  return { id, record: utf8(serialize(credential)), differs: true, note: [link(folderOf(site, id).href, 'See what was signed'), '.'] };
}

/** The words for a credential.json that says something else than the issuer's record. */
const DIFFERS = { message: 'This credential.json was changed: it does not say what the issuer signed under this ID.', hint: 'Do not rely on this file. Ask the issuer.' };

/**
 * The checks know the proof of a record.json. A credential.json that differs from the record is an older copy, if the status list says so, or was changed.
 * @param {Check[]} checks
 * @returns {Check[]}
 */
function judgeDiffering(checks) {
  if (checks[0].result !== 'pass') return checks;
  const replaced = checks.some(({ code }) => code === 'replaced');
  return checks.map((check) => {
    if (check.name === 'signature' && !replaced) return { ...check, result: 'fail', code: 'differs', detail: {} };
    if (check.name === 'document') return { ...check, code: 'credential' };
    return check.name === 'log' ? { ...check, result: 'unknown', code: 'record-missing', detail: {} } : check;
  });
}

/**
 * A host may show one certificate under the address of another: good as it is, it is not the one that was asked for.
 * issuer/verification/document.py says the same.
 * @param {Check[]} checks @param {Uint8Array} record @param {string} id the one asked for @returns {Check[]}
 */
function judgeAsked(checks, record, id) {
  if (checks[1].code === 'not-checked') return checks;
  const { id: found } = parseCredential(record);
  if (typeof found === 'string' && found.replace(/\/+$/, '').split('/').pop() === id) return checks;
  return checks.map((check, i) => ({ ...check, ...(i === 0 ? failed('another', { found: shown(found) }) : unknown('not-checked')) }));
}

/** @param {Sentences} sentences @returns {Sentences} with the words that only this page has */
function withOwn(sentences) {
  const { title = 'signature', codes = {} } = sentences.signature ?? {};
  return { ...sentences, signature: { title, codes: { ...codes, differs: DIFFERS } } };
}

/** @param {Uint8Array} bytes @returns {Promise<() => void>} what shows the answer, for the caller to run if it is still wanted */
async function check(bytes) {
  const now = new Date();
  const { id, record, beside = null, differs = false, asked = false, note } = await readGiven(bytes);
  const fetching = id === '' ? NOTHING : fetchEvidence(site, id, Promise.resolve(record));
  const [evidence, fetched] = await Promise.all([fetching, fetchSentences(site)]);
  const sentences = withOwn(fetched);
  const found = await verify({ record, ...evidence, beside, now });
  const checks = differs ? judgeDiffering(found.checks) : asked ? judgeAsked(found.checks, record, id) : found.checks;
  const verdict = differs || checks !== found.checks ? 'not valid' : found.verdict;
  const credential = checks[1].code === 'not-checked' ? null : /** @type {Credential} */ (parse(record));
  const reason = reasonOf(verdict, checks, sentences);
  const lead = reason?.message ?? `${String(credential?.issuer.name)} signed exactly what stands below, and has not taken it back.`;
  const why = [[lead], ...(reason?.hint ? [[reason.hint]] : []), ...notesOf(checks, sentences)];
  const isForeign = id === '' && verdict === 'cannot tell' && credential !== null;
  return () => {
    showSteps(result, checks, sentences);
    said.replaceChildren(...(credential === null ? [] : facts(credential, id, checks[1].result === 'pass' ? 'What was signed' : 'What it says')));
    showVerdict(result, verdict, [...(isForeign ? [] : why), ...(note ? [note] : [])], now);
  };
}

/** @param {Credential} credential @param {string} id @param {string} title @returns {Node[]} */
function facts(credential, id, title) {
  const labels = new Map([...signedLabels(credential), ...LABELS]);
  const fields = [...signedFields(credential)].filter(([field, value]) => value !== '' && !HIDDEN.has(field));
  const rows = [...fields.filter(([field]) => field !== 'id'), ...fields.filter(([field]) => field === 'id')];
  const row = (/** @type {[string, string]} */ [field, value]) => {
    const words = field === 'awarded' || field === 'valid_until' ? longDate(value) : value;
    return element('div', {}, element('dt', { dir: 'auto' }, labels.get(field) ?? field), element('dd', field === 'id' ? { class: 'mono' } : { dir: 'auto' }, words));
  };
  const facts = [element('h2', {}, title), element('dl', { class: 'facts' }, ...rows.map(row))];
  if (id === '') return facts;
  const page = element('a', { class: 'button', href: folderOf(site, id).href }, 'Open its page');
  return [...facts, element('p', { class: 'actions' }, page)];
}

/** @param {unknown} error */
function explain(error) {
  for (const list of result.querySelectorAll('[data-steps], [data-said]')) list.replaceChildren();
  showVerdict(result, 'cannot tell', error instanceof Refusal ? error.paragraphs : [['Something went wrong in the script that checks. Reload the page and try again.']], null);
}

let turn = 0;
/** @param {Promise<Uint8Array> | Uint8Array} source */
async function start(source) {
  const mine = ++turn;
  delete document.documentElement.dataset.verdict;
  result.hidden = false;
  result.classList.remove('without-checks');
  const view = /** @type {HTMLElement} */ (result.querySelector('[data-verdict-view]'));
  view.dataset.verdict = 'checking';
  view.querySelector('[data-verdict-word]')?.replaceChildren('Checking…');
  view.querySelector('[data-verdict-why]')?.replaceChildren();
  const show = await Promise.resolve(source).then(check).catch((error) => () => explain(error));
  if (mine !== turn) return; // the reader has given something else meanwhile
  show();
  result.classList.toggle('without-checks', result.querySelector('.step') === null);
  result.scrollIntoView({ block: 'nearest' });
}

/** @param {File} file @returns {Promise<Uint8Array>} */
async function readFile(file) {
  if (file.size > MAX_FILE_BYTES) throw new Refusal(['This file is too large to be a certificate file. Choose its record.json or credential.json.']);
  return new Uint8Array(await file.arrayBuffer());
}

drop.addEventListener('submit', (event) => {
  event.preventDefault();
  start(utf8(given.value.trim()));
});
drop.querySelector('input')?.addEventListener('change', (event) => {
  const [file] = /** @type {HTMLInputElement} */ (event.target).files ?? [];
  if (file) start(readFile(file));
});
for (const name of ['dragenter', 'dragover']) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.dataset.over = '';
  });
}
for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => delete drop.dataset.over);
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) start(readFile(file));
});
