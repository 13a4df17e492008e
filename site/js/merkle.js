// Merkle trees and their proofs. https://www.rfc-editor.org/rfc/rfc6962.html section 2.1; the checking of proofs is written out in
// https://www.rfc-editor.org/rfc/rfc9162.html sections 2.1.3.2 and 2.1.4.2.
// Indexes and sizes are integers up to 2^53−1, so halving is division: >>> would cut them to 32 bits.
// @ts-check
import { concat, equal } from './bytes.js';
import { FormatError } from './errors.js';
import { sha256 } from './sha256.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** @param {Uint8Array} entry @returns {Uint8Array} SHA-256(0x00 + entry), 32 bytes */
export const leafHash = (entry) => sha256(concat(LEAF, entry));

/** @param {Uint8Array} left @param {Uint8Array} right @returns {Uint8Array} SHA-256(0x01 + left + right), 32 bytes */
export const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/** @param {Uint8Array[]} leaves hashes of 32 bytes in log order, may be empty @returns {Uint8Array} 32 bytes, section 2.1 */
export function rootOf(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/**
 * The root that an audit path leads to, RFC 9162 section 2.1.3.2.
 * @param {Uint8Array} leaf hash
 * @param {number} index 0-based
 * @param {number} size leaves in the tree
 * @param {Uint8Array[]} path hashes of 32 bytes, the leaf's sibling first
 * @returns {Uint8Array} 32 bytes
 */
export function rootFromInclusion(leaf, index, size, path) {
  if (!isSize(index) || !isSize(size) || index >= size) throw new FormatError('no such leaf in the tree');
  checkHashes([leaf, ...path]);
  const walk = new Walk(index, size - 1);
  let node = leaf;
  for (const sibling of path) {
    if (walk.atRoot()) throw new FormatError('the inclusion proof is too long');
    node = walk.up() ? nodeHash(sibling, node) : nodeHash(node, sibling);
  }
  if (!walk.atRoot()) throw new FormatError('the inclusion proof is too short');
  return node;
}

/**
 * Whether a path proves that the first tree is a prefix of the second, RFC 9162 section 2.1.4.2.
 * @param {number} first size, at least 1
 * @param {Uint8Array} firstRoot
 * @param {number} second size
 * @param {Uint8Array} secondRoot
 * @param {Uint8Array[]} path
 * @returns {boolean}
 */
export function isConsistent(first, firstRoot, second, secondRoot, path) {
  if (!isSize(first) || !isSize(second) || first < 1 || first > second) return false;
  if ([firstRoot, secondRoot, ...path].some((hash) => hash.length !== 32)) return false;
  if (first === second) return path.length === 0 && equal(firstRoot, secondRoot);
  const walk = new Walk(first - 1, second - 1);
  while (walk.isRightChild()) walk.halve();
  // A complete first tree is itself a node of the second, so its root is left out of the path.
  const [start, ...rest] = walk.index === 0 ? [firstRoot, ...path] : path;
  if (start === undefined) return false;
  let [older, newer] = [start, start];
  for (const hash of rest) {
    if (walk.atRoot()) return false;
    if (walk.up()) [older, newer] = [nodeHash(hash, older), nodeHash(hash, newer)];
    else newer = nodeHash(newer, hash);
  }
  return walk.atRoot() && equal(older, firstRoot) && equal(newer, secondRoot);
}

/** The way from a node to the root: index of the node and of the last node, both 0-based in their level. */
class Walk {
  /** @param {number} index @param {number} last */
  constructor(index, last) {
    this.index = index;
    this.last = last;
  }

  atRoot() {
    return this.last === 0;
  }

  isRightChild() {
    return this.index % 2 === 1;
  }

  halve() {
    this.index = Math.floor(this.index / 2);
    this.last = Math.floor(this.last / 2);
  }

  /** Goes to the parent. @returns {boolean} whether the sibling stands on the left */
  up() {
    const siblingIsLeft = this.isRightChild() || this.index === this.last;
    // The last node of a level may have no sibling: it moves up unchanged until it has one.
    if (siblingIsLeft) while (!this.isRightChild() && this.index !== 0) this.halve();
    this.halve();
    return siblingIsLeft;
  }
}

/** @param {number} size */
const isSize = (size) => Number.isSafeInteger(size) && size >= 0;

/** @param {Uint8Array[]} hashes */
function checkHashes(hashes) {
  if (hashes.some((hash) => hash.length !== 32)) throw new FormatError('a hash must have 32 bytes');
}
