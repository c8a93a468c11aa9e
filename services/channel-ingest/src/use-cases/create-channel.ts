import type { ChannelKind } from '@smart-tickets/contracts';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { createHash } from 'node:crypto';
import type { Channel } from '../domain/channel.ts';
import { maxChannels, readAddress, readName } from '../domain/channel-form.ts';
import { readSettings } from '../domain/channel-settings.ts';
import { ChannelStore, type MadeUnder } from '../persistence/channel-store.ts';
import { PeopleStore } from '../persistence/people-store.ts';
import {
  addressTaken,
  changeSettings,
  keyTaken,
  readTeam,
  unknownTeam,
  type ChannelAdmin,
  type ChannelChangeFault,
} from './channel-fault.ts';
import type { Deps } from './deps.ts';

export interface NewChannel {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly address: string | null;
  readonly teamId: string | null;
  readonly settings: unknown;
  /** Null: it is made every time. */
  readonly idempotencyKey: string | null;
}

/** A channel with the token of its connector, which is shown this once. */
export interface ChannelCredentials {
  readonly channel: Channel;
  readonly token: string;
}

/**
 * Makes a channel. A repeat under the same key makes none and gives the one that there is, as it is now; with other input
 * it is refused. Of two of one kind with the same address in a workspace the second is refused, too; what other workspaces
 * have is neither looked at nor told. LIMIT_EXCEEDED when the workspace has its 200.
 */
export async function createChannel(
  deps: Deps,
  admin: ChannelAdmin,
  input: NewChannel,
): Promise<Result<ChannelCredentials, ChannelChangeFault>> {
  const read = readNew(deps, input);
  if (!read.ok) return read;
  const under = readKey(input);
  if (!under.ok) return under;
  const made = await inWorkspace<Channel, ChannelChangeFault>(deps.pool, admin.workspaceId, async (tx) => {
    const store = new ChannelStore(tx);
    const count = await store.lockCount();
    const first = under.value === null ? null : await store.madeUnder(under.value.key);
    if (first !== null) return first.madeOf === under.value?.hash ? ok(first.channel) : err(keyTaken);
    if (count >= maxChannels) {
      return err({ code: 'LIMIT_EXCEEDED', message: `A workspace has at most ${maxChannels} channels.` });
    }
    const { teamId } = read.value;
    if (teamId !== null && !(await new PeopleStore(tx).hasTeam(teamId))) return err(unknownTeam);
    const added = await store.add(read.value, under.value);
    return added.ok ? added : err(addressTaken);
  });
  if (!made.ok) return made;
  const { id: channelId, tokenGeneration: generation } = made.value;
  const subject = { workspaceId: admin.workspaceId, channelId, generation };
  return ok({ channel: made.value, token: deps.channelTokens.sign(subject, deps.now().getTime()) });
}

const keyPattern = /^[\x20-\x7e]{1,200}$/;

function readKey({ idempotencyKey, ...asked }: NewChannel): Result<MadeUnder | null, ChannelChangeFault> {
  if (idempotencyKey === null) return ok(null);
  if (!keyPattern.test(idempotencyKey)) {
    const message = 'A key is 1 to 200 printable ASCII characters.';
    return err({ code: 'INVALID', field: ['idempotencyKey'], message });
  }
  const { kind, name, address, teamId, settings } = asked;
  const text = JSON.stringify([kind, name, address, teamId, settings ?? null]);
  return ok({ key: idempotencyKey, hash: createHash('sha256').update(text).digest('base64url') });
}

function readNew(deps: Deps, { kind, ...input }: NewChannel): Result<Channel, ChannelChangeFault> {
  const name = readName(input.name);
  if (!name.ok) return err({ code: 'INVALID', field: [name.error.field], message: name.error.message });
  const address = readAddress(kind, input.address);
  if (!address.ok)
    return err({ code: 'INVALID', field: [address.error.field], message: address.error.message });
  const teamId = readTeam(input.teamId);
  if (!teamId.ok) return teamId;
  const settings = changeSettings(kind, readSettings(kind, {}), input.settings);
  if (!settings.ok) return settings;
  return ok({
    id: deps.newId(),
    kind,
    name: name.value,
    address: address.value,
    teamId: teamId.value,
    enabled: true,
    tokenGeneration: 1,
    settings: settings.value,
    createdAt: deps.now().toISOString(),
  });
}
