// xsd:dateTimeStamp. https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp, as VC 2.0 section 4.9 asks; 24:00:00 and leap seconds are refused.
// @ts-check
import { attempt, FormatError } from './errors.js';

const STAMP = /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/**
 * @param {string} text such as 2026-05-30T08:00:00Z or 2026-05-30T10:00:00.5+02:00, year 0001 to 9999, offset at most 14:00
 * @returns {number} milliseconds since 1970, as Date has them; finer fractions stay as fractions
 */
export function parseTimestamp(text) {
  const match = STAMP.exec(text);
  if (match === null) throw new FormatError('not a date and time with a time zone');
  const [, date, time, fraction, , sign, hours, minutes] = match;
  const wall = new Date(`${date}T${time}Z`);
  // Date reads 30 February as 2 March in some engines and as invalid in others: only what comes back unchanged is real.
  if (Number.isNaN(wall.getTime()) || wall.toISOString() !== `${date}T${time}.000Z` || date.startsWith('0000')) {
    throw new FormatError('not a date that exists');
  }
  const offset = sign === undefined ? 0 : Number(`${sign}1`) * (60 * Number(hours) + Number(minutes));
  if (Math.abs(offset) > 14 * 60 || Number(minutes ?? 0) > 59) throw new FormatError('not a time zone that exists');
  return wall.getTime() + 1000 * Number(`0${fraction ?? ''}`) - 60_000 * offset;
}

/** @param {unknown} value @returns {value is string} */
export const isTimestamp = (value) => typeof value === 'string' && attempt(() => parseTimestamp(value)) !== null;
