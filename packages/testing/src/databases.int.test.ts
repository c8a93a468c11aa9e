import { afterAll, describe, expect, test } from '@jest/globals';
import type { MigrationClass } from '@smart-tickets/kit/migrate';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from './databases.ts';
import { queueBackends } from './queue-backends.ts';

class MakeThing1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table thing (id int primary key)');
  }
  async down(): Promise<void> {
    throw new Error('not undone');
  }
}

class FailOnce1700000000002 implements MigrationInterface {
  static failed = false;
  async up(runner: QueryRunner): Promise<void> {
    if (!FailOnce1700000000002.failed) {
      FailOnce1700000000002.failed = true;
      throw new Error('first time');
    }
    await runner.query('create table other (id int primary key)');
  }
  async down(): Promise<void> {
    throw new Error('not undone');
  }
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const made: TestDatabase[] = [];
async function make(migrations: MigrationClass[]): Promise<TestDatabase> {
  const database = await createTestDatabase(migrations);
  made.push(database);
  return database;
}

afterAll(async () => {
  await Promise.all(made.map((database) => database.drop()));
});

describe('test databases', () => {
  test('are migrated and see nothing of each other, also when made at once', async () => {
    const [a, b] = await Promise.all([make([MakeThing1700000000001]), make([MakeThing1700000000001])]);

    await query(a.url, 'insert into thing values (1)');

    expect(await query(a.url, 'select id from thing')).toEqual([{ id: 1 }]);
    expect(await query(b.url, 'select id from thing')).toEqual([]);
  });

  test('make a template anew when its migration failed', async () => {
    await expect(make([FailOnce1700000000002])).rejects.toThrow('first time');

    const database = await make([FailOnce1700000000002]);

    expect(await query(database.url, 'select id from other')).toEqual([]);
  });

  test('are gone after drop, even with somebody connected', async () => {
    const database = await createTestDatabase([MakeThing1700000000001]);
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();

    await database.drop();

    await expect(query(database.url, 'select 1')).rejects.toThrow('does not exist');
    await client.end().catch(() => undefined);
  });
});

describe.each(queueBackends)('queues on $name', ({ name, open }) => {
  test('have a place of their own each time', async () => {
    const [a, b] = await Promise.all([open(), open()]);

    expect(a.namespace).not.toBe(b.namespace);
    expect(a.url === b.url).toBe(name === 'redis');
    await Promise.all([a.drop(), b.drop()]);
  });
});
