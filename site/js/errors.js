// The same tree as issuer/errors.py, as far as a verifier needs it.
// @ts-check

/** Bytes or text that are not what their specification says. Modules named after a format throw only this. */
export class FormatError extends Error {
  /** @param {string} message lower case, no full stop */
  constructor(message) {
    super(message);
    this.name = 'FormatError';
  }
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T | null} null for what read refuses
 */
export function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
