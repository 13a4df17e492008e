// Does the reference verifier @digitalbazaar/vc accept a file of ours, and what does its Bitstring status check say?
// node digitalbazaar.mjs SITE FILE   →   {"verified": true, "revoked": false, "error": ""}
// SITE: a published site in a folder, which stands for the network. No request leaves the machine.
import fs from 'node:fs';
import path from 'node:path';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { defaultDocumentLoader, verifyCredential } from '@digitalbazaar/vc';

const [site, file] = process.argv.slice(2);
const read = (name) => JSON.parse(fs.readFileSync(name, 'utf-8'));
const keys = read(path.join(site, 'trust', 'keys.json'));
const did = read(path.join(site, '.well-known', 'did.json'));
const contexts = path.resolve(import.meta.dirname, '../../issuer/formats/contexts');

async function documentLoader(url) {
  const answer = (document) => ({ contextUrl: null, document, documentUrl: url, tag: 'static' });
  if (url === 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json') return answer(read(path.join(contexts, 'ob-3.0.3.json')));
  if (url === did.id) return answer(did);
  const method = did.verificationMethod.find(({ id }) => id === url);
  if (method) return answer({ '@context': 'https://w3id.org/security/multikey/v1', ...method });
  if (url.startsWith(keys.base)) return answer(read(path.join(site, url.slice(keys.base.length))));
  return defaultDocumentLoader(url);
}

const credential = read(file);
const suites = { 'eddsa-jcs-2022': createVerifyCryptosuite(), 'eddsa-rdfc-2022': rdfc };
const suite = new DataIntegrityProof({ cryptosuite: suites[credential.proof.cryptosuite] });
const result = await verifyCredential({ credential, suite, documentLoader, checkStatus: async () => ({ verified: true }) });
const listSuite = new DataIntegrityProof({ cryptosuite: rdfc });
const status = await checkStatus({ credential, documentLoader, suite: listSuite, verifyBitstringStatusListCredential: true });
console.log(
  JSON.stringify({
    verified: result.verified,
    listVerified: status.verified,
    revoked: (status.results ?? []).some(({ status: bit }) => bit === true),
    error: String(result.error?.errors?.[0]?.message ?? result.error?.message ?? ''),
    listError: String(status.error?.message ?? ''),
  }),
);
