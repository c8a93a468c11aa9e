import { causedBy, jobs, type EraseCustomerData, type JobEnvelope } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import { headerAddress } from '../domain/mail-address.ts';
import { isOneOf, type Identity } from '../domain/author.ts';
import { ErasureStore } from '../persistence/erasure-store.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import { eraseRecipients } from '../persistence/recipient-erasure.ts';
import type { Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import { eraseItems } from './erase-items.ts';
import { readStored } from './read-stored.ts';

const keptAtOnce = 50;
/** Answers that are looked through for the customer's addresses in one transaction. */
const answersAtOnce = 1_000;

/**
 * Erases a part of what the intake keeps of a customer: the messages that the ticket service names, and, where it names by
 * what the customer was known, whatever came from them and is on no ticket yet, or never got to one, and their addresses
 * on answers to others. Each step may be
 * repeated; the answer is given once, when all are done.
 */
export async function eraseCustomer(deps: Deps, job: JobEnvelope<EraseCustomerData>): Promise<void> {
  const { workspaceId } = job;
  const { erasureId, part, identities, requestedAt } = job.payload;
  const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTransaction(deps, workspaceId, work);
  const found =
    identities.length === 0 ? [] : await itemsOnTheirWay(deps, workspaceId, identities, requestedAt);
  const answers = await answersTo(deps, workspaceId, identities);
  const named = [...new Set([...job.payload.messageIds, ...found, ...answers])];
  const { messageIds, files } = await eraseItems(deps, job, named);
  await within(async (tx) => {
    if (!(await markConsumed(tx, jobs.eraseFromIntake.name, job.id))) return;
    const store = new ErasureStore(tx);
    const counts = {
      items: await store.countErased(messageIds),
      deliveries: await store.countErasedDeliveries(messageIds, job.id),
      files,
    };
    appendEvents(tx, [
      {
        id: deps.newId(),
        topic: 'customer.data-erased',
        payload: { erasureId, part, service: 'channel-ingest', counts },
        cause: causedBy(job),
      },
    ]);
  });
  deps.eventsWritten();
}

/**
 * What had come from the customer when the erasure was asked for and is on no ticket: sent on and not yet filed, or kept for
 * a person to look at. What comes later is a new customer's.
 */
async function itemsOnTheirWay(
  deps: Deps,
  workspaceId: string,
  identities: readonly Identity[],
  requestedAt: string,
): Promise<string[]> {
  const within = <T>(work: (store: ErasureStore) => Promise<T>): Promise<T> =>
    inTransaction(deps, workspaceId, (tx) => work(new ErasureStore(tx)));
  // First of all: what is read from now on is recognised by these.
  await within((store) => Promise.resolve(store.remember(identities, requestedAt)));
  const sent = await within((store) => store.messagesInOutbox(identities));
  for (const step of await within((store) => store.logSteps())) {
    sent.push(...(await within((store) => store.messagesOf(identities, step))));
  }
  const found = await within((store) => store.onTheirWay([...new Set(sent)], requestedAt));
  for (let reached: string | null = null; ;) {
    const page = await within((store) => store.keptAfter(reached, requestedAt, keptAtOnce));
    for (const item of page) {
      if (await cameFrom(deps, workspaceId, item, identities)) found.push(item.id);
    }
    reached = page.at(-1)?.id ?? null;
    if (reached === null || page.length < keptAtOnce) return found;
  }
}

/**
 * Takes the customer's addresses out of answers that went to others as well; gives back those that went to nobody else, in
 * as far as that is found here and not named by the ticket service.
 */
async function answersTo(
  deps: Deps,
  workspaceId: string,
  identities: readonly Identity[],
): Promise<string[]> {
  const addresses = [
    ...new Set(
      identities.flatMap(({ value }) =>
        [value, headerAddress(value) ?? value].map((address) => address.toLowerCase()),
      ),
    ),
  ];
  const theirs: string[] = [];
  if (addresses.length === 0) return theirs;
  for (let after: string | null = null; ;) {
    const step = await inTransaction(deps, workspaceId, (tx) =>
      eraseRecipients(tx, addresses, after, answersAtOnce),
    );
    theirs.push(...step.theirs);
    after = step.next;
    if (after === null) return theirs;
  }
}

/**
 * Whether an item is the customer's: its sender is, or the customer's address stands in it where none can be read, or where it
 * is a mail server's report on an answer.
 */
async function cameFrom(
  deps: Deps,
  workspaceId: string,
  { id, status }: { readonly id: string; readonly status: 'HELD' | 'DEAD_LETTER' },
  identities: readonly Identity[],
): Promise<boolean> {
  const work = await inTransaction(deps, workspaceId, (tx) => new InboundStore(tx).readWork(id, status));
  if (work === null) return false;
  const read = await readStored(deps, workspaceId, work);
  if (!read.ok || read.value.bounce !== null) {
    const bytes = work.raw.toString('latin1').toLowerCase();
    return identities.some(
      ({ kind, value, verified }) => kind === 'EMAIL' && verified && bytes.includes(value),
    );
  }
  return isOneOf(read.value.content.from.identities, identities);
}
