import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import * as applied from './applied-repository.ts';
import * as search from './search-statements.ts';

const tables = '(?:search_doc|search_message|search_language|applied_event|applied_low_water)\\b';
const touches = new RegExp(`\\b(?:from|join|update|into|using)\\s+${tables}`, 'g');
const confined = /workspace_id = \$1|insert into \w+(?: as \w+)? \(workspace_id,/g;

// Row-level security would keep `@@` from its index, so search_doc has none: the statements are its only wall.
function isConfined(sql: string): boolean {
  return (sql.match(confined)?.length ?? 0) >= (sql.match(touches)?.length ?? 0);
}

describe('every statement written out in the persistence folder', () => {
  // Asks for all workspaces: the housekeeping's list of what to go through.
  const ofAllWorkspaces = 'select workspace_id from applied_low_water order by workspace_id';
  const files = readdirSync(import.meta.dirname).filter((file) => /^(?!.*\.test\.ts$).*\.ts$/.test(file));
  const statements = files
    .filter((file) => file !== 'search-statements.ts')
    .flatMap(
      (file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8').match(/`[^`]*`|'[^'\n]*'/g) ?? [],
    )
    .map((literal) => literal.slice(1, -1))
    .filter((literal) => new RegExp(touches).test(literal) && literal !== ofAllWorkspaces);

  test('was found', () => {
    expect(statements.length).toBeGreaterThan(10);
  });

  test.each(statements)('names the workspace: %s', (sql) => {
    expect(isConfined(sql)).toBe(true);
  });
});

describe('every statement put together of parts', () => {
  const wanted = { workspaceId: 'w', tsquery: "'a'", exceptNumber: null };
  const all = { workspaceId: 'w', tsquery: null, exceptNumber: null };
  const marks = { tsquery: "'a'", configs: [], literals: [] };
  const id = 'i';
  const built = {
    readTerms: [search.readTerms('w', [], [])],
    countHits: [search.countHits(wanted), search.countHits(all)],
    countDocuments: [search.countDocuments('w')],
    hitByNumber: [search.hitByNumber('w', 1, marks)],
    relevantHits: [true, false].flatMap((rare) =>
      [null, { score: 1, id }].map((after) => search.relevantHits(wanted, rare, after, 1, marks)),
    ),
    newestHits: [true, false].flatMap((rare) =>
      [null, { key: 'k', id }].flatMap((after) =>
        [wanted, all].map((what) => search.newestHits(what, 'created_at', rare, after, 1, marks)),
      ),
    ),
    readApplied: [applied.readApplied('w', [1])],
  };
  const statements = Object.values(built).flat();

  test('is among these', () => {
    const builders = Object.entries(search).flatMap(([name, value]) =>
      typeof value === 'function' && name !== 'limitTime' ? [name] : [],
    );

    expect(Object.keys(built)).toEqual(expect.arrayContaining(builders));
  });

  test.each(statements.map(({ text, values }) => [text, values?.[0]] as const))(
    'names the workspace: %s',
    (text, first) => {
      expect(isConfined(text)).toBe(true);
      expect(first).toBe('w');
    },
  );
});
