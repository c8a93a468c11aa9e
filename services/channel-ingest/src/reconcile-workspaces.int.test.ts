import { connectionSettings } from '@smart-tickets/kit/postgres';
import { eventually } from '@smart-tickets/testing/eventually';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { IntakeDesk } from '../test/intake-desk.ts';
import { startReconciliation } from './use-cases/reconcile-inbound.ts';

let desk: IntakeDesk;
let owner: pg.Client;
beforeAll(async () => {
  desk = await IntakeDesk.open();
  owner = new pg.Client(connectionSettings(desk.database.url, null, 'owner'));
  await owner.connect();
  await owner.query(`
    create table refused (workspace_id uuid);
    grant select on refused to public;
    create function refuse() returns trigger language plpgsql as $$ begin
      if exists (select from refused r where r.workspace_id = new.workspace_id) then raise 'this row is refused'; end if;
      return new;
    end $$;
    create trigger refusing before insert or update on inbound_audit for each row execute function refuse()`);
});
afterAll(async () => {
  await owner.end();
  await desk.close();
});

let hours = 0;
// Of two workspaces one is the first in the round.
test.each(['ours', 'theirs'] as const)(
  'a workspace that cannot be reconciled is logged, and does not hold up the others: %s',
  async (which) => {
    const failing = desk[which].workspaceId;
    const other = (which === 'ours' ? desk.theirs : desk.ours).workspaceId;
    await owner.query('delete from refused');
    await owner.query('insert into refused values ($1)', [failing]);
    // An hour that no round has reached yet.
    hours += 2;
    const at = new Date(Date.now() + hours * 3_600_000);
    const alarms = jest.spyOn(desk.deps.log, 'error').mockReset();

    const reconciliation = startReconciliation({ ...desk.deps, now: () => at }, desk.deps.log);

    try {
      await eventually(async () => {
        const { rows } = await desk.system.query<{ id: string }>(
          'select workspace_id as id from inbound_audit where keys_done_at = $1 and items_began_at is not null',
          [at.toISOString()],
        );
        expect(rows).toEqual([{ id: other }]);
        expect(alarms.mock.calls).toHaveLength(1);
      });
    } finally {
      await reconciliation.stop();
    }
    expect(alarms.mock.calls).toEqual([
      [
        { err: expect.objectContaining({ message: 'this row is refused' }), workspaceId: failing },
        'what was received could not be reconciled',
      ],
    ]);
  },
);
