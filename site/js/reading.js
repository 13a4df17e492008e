// What is said about one issuer, read and verified once.
// @ts-check
import { parseCheckpoint } from './checkpoint.js';
import { attempt } from './errors.js';
import { failed, unknown } from './finding.js';
import { readIssuerKeys } from './issuer-keys.js';
import { keysInUse } from './key-windows.js';
import { decodeMultikey } from './multikey.js';
import { parseNote, verifyNote } from './signed-note.js';
import { readList, readRegister } from './status-lists.js';

/** @typedef {import('./checkpoint.js').Checkpoint} Checkpoint */
/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./issuer-keys.js').IssuerKeys} IssuerKeys */

/**
 * What an issuer publishes about itself. Bytes are as published; null stands for "could not be had".
 * @typedef {object} About
 * @property {Uint8Array | null} did the issuer's DID document
 * @property {Uint8Array | null} keys keys.json: the issuer's keys with their windows, and its log
 * @property {Uint8Array | null} register the status register
 * @property {Uint8Array | null} checkpoint the newest one that its site shows
 * @property {Map<string, Uint8Array>} lists address of a status list → the list, for our own issuers that with the jcs proof
 */

/** About, as one issuer's. */
export class Reading {
  /** @param {About} about @param {string} did */
  constructor(about, did) {
    this.about = about;
    this.keys = readIssuerKeys(about, did);
    /** @type {Map<string, Promise<import('./status-lists.js').StatusList | Finding>>} */
    this.lists = new Map();
    /** @type {Map<string, Promise<import('./strict-json.js').JsonObject[]>>} */
    this.registers = new Map();
  }

  /** @param {string} url @returns {Promise<import('./status-lists.js').StatusList | Finding>} the list, or why there is none that counts */
  async statusList(url) {
    const bytes = this.about.lists.get(url);
    if (bytes === undefined) return unknown('list-missing');
    const read = this.lists.get(url) ?? readList(bytes, url, this.keys);
    this.lists.set(url, read);
    return read;
  }

  /** @param {string} url @returns {Promise<import('./strict-json.js').JsonObject[]>} entries; none if there is no register that counts */
  register(url) {
    const read = this.registers.get(url) ?? readRegister(this.about.register, url, this.keys);
    this.registers.set(url, read);
    return read;
  }

  /** @param {Uint8Array} bytes a signed note @returns {Promise<Checkpoint | Finding>} the checkpoint, or why it does not count */
  async point(bytes) {
    const read = attempt(() => {
      const note = parseNote(bytes);
      return { note, point: parseCheckpoint(note.text) };
    });
    if (read === null) return failed('log-proof-malformed');
    const { windows } = this.keys;
    if (windows === null) return unknown('checkpoint-unverified');
    if (read.point.origin !== windows.origin) return failed('checkpoint-origin');
    for (const key of keysInUse(windows, 'log')) {
      const publicKey = attempt(() => decodeMultikey(key));
      if (publicKey !== null && (await verifyNote(read.note, read.point.origin, publicKey))) return read.point;
    }
    return failed('checkpoint-forged');
  }
}
