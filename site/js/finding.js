// What one check found.
// @ts-check

/** @typedef {'pass' | 'fail' | 'unknown'} Result unknown is never a pass */
/** @typedef {{[placeholder: string]: string}} Detail for the sentences in checks.json */
/** @typedef {{result: Result, code: string, detail: Detail}} Finding */

/** @param {Result} result @returns {(code: string, detail?: Detail) => Finding} */
const finding = (result) => (code, detail = {}) => ({ result, code, detail });

export const passed = finding('pass');
export const failed = finding('fail');
export const unknown = finding('unknown');

/** @param {object | null} value @returns {value is Finding} */
export const isFinding = (value) => value !== null && 'result' in value && 'code' in value;

/** Enough of a stranger's text for a sentence; nothing of what is no text. @param {unknown} text @returns {string} */
export const shown = (text) => (typeof text === 'string' ? text.slice(0, 200) : '');
