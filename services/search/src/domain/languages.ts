/**
 * Postgres's text search configuration for the first part of a BCP 47 tag. Languages that Postgres has no stemmer for
 * are served by `simple`. Source: PostgreSQL 18, pg_ts_config.
 */
const configOfLanguage: ReadonlyMap<string, string> = new Map([
  ['da', 'danish'],
  ['de', 'german'],
  ['en', 'english'],
  ['es', 'spanish'],
  ['fi', 'finnish'],
  ['fr', 'french'],
  ['hu', 'hungarian'],
  ['it', 'italian'],
  ['nb', 'norwegian'],
  ['nl', 'dutch'],
  ['nn', 'norwegian'],
  ['no', 'norwegian'],
  ['pt', 'portuguese'],
  ['ro', 'romanian'],
  ['ru', 'russian'],
  ['sv', 'swedish'],
  ['tr', 'turkish'],
]);

/** The configuration by which every document can be found, whatever its language: words as they are. */
export const plainConfig = 'simple';
/** The configuration of documents whose language nobody could tell, and of every query besides the plain one. */
export const defaultConfig = 'english';

/** The configuration that a document in this language is indexed with, besides the plain one. */
export function configOf(language: string | null): string {
  if (language === null) return defaultConfig;
  const primary = language.toLowerCase().split('-', 1)[0] ?? '';
  return configOfLanguage.get(primary) ?? plainConfig;
}
