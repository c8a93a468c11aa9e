import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Channel } from '../domain/channel.ts';
import { readAddress, readName } from '../domain/channel-form.ts';
import { ChannelStore } from '../persistence/channel-store.ts';
import { PeopleStore } from '../persistence/people-store.ts';
import {
  addressTaken,
  changeSettings,
  readTeam,
  unknownTeam,
  type ChannelAdmin,
  type ChannelChangeFault,
} from './channel-fault.ts';
import type { Deps } from './deps.ts';

/** What is to be changed; what is undefined stays. */
export interface ChannelChange {
  readonly name?: string | undefined;
  /** Null for none. */
  readonly address?: string | null | undefined;
  /** Null for none. */
  readonly teamId?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly settings?: unknown;
}

/**
 * Changes a channel; a repeat changes nothing more. Of two changes at the same time the second goes on from the first. While it
 * is switched off, nothing is taken in by its token and nothing goes out.
 */
export async function updateChannel(
  deps: Deps,
  admin: ChannelAdmin,
  id: string,
  change: ChannelChange,
): Promise<Result<Channel, ChannelChangeFault>> {
  if (!isId(id)) return err({ code: 'NOT_FOUND' });
  const result = await inWorkspace<Channel, ChannelChangeFault>(deps.pool, admin.workspaceId, async (tx) => {
    const store = new ChannelStore(tx);
    const channel = await store.lock(id);
    if (channel === null) return err({ code: 'NOT_FOUND' });
    const changed = changeOf(channel, change);
    if (!changed.ok) return changed;
    const { teamId } = changed.value;
    const isNew = teamId !== null && teamId !== channel.teamId;
    if (isNew && !(await new PeopleStore(tx).hasTeam(teamId))) return err(unknownTeam);
    const written = await store.change(changed.value);
    return written.ok ? written : err(addressTaken);
  });
  if (result.ok) deps.deliveriesChanged(admin.workspaceId, id);
  return result;
}

function changeOf(channel: Channel, change: ChannelChange): Result<Channel, ChannelChangeFault> {
  const name = change.name === undefined ? ok(channel.name) : readName(change.name);
  if (!name.ok) return err({ code: 'INVALID', field: [name.error.field], message: name.error.message });
  const address =
    change.address === undefined ? ok(channel.address) : readAddress(channel.kind, change.address);
  if (!address.ok)
    return err({ code: 'INVALID', field: [address.error.field], message: address.error.message });
  const teamId = change.teamId === undefined ? ok(channel.teamId) : readTeam(change.teamId);
  if (!teamId.ok) return teamId;
  const settings = changeSettings(channel.kind, channel.settings, change.settings);
  if (!settings.ok) return settings;
  return ok({
    ...channel,
    name: name.value,
    address: address.value,
    teamId: teamId.value,
    enabled: change.enabled ?? channel.enabled,
    settings: settings.value,
  });
}
