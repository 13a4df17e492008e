// did:web: a DID that is a web host, with its document at a fixed place there. https://w3c-ccg.github.io/did-method-web/
//
//   https://certificates.example.org     did:web:certificates.example.org     https://certificates.example.org/.well-known/did.json
//   https://org.example.net/certs        did:web:org.example.net:certs        https://org.example.net/certs/did.json
//   http://localhost:8420                did:web:localhost%3A8420             http://localhost:8420/.well-known/did.json
// @ts-check
import { FormatError } from './errors.js';

const LOCAL = ['localhost', '127.0.0.1'];
const BASE = /^(https?):\/\/([A-Za-z0-9.-]+)(?::([0-9]+))?((?:\/[A-Za-z0-9._~-]+)*)\/*$/;
const DID = /^did:web:([a-z0-9.-]+)(?:%3A([0-9]+))?((?::[A-Za-z0-9._~-]+)*)$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * @param {string} url where an issuer's pages begin; https, or http on this computer only
 * @returns {string} its DID
 */
export function fromBaseUrl(url) {
  const [, scheme, host, port, path] = BASE.exec(url) ?? [];
  if (host === undefined) throw new FormatError('this address cannot be a did:web');
  const lower = host.toLowerCase();
  const segments = path.split('/').slice(1);
  check(lower, port, segments);
  if (scheme === 'http' && !LOCAL.includes(lower)) throw new FormatError('this address must begin with https://');
  return ['did:web:' + lower + (port ? `%3A${port}` : ''), ...segments].join(':');
}

/** @param {string} did @returns {string} the web address that it stands for, without a slash at the end */
export function baseUrl(did) {
  const [, host, port, path] = DID.exec(did) ?? [];
  if (host === undefined) throw new FormatError('not a did:web');
  const segments = path.split(':').slice(1);
  check(host, port, segments);
  const scheme = LOCAL.includes(host) ? 'http' : 'https';
  return [`${scheme}://${host}${port ? `:${port}` : ''}`, ...segments].join('/');
}

/** @param {string} did @returns {string} where its DID document lies, section 3.2 */
export function documentUrl(did) {
  const base = baseUrl(did);
  return `${base}/${did.split(':').length > 3 ? '' : '.well-known/'}did.json`;
}

/** @param {string} host lower case @param {string | undefined} port @param {string[]} segments of the path */
function check(host, port, segments) {
  const labels = host.split('.');
  const isAddress = /^([0-9]+|0x[0-9a-f]*)$/.test(labels[labels.length - 1]); // browsers read such a host as an IPv4 address
  if (host.length > 253 || !labels.every((label) => LABEL.test(label)) || (isAddress && !LOCAL.includes(host))) {
    throw new FormatError('not a host that a did:web can name');
  }
  if (port !== undefined && (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535)) throw new FormatError('not a port');
  if (segments.includes('.') || segments.includes('..')) throw new FormatError('not a path that a did:web can carry');
}
