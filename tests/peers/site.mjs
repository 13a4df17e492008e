// A published site in a folder, in the place of the network: no request of a peer leaves the machine.
import fs from 'node:fs';
import path from 'node:path';

const CONTEXTS = path.resolve(import.meta.dirname, '../../issuer/formats/contexts');
const OB3 = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';

export const read = (name) => JSON.parse(fs.readFileSync(name, 'utf-8'));

// What is published at a URL of the site in a folder, or undefined. site: null for an issuer without one.
export function published(site, url) {
  if (url === OB3) return read(path.join(CONTEXTS, 'ob-3.0.3.json'));
  if (site === null) return undefined;
  const { base } = read(path.join(site, 'trust', 'keys.json'));
  const file = path.join(site, url.slice(base.length));
  return url.startsWith(`${base}/`) && fs.existsSync(file) ? read(file) : undefined;
}
