import { randomUUIDv7 } from 'node:crypto';

/** The small workspace that the first start makes; each service takes its part from this file. */
export interface Seed {
  readonly workspace: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: 'ADMIN' | 'AGENT';
    readonly teamIds: readonly string[];
  }[];
  readonly channels: readonly {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly address: string | null;
    readonly teamId: string;
    readonly tokenGeneration: number;
  }[];
}

const channelNames = [
  ['EMAIL', 'Support mail'],
  ['CHAT', 'Website chat'],
  ['PHONE', 'Hotline'],
  ['FACEBOOK', 'Facebook page'],
  ['TWITTER', 'Twitter'],
  ['WEB_FORM', 'Contact form'],
  ['INTERNAL', 'Internal requests'],
  ['API', 'API'],
] as const;

/** A new seed with ids of its own: the workspace Demo, two teams, three agents, a channel of each kind. */
export function makeSeed(): Seed {
  const support = { id: randomUUIDv7(), name: 'Support' };
  const billing = { id: randomUUIDv7(), name: 'Billing' };
  return {
    workspace: { id: randomUUIDv7(), name: 'Demo', timeZone: 'UTC' },
    teams: [support, billing],
    agents: [
      {
        id: randomUUIDv7(),
        name: 'Ada Admin',
        email: 'ada@example.com',
        role: 'ADMIN',
        teamIds: [support.id, billing.id],
      },
      {
        id: randomUUIDv7(),
        name: 'Ben Agent',
        email: 'ben@example.com',
        role: 'AGENT',
        teamIds: [support.id],
      },
      {
        id: randomUUIDv7(),
        name: 'Cleo Agent',
        email: 'cleo@example.com',
        role: 'AGENT',
        teamIds: [billing.id],
      },
    ],
    channels: channelNames.map(([kind, name]) => ({
      id: randomUUIDv7(),
      kind,
      name,
      address: kind === 'EMAIL' ? 'support@example.com' : null,
      teamId: support.id,
      tokenGeneration: 1,
    })),
  };
}
