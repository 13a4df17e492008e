// Shows a verdict and its checks. Text only ever becomes text: nodes and textContent, never markup.
// @ts-check

import { longDate } from './signed-fields.js';

/** @typedef {import('./verification.js').Check} Check */
/** @typedef {import('./evidence.js').Sentences} Sentences */
/** @typedef {'valid' | 'not valid' | 'cannot tell'} Verdict */

const WORDS = { valid: 'Valid', 'not valid': 'Not valid', 'cannot tell': 'Cannot tell' };
const RESULTS = { pass: 'Passed', fail: 'Failed', unknown: 'Cannot tell' };
const ICONS = {
  pass: 'M5 12.5l4.5 4.5L19 7.5',
  fail: 'M6.5 6.5l11 11m0-11l-11 11',
  unknown: 'M9 9.2c.2-1.900 1.500-3 3.100-3 1.700 0 3 1.100 3 2.700 0 2.500-3.100 2.600-3.100 5m0 3.700v.1',
};
const SVG = 'http://www.w3.org/2000/svg';

/** What each check is good for, in one breath. */
const MEANINGS = /** @type {{[name: string]: string}} */ ({
  document: 'The file is an Open Badges credential, written in the one form that leaves no room for a hidden change.',
  signature: 'A signature is worked out from every character of the record. Whoever changes one character breaks it, and only the holder of the key can make a new one.',
  key: 'The issuer publishes its keys at its own web address. The key on this certificate must be one of them, and must have been in use when the certificate was logged.',
  log: 'The log is a public list that can only grow. A certificate that is in it was issued in the open, and cannot be dated back. The list that the site shows today must not be shorter.',
  status: 'An issuer can take a certificate back, or suspend it for a while. It then stands on a signed list, and the list must be fresh, so that nobody can show you an old one.',
  dates: 'A certificate can begin and end on a date.',
  issuer: 'The web address in the bar of your browser must be the one that the certificate names as its issuer.',
  page: 'The words on this page were compared with the words in the signed record, one by one.',
});

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{[attribute: string]: string}} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} address @param {string} words @returns {Node} a link, or plain text when the address is not on the web */
export function link(address, words) {
  return /^https?:\/\//.test(address) ? element('a', { href: address, rel: 'noopener' }, words) : document.createTextNode(words);
}

/**
 * @param {Check} check
 * @param {Sentences} sentences
 * @returns {{title: string, message: string, hint: string}}
 */
function wordsOf(check, sentences) {
  const { title = check.name, codes = {} } = sentences[check.name] ?? {};
  const { message = check.code, hint = '' } = codes[check.code] ?? {};
  return { title, message: fill(message, check.detail), hint: fill(hint, check.detail) };
}

/** @param {string} sentence @param {{[placeholder: string]: string}} detail */
function fill(sentence, detail) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(detail, name) ? plainDate(String(detail[name])) || 'not stated' : whole)).trim();
}

/** @param {string} words @returns {string} a timestamp as its day; anything else as it is */
const plainDate = (words) => (/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(words) ? longDate(words.slice(0, 10)) : words);

/** Codes that only follow from another check, which says what is missing. */
const FOLLOWING = ['window-unknown', 'form-unknown', 'log-unknown'];

/** A pass that a reader should hear of even when all is well. */
const TOLD = 'key-listed-before';

/** What the issuer says of a certificate comes before the log, so that an old copy of a corrected one is called replaced, not unlogged. */
const ORDER = ['document', 'signature', 'key', 'status', 'log', 'dates', 'issuer', 'page'];

/**
 * @param {Verdict} verdict
 * @param {Check[]} checks
 * @param {Sentences} sentences
 * @returns {{message: string, hint: string} | null} the first check that decides against the certificate
 */
export function reasonOf(verdict, checks, sentences) {
  const against = ORDER.flatMap((name) => checks.filter((check) => check.name === name)).filter(
    ({ result }) => result === (verdict === 'not valid' ? 'fail' : 'unknown'),
  );
  const decisive = against.find(({ code }) => !FOLLOWING.includes(code)) ?? against[0];
  return verdict === 'valid' || decisive === undefined ? null : wordsOf(decisive, sentences);
}

/**
 * What stands below the verdict and its reason: what else a reader should hear, and the way to the certificate that came after.
 * @param {Check[]} checks
 * @param {Sentences} sentences
 * @returns {(Node | string)[][]} paragraphs
 */
export function notesOf(checks, sentences) {
  const told = checks.filter(({ code }) => code === TOLD).map((check) => [wordsOf(check, sentences).message]);
  const newer = checks.map(({ detail }) => detail.replacement).find((address) => address);
  return newer === undefined ? told : [...told, ['There is a newer certificate. ', link(newer, 'Open the newer certificate'), '.']];
}

/**
 * @param {ParentNode} root holds [data-verdict-view]
 * @param {Verdict} verdict
 * @param {(Node | string)[][]} paragraphs
 * @param {Date | null} checked when
 */
export function showVerdict(root, verdict, paragraphs, checked) {
  const view = /** @type {HTMLElement} */ (root.querySelector('[data-verdict-view]'));
  const name = verdict.replace(' ', '-');
  view.dataset.verdict = name;
  view.querySelector('[data-verdict-word]')?.replaceChildren(WORDS[verdict]);
  view.querySelector('[data-verdict-why]')?.replaceChildren(...paragraphs.map((parts) => element('p', {}, ...parts)));
  const when = /** @type {HTMLElement} */ (view.querySelector('[data-verdict-when]'));
  when.hidden = checked === null;
  if (checked !== null) when.replaceChildren(`Checked in this browser on ${checked.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' })}`);
  document.documentElement.dataset.verdict = name;
}

/**
 * @param {ParentNode} root holds [data-steps]
 * @param {Check[]} checks
 * @param {Sentences} sentences
 */
export function showSteps(root, checks, sentences) {
  root.querySelector('[data-steps]')?.replaceChildren(...checks.map((check) => step(check, sentences)));
  for (const waiting of root.querySelectorAll('[data-steps-waiting]')) waiting.remove();
}

/** @param {Check} check @param {Sentences} sentences */
function step(check, sentences) {
  const { title, message, hint } = wordsOf(check, sentences);
  const meaning = element('p', {}, MEANINGS[check.name] ?? '');
  const code = element('p', {}, 'Code: ', element('code', {}, `${check.name}/${check.code}`));
  return element(
    'li',
    { class: 'step', 'data-result': check.result, 'data-check': check.name },
    element('span', { class: 'step-icon', 'aria-hidden': 'true' }, icon(ICONS[check.result])),
    element('h3', {}, title, ' ', element('span', { class: 'step-result' }, RESULTS[check.result])),
    element('p', {}, message),
    ...(hint && check.result !== 'pass' ? [element('p', {}, hint)] : []),
    element('details', {}, element('summary', {}, 'What does this mean?'), meaning, code),
  );
}

/** @param {string} outline */
function icon(outline) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': '2.6', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) {
    svg.setAttribute(name, value);
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', outline);
  svg.append(path);
  return svg;
}
