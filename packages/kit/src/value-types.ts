import pg from 'pg';

// Instants leave the database as ISO 8601 strings in UTC with milliseconds, ready for events and GraphQL.
const timestamptzOid = 1184;
const int8Oid = 20;
const textArrayOid: number = 1009;

const parseTexts = pg.types.getTypeParser(textArrayOid, 'text') as (text: string) => unknown;

/** Most lists of a row are empty; the general parser makes an object for each. */
function textsIn(text: string): unknown {
  return text === '{}' ? [] : parseTexts(text);
}

/** In UTC the text is put together anew; reading it as a date costs several times as much, and a page has hundreds. */
function instantIn(text: string): string {
  const inUtc = text[10] === ' ' && text.endsWith('+00') && (text[19] === '.' || text.length === 22);
  if (!inUtc) return new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).slice(0, 3).padEnd(3, '0')}Z`;
}

/** Reads a value of a type, by its OID, from the text in which Postgres sends it. */
export function parserOf(oid: number): (text: string) => unknown {
  if (oid === timestamptzOid) return instantIn;
  if (oid === int8Oid) return Number;
  if (oid === textArrayOid) return textsIn;
  return pg.types.getTypeParser(oid, 'text') as (text: string) => unknown;
}

/** The same for statements that go through the driver itself. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    format === 'binary'
      ? pg.types.getTypeParser(oid, format)
      : parserOf(oid)) as pg.CustomTypesConfig['getTypeParser'],
};
