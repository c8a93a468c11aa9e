import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EraseCustomerData, JobEnvelope } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import pg from 'pg';
import { migrations } from '../persistence/migrations/index.ts';
import { eraseCustomer } from './erase-customer.ts';
import { projectTicket } from './project-ticket.ts';

const log = createLogger('test', 'silent');
const workspaceId = newId();
let database: TestDatabase;
let pool: pg.Pool;
let system: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  pool = createPool(database.url, appRole, 'test', 5, log);
  system = createPool(database.url, systemRole, 'test-system', 2, log);
});
afterAll(async () => {
  await pool.end();
  await system.end();
  await database.drop();
});

async function kept(ticketId: string): Promise<string> {
  const { rows } = await system.query<{ text: string }>(
    `select row_to_json(d)::text as text from search_doc d where ticket_id = $1
     union all select row_to_json(m)::text from search_message m where ticket_id = $1`,
    [ticketId],
  );
  return rows.map(({ text }) => text).join('\n');
}

async function erase(pos: number, parts: Partial<EraseCustomerData>): Promise<void> {
  const payload = {
    erasureId: newId(),
    part: 1,
    requestedAt: new Date().toISOString(),
    customerId: newId(),
    identities: [],
    ticketIds: [],
    guestTicketIds: [],
    messageIds: [],
    ...parts,
  };
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  const job: JobEnvelope<EraseCustomerData> = {
    id: newId(),
    workspaceId,
    pos,
    cause,
    at: new Date().toISOString(),
    payload,
  };
  await eraseCustomer({ pool, newId, eventsWritten: () => undefined }, job);
}

test('events older than the erasure, however late, bring nothing back; later ones are found as ever', async () => {
  const id = newId();
  const event = (version: number, pos: number, subject: string, text: string) =>
    sampleJob(workspaceId, { ticket: { id, version, subject }, text, pos });
  await projectTicket(pool, event(1, 10, 'secretsubject', 'secrettext'));

  await erase(20, { ticketIds: [id] });
  await projectTicket(pool, event(2, 15, 'secretsubject changed', 'secretlate'));
  expect(await kept(id)).not.toContain('secret');
  expect(await kept(id)).toContain('(erased)');

  await projectTicket(pool, event(3, 21, '(erased)', 'new words'));
  expect(await kept(id)).toContain('new words');
});

test('of a ticket of somebody else only the messages named are erased', async () => {
  const id = newId();
  const mine = sampleJob(workspaceId, { ticket: { id, subject: 'Theirs' }, text: 'their words', pos: 30 });
  const guest = sampleJob(workspaceId, {
    ticket: { id, version: 2, subject: 'Theirs' },
    text: 'secretguest',
    pos: 31,
  });
  await projectTicket(pool, mine);
  await projectTicket(pool, guest);

  await erase(32, { guestTicketIds: [id], messageIds: [guest.payload.entry?.id ?? ''] });

  expect(await kept(id)).not.toContain('secretguest');
  expect(await kept(id)).toContain('their words');
  expect(await kept(id)).toContain('Theirs');
});

test('a message that a split has moved is erased where the index still has it, and the split brings it nowhere', async () => {
  const [old, made, messageId] = [newId(), newId(), newId()];
  const event = (id: string, version: number, pos: number, text: string, of: string) =>
    sampleJob(workspaceId, { ticket: { id, version, subject: 'Theirs' }, text, pos, messageId: of });
  await projectTicket(pool, event(old, 1, 40, 'their words', newId()));
  await projectTicket(pool, event(old, 2, 41, 'secretmoved', messageId));

  await erase(43, { guestTicketIds: [made], messageIds: [messageId] });
  await projectTicket(pool, event(made, 1, 42, 'secretmoved', messageId));

  expect(await kept(old)).not.toContain('secret');
  expect(await kept(old)).toContain('their words');
  expect(await kept(made)).not.toContain('secret');
});

test('an erasure that comes late leaves what was said after it, and the subject given after it', async () => {
  const id = newId();
  const event = (version: number, pos: number, subject: string, text: string) =>
    sampleJob(workspaceId, { ticket: { id, version, subject }, text, pos });
  const before = event(1, 50, 'secretsubject', 'secrettext');
  const after = event(2, 52, 'New subject', 'new words');
  await projectTicket(pool, before);
  await projectTicket(pool, after);

  await erase(51, { ticketIds: [id], messageIds: [before.payload.entry?.id ?? ''] });

  const { rows } = await system.query(
    `select subject, body, tsv @@ 'words' as found, tsv @@ 'secrettext | secretsubject' as told
       from search_doc where ticket_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ subject: 'New subject', body: 'new words', found: true, told: false }]);
  expect(await kept(id)).not.toContain('secret');
});

test('a message that moved only after the erasure is erased where it is now', async () => {
  const [old, made, messageId] = [newId(), newId(), newId()];
  const event = (id: string, pos: number, text: string) =>
    sampleJob(workspaceId, { ticket: { id, subject: '(erased)' }, text, pos, messageId });
  await projectTicket(pool, event(old, 60, 'secretmoved'));
  await projectTicket(pool, event(made, 62, '(erased)'));

  await erase(61, { ticketIds: [old], messageIds: [messageId] });

  expect(await kept(made)).not.toContain('secret');
});

test('what is being projected at the time is erased, too, on a ticket that the erasure does not name', async () => {
  const [old, messageId] = [newId(), newId()];
  const message = sampleJob(workspaceId, { ticket: { id: old }, text: 'secretracing', pos: 70, messageId });
  const waiting = async (): Promise<number> => {
    const { rowCount } = await system.query(
      'select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0',
    );
    return rowCount ?? 0;
  };
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  try {
    await blocker.query('begin');
    await blocker.query(
      `insert into search_message (workspace_id, ticket_id, message_id, sent_at, text)
       values ($1, $2, $3, now(), '')`,
      [workspaceId, newId(), messageId],
    );
    const projecting = projectTicket(pool, message);
    await eventually(async () => (await waiting()) === 1);

    let erased = false;
    const erasing = erase(72, { guestTicketIds: [newId()], messageIds: [messageId] }).then(() => {
      erased = true;
    });
    await eventually(async () => erased || (await waiting()) === 2);
    await blocker.query('rollback');
    await Promise.all([projecting, erasing]);
  } finally {
    await blocker.end();
  }

  expect(await kept(old)).not.toContain('secret');
});
