// Check 2: every proof that can be checked is good, and one of them is the issuer's. issuer/verification/signature.py does the same.
// @ts-check
import { SUITE, verifyProof } from './data-integrity.js';
import { failed, passed, shown, unknown } from './finding.js';
import { issuerOf, proofsOf } from './objects.js';

/** @typedef {import('./did-document.js').DidDocument} DidDocument */
/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./issuer-keys.js').Signer} Signer */
/** @typedef {import('./strict-json.js').JsonObject} JsonObject */

const MAX_PROOFS = 8;
const MAX_OF_A_SUITE = 2;
/** Known to issuer/verification, and not to a browser: in a set it may be wrong, so nothing can be told of the set. */
const RDFC = 'eddsa-rdfc-2022';
/** Members of a proof that change what it means, and that are not built in: chains, and proofs that end. */
const NOT_FOLLOWED = ['previousProof', 'expires'];

/**
 * @param {JsonObject} document with its proofs
 * @param {DidDocument | null} keys the issuer's, null if it is not at hand
 * @returns {Promise<{found: Finding, signer: Signer}>} signer: that of the issuer's own proof if there is one
 */
export async function checkSignature(document, keys) {
  const proofs = proofsOf(document);
  const first = signerOf(proofs[0], keys);
  if (proofs.length > MAX_PROOFS) return { found: unknown('proof-unsupported', { suite: `${proofs.length} proofs at once` }), signer: first };
  for (const suite of [SUITE, RDFC]) {
    const { length } = proofs.filter(({ cryptosuite }) => cryptosuite === suite);
    if (length > MAX_OF_A_SUITE) return { found: unknown('proof-unsupported', { suite: `${length} times ${suite}` }), signer: first };
  }
  const judged = await Promise.all(proofs.map(async (proof) => {
    const signer = signerOf(proof, keys);
    return { found: await judge(document, proof, signer), signer };
  }));
  const byIssuer = judged.filter(({ signer }) => signer.did === issuerOf(document));
  const own = byIssuer.length > 0 ? byIssuer : judged;
  const chosen = own.find(({ found }) => found.result === 'pass') ?? own[0];
  const failure = judged.find(({ found }) => found.result === 'fail');
  const unchecked = proofs.some(({ cryptosuite }) => cryptosuite === RDFC) ? unknown('proof-unsupported', { suite: RDFC }) : null;
  return { found: failure?.found ?? unchecked ?? chosen.found, signer: chosen.signer };
}

/**
 * A Multikey in the name of the method is the key, whoever lists it; any other name must stand in the issuer's DID document.
 * @param {JsonObject} proof @param {DidDocument | null} keys @returns {Signer}
 */
function signerOf({ verificationMethod }, keys) {
  const method = typeof verificationMethod === 'string' ? verificationMethod : '';
  const [did, ...rest] = method.split('#');
  const fragment = rest.join('#');
  return { did, method, key: fragment.startsWith('z6Mk') ? fragment : (keys?.methods.get(method) ?? null) };
}

/** @param {JsonObject} document @param {JsonObject} proof @param {Signer} signer @returns {Promise<Finding>} */
async function judge(document, proof, { did, method, key }) {
  const { cryptosuite: suite } = proof;
  if (suite !== SUITE) return unknown('proof-unsupported', { suite: shown(suite) || shown(proof.type) });
  const member = NOT_FOLLOWED.find((name) => Object.hasOwn(proof, name));
  if (member !== undefined) return unknown('proof-unsupported', { suite: `${suite} with ${member}` });
  if (key === null && method.length > did.length + 1) return unknown('key-unreadable', { method: shown(method) });
  const code = await verifyProof(document, proof, `${did}#${key ?? ''}`);
  return code === 'signature-good' ? passed(code, { key: key ?? '' }) : failed(code);
}
