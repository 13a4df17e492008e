// Strict Ed25519 verification. https://www.rfc-editor.org/rfc/rfc8032.html section 5.1.7, behind a guard.
// WebCrypto, OpenSSL and libsodium disagree about unusual keys and signatures; they agree about everything that this guard lets through.
// The same guard stands in issuer/formats/ed25519.py.
// @ts-check
import { concat, fromHex, toHex } from './bytes.js';
import { decodeMultikey } from './multikey.js';
import vendored from './vendor/tweetnacl.js';

/** @type {{sign: {detached: {verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean}}}} */
const tweetnacl = /** @type {any} */ (vendored);

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
/** y of the points of order 8; their other coordinates follow from the sign bit. */
const ORDER_8 = [
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];
/** With either sign bit these are the 14 encodings of the eight points of small order. */
const SMALL_ORDER_Y = [0n, 1n, P - 1n, P, P + 1n, ...ORDER_8];

/** @param {Uint8Array} bytes little-endian @returns {bigint} */
const toInteger = (bytes) => BigInt('0x' + toHex(bytes.slice().reverse()));

/**
 * Whether bytes encode a point canonically (y < p) that is not of small order. Whether it is on the curve is the engine's question.
 * @param {Uint8Array} point
 * @returns {boolean}
 */
export function isStrictPoint(point) {
  if (point.length !== 32) return false;
  const y = toInteger(point) % 2n ** 255n;
  return y < P && !SMALL_ORDER_Y.includes(y);
}

/** @param {Uint8Array} signature @returns {boolean} whether it has 64 bytes, R is a strict point and S < L */
export const isStrictSignature = (signature) =>
  signature.length === 64 && isStrictPoint(signature.slice(0, 32)) && toInteger(signature.slice(32)) < L;

/** @typedef {(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>} Verifier */

/** @type {Record<'webcrypto' | 'tweetnacl', Verifier>} */
const engines = {
  async webcrypto(publicKey, message, signature) {
    try {
      const key = await crypto.subtle.importKey('raw', own(publicKey), 'Ed25519', false, ['verify']);
      return await crypto.subtle.verify('Ed25519', key, own(signature), own(message));
    } catch {
      return false; // not a point on the curve, or no such algorithm here
    }
  },
  async tweetnacl(publicKey, message, signature) {
    return tweetnacl.sign.detached.verify(message, signature, publicKey);
  },
};

/** @typedef {keyof typeof engines} EngineName */

/** A copy with a buffer of its own, which is what WebCrypto's types ask for. @param {Uint8Array} bytes */
const own = (bytes) => new Uint8Array(bytes);

/** @type {Promise<EngineName> | undefined} */
let chosen;

/** Which engine verifies here: WebCrypto if it gets RFC 8032 section 7.1 test 2 right, else tweetnacl. @returns {Promise<EngineName>} */
export function engine() {
  chosen ??= selfTest();
  return chosen;
}

/** Makes one engine verify from now on, for tests; null chooses anew. @param {EngineName | null} name */
export function useEngine(name) {
  chosen = name === null ? undefined : Promise.resolve(name);
}

/** @returns {Promise<EngineName>} */
async function selfTest() {
  const publicKey = decodeMultikey('z6MkiaMbhXHNA4eJVCCj8dbzKzTgYDKf6crKgHVHid1F1WCT');
  const signature = concat(
    fromHex('92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da'),
    fromHex('085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'),
  );
  const good = await engines.webcrypto(publicKey, Uint8Array.of(0x72), signature);
  const bad = await engines.webcrypto(publicKey, Uint8Array.of(0x73), signature);
  return good && !bad ? 'webcrypto' : 'tweetnacl';
}

/**
 * Whether a signature (64 bytes) on a message is good under a public key (32 bytes). Anything malformed is false.
 * @type {Verifier}
 */
export async function verify(publicKey, message, signature) {
  if (!isStrictPoint(publicKey) || !isStrictSignature(signature)) return false;
  return engines[await engine()](publicKey, message, signature);
}
