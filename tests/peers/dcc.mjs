// Does the verifier core of the Digital Credentials Consortium accept files of ours?
// node dcc.mjs SITE FILE...   →   [{"accepted": true, "revoked": false, "error": ""}, …]
// SITE: a published site in a folder, which stands for the network, as does a register of issuers that has ours.
import { published, read } from './site.mjs';

const [site, ...files] = process.argv.slice(2);
const REGISTRY = 'https://registry.example.org/issuers.json';
const { did, name } = read(`${site}/trust/keys.json`);

globalThis.fetch = async (request) => {
  const url = String(request.url ?? request);
  const known = { registry: { [did]: { name, url: 'https://school.example.org', location: 'Here' } } };
  const answer = url === REGISTRY ? known : published(site, url);
  const headers = { 'content-type': 'application/json' };
  return answer === undefined ? new Response('', { status: 404 }) : new Response(JSON.stringify(answer), { headers });
};
console.log = () => {}; // it complains there that the network has no 1EdTech schema, which is no part of its verdict
const { verifyCredential } = await import('@digitalcredentials/verifier-core');

async function ask(credential) {
  const knownDIDRegistries = [{ name: 'Schools', type: 'dcc-legacy', url: REGISTRY }];
  const { log = [], errors = [] } = await verifyCredential({ credential, knownDIDRegistries });
  const failed = [...errors, ...log.map(({ error }) => error)].filter(Boolean);
  const valid = Object.fromEntries(log.map((step) => [step.id, step.valid]));
  const accepted = valid.valid_signature === true && valid.expiration === true && valid.registered_issuer === true && failed.length === 0;
  return { accepted, revoked: valid.revocation_status === false, error: failed.map(({ message }) => message).join('; ') };
}

process.stdout.write(JSON.stringify(await Promise.all(files.map((file) => ask(read(file))))));
