import type { ChannelKind } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { mergeSettings, type ChannelSettings } from '../domain/channel-settings.ts';
import { templateFault } from './mail/answer-template.ts';

/** Why a channel was not made or changed; the field is a path within the input. */
export type ChannelChangeFault =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'INVALID'; readonly field: readonly string[]; readonly message: string }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly message: string }
  | {
      readonly code: 'DUPLICATE';
      readonly field: 'address' | 'idempotencyKey';
      readonly message: string;
    };

/** Who changes channels. */
export interface ChannelAdmin {
  readonly workspaceId: string;
}

/** What another channel of the workspace stands in the way of. */
export const addressTaken: ChannelChangeFault = {
  code: 'DUPLICATE',
  field: 'address',
  message: 'Another channel of this kind has this address.',
};

/** What is said when a key comes again with other input. */
export const keyTaken: ChannelChangeFault = {
  code: 'DUPLICATE',
  field: 'idempotencyKey',
  message: 'This idempotency key belongs to another channel; take a new one.',
};

/** What is said of a team that is none of the workspace's. */
export const unknownTeam: ChannelChangeFault = {
  code: 'INVALID',
  field: ['teamId'],
  message: 'The workspace has no team of this id.',
};

/** An id of a team, or none; whether there is such a team is asked later. */
export function readTeam(teamId: string | null): Result<string | null, ChannelChangeFault> {
  if (teamId === null || isId(teamId)) return ok(teamId);
  return err({ code: 'INVALID', field: ['teamId'], message: 'teamId is no id of a team.' });
}

/** Settings after a change, whose templates can be rendered. */
export function changeSettings(
  kind: ChannelKind,
  current: ChannelSettings,
  patch: unknown,
): Result<ChannelSettings, ChannelChangeFault> {
  const merged = mergeSettings(kind, current, patch);
  if (!merged.ok) return err(invalid(merged.error.field, merged.error.message));
  for (const name of ['signature', 'template'] as const) {
    for (const [language, source] of Object.entries(merged.value[name])) {
      if (source === current[name][language]) continue;
      const fault = templateFault(source, name === 'template');
      if (fault !== null) return err(invalid(`${name}.${language}`, `${name}.${language}: ${fault}`));
    }
  }
  return merged;
}

function invalid(field: string, message: string): ChannelChangeFault {
  return { code: 'INVALID', field: ['settings', ...field.split('.').filter((part) => part !== '')], message };
}
