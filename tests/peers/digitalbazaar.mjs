// Does the reference verifier @digitalbazaar/vc accept files of ours, and what does its Bitstring status check say?
// node digitalbazaar.mjs SITE FILE...   →   [{"accepted": true, "revoked": false, "error": ""}, …]
// SITE: a published site in a folder, which stands for the network. No request leaves the machine.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { defaultDocumentLoader, verifyCredential } from '@digitalbazaar/vc';
import { published, read } from './site.mjs';

const [site, ...files] = process.argv.slice(2);
const did = published(site, `${read(`${site}/trust/keys.json`).base}/.well-known/did.json`);

async function documentLoader(url) {
  const answer = (document) => ({ contextUrl: null, document, documentUrl: url, tag: 'static' });
  if (url === did.id) return answer(did);
  const method = did.verificationMethod.find(({ id }) => id === url);
  if (method) return answer({ '@context': 'https://w3id.org/security/multikey/v1', ...method });
  const document = published(site, url);
  return document === undefined ? defaultDocumentLoader(url) : answer(document);
}

const suites = { 'eddsa-jcs-2022': createVerifyCryptosuite(), 'eddsa-rdfc-2022': rdfc };
const listSuite = new DataIntegrityProof({ cryptosuite: rdfc });

async function ask(credential) {
  const suite = new DataIntegrityProof({ cryptosuite: suites[credential.proof.cryptosuite] });
  const result = await verifyCredential({ credential, suite, documentLoader, checkStatus: async () => ({ verified: true }) });
  const status = await checkStatus({ credential, documentLoader, suite: listSuite, verifyBitstringStatusListCredential: true });
  const error = result.error?.errors?.[0]?.message ?? result.error?.message ?? status.error?.message ?? '';
  const revoked = (status.results ?? []).some(({ status: bit }) => bit === true);
  return { accepted: result.verified && status.verified, revoked, error: String(error) };
}

console.log(JSON.stringify(await Promise.all(files.map((file) => ask(read(file))))));
