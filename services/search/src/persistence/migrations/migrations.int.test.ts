import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { DataSource } from 'typeorm';
import { appliedEventSchema, appliedLowWaterSchema } from '../applied-event.schema.ts';
import { erasedSourceSchema } from '../erased-source.schema.ts';
import { searchDocSchema } from '../search-doc.schema.ts';
import { searchLanguageSchema } from '../search-language.schema.ts';
import { searchMessageSchema } from '../search-message.schema.ts';
import { migrations } from './index.ts';

const entities = [
  searchDocSchema,
  searchMessageSchema,
  searchLanguageSchema,
  appliedEventSchema,
  appliedLowWaterSchema,
  erasedSourceSchema,
];
let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  dataSource = new DataSource({ type: 'postgres', url: database.url, entities, migrations: [...migrations] });
  await dataSource.initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

test('the migrations make what the entity schemas say', async () => {
  const drift = await dataSource.driver.createSchemaBuilder().log();

  expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
});

test('row-level security is forced on every table but the index, whose statements are checked instead', async () => {
  const open: { relname: string }[] = await dataSource.query(
    `select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname <> 'migrations' and not (relrowsecurity and relforcerowsecurity)`,
  );

  expect(open).toEqual([{ relname: 'search_doc' }]);
});

test('no partition can be read past the table that they are of', async () => {
  const granted: unknown[] = await dataSource.query(
    `select grantee, table_name from information_schema.role_table_grants
      where table_name like 'search_doc\\_%' and grantee like 'smart\\_tickets\\_%'`,
  );

  expect(granted).toEqual([]);
});

test('the migrations can be taken back', async () => {
  await dataSource.undoLastMigration();
  await dataSource.runMigrations();

  expect(await dataSource.query('select * from search_doc')).toEqual([]);
});
