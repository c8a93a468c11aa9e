import { argon2, hkdfSync, randomBytes, randomUUIDv7 } from 'node:crypto';
import { promisify } from 'node:util';

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
    /** Of the password that the agent begins with. */
    readonly passwordHash?: string;
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

const derive = promisify(argon2);
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** The password that an agent of the seed begins with: 20 letters and digits, the same at every start. */
export function firstPassword(internalTokenKey: string, agentId: string): string {
  const bytes = new Uint8Array(
    hkdfSync('sha256', internalTokenKey, agentId, 'smart-tickets first password', 20),
  );
  const text = Array.from(bytes, (byte) => letters[byte % letters.length]).join('');
  return text.replaceAll(/.{5}(?=.)/g, '$&-');
}

/**
 * The seed with a hash of everybody's first password, in the form and at the cost that the routing service uses. Null
 * when all have one.
 */
export async function withPasswords(seed: Seed, internalTokenKey: string): Promise<Seed | null> {
  if (seed.agents.every(({ passwordHash }) => passwordHash !== undefined)) return null;
  const agents: Seed['agents'][number][] = [];
  for (const agent of seed.agents) {
    const message = firstPassword(internalTokenKey, agent.id);
    agents.push({ ...agent, passwordHash: agent.passwordHash ?? (await hash(message)) });
  }
  return { ...seed, agents };
}

async function hash(message: string): Promise<string> {
  const nonce = randomBytes(16);
  const cost = { memory: 19_456, passes: 2, parallelism: 1 };
  const tag = await derive('argon2id', { message, nonce, tagLength: 32, ...cost });
  const [salt, sum] = [nonce, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${salt}$${sum}`;
}
