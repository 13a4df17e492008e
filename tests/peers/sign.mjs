// Signs a credential as another issuer would: with @digitalbazaar/vc and a new did:key.
// node sign.mjs FILE SUITE...   →   the signed credential; with several suites it has a proof set.
import * as multikey from '@digitalbazaar/ed25519-multikey';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { createSignCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { defaultDocumentLoader, issue } from '@digitalbazaar/vc';
import { published, read } from './site.mjs';

const [file, ...names] = process.argv.slice(2);
const suites = { 'eddsa-jcs-2022': createSignCryptosuite, 'eddsa-rdfc-2022': () => rdfc };
const key = await multikey.generate();
const did = `did:key:${key.publicKeyMultibase}`;
const signer = { ...key.signer(), id: `${did}#${key.publicKeyMultibase}` };

async function documentLoader(url) {
  const document = published(null, url);
  return document === undefined ? defaultDocumentLoader(url) : { contextUrl: null, document, documentUrl: url, tag: 'static' };
}

let credential = read(file);
credential.issuer = { ...credential.issuer, id: did };
for (const name of names) {
  const suite = new DataIntegrityProof({ cryptosuite: suites[name](), signer });
  credential = await issue({ credential, suite, documentLoader });
}
console.log(JSON.stringify(credential));
