import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { DataSource } from 'typeorm';
import { agentSchema } from '../agent.schema.ts';
import { assignmentDecisionSchema } from '../assignment-decision.schema.ts';
import {
  agentPasswordSchema,
  agentSessionSchema,
  signInBudgetSchema,
  signInSourceSchema,
} from '../sign-in.schema.ts';
import { teamMemberSchema } from '../team-member.schema.ts';
import { teamRotationSchema } from '../team-rotation.schema.ts';
import { teamSchema } from '../team.schema.ts';
import { migrations } from './index.ts';

const entities = [
  teamSchema,
  agentSchema,
  teamMemberSchema,
  teamRotationSchema,
  assignmentDecisionSchema,
  agentPasswordSchema,
  agentSessionSchema,
  signInSourceSchema,
  signInBudgetSchema,
];
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
});
afterAll(() => database.drop());

test('the migrations make what the entity schemas say', async () => {
  const dataSource = new DataSource({ type: 'postgres', url: database.url, entities });
  await dataSource.initialize();
  try {
    const drift = await dataSource.driver.createSchemaBuilder().log();

    expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
  } finally {
    await dataSource.destroy();
  }
});

test('row-level security is forced on every table', async () => {
  const dataSource = new DataSource({ type: 'postgres', url: database.url });
  await dataSource.initialize();
  try {
    const open: { relname: string }[] = await dataSource.query(
      `select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migrations'
          and not (relrowsecurity and relforcerowsecurity)`,
    );

    expect(open).toEqual([]);
  } finally {
    await dataSource.destroy();
  }
});

test('the migrations can be taken back', async () => {
  const dataSource = new DataSource({ type: 'postgres', url: database.url, migrations: [...migrations] });
  await dataSource.initialize();
  try {
    for (const _one of migrations) await dataSource.undoLastMigration();
    await dataSource.runMigrations();

    expect(await dataSource.query('select * from team')).toEqual([]);
  } finally {
    await dataSource.destroy();
  }
});
