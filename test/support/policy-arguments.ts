import { mail } from '@smart-tickets/testing/mail';
import { argumentsOf, type Path, type RootField } from './schema-walk.ts';

/** Stands in the second workspace's things only. */
export const word = 'xylophonist';
/** The second workspace's tickets are numbered from here, so that a number of theirs is known when it is seen. */
export const firstForeignNumber = 770_001;

/** Ids of one workspace's things, by what they are. */
export type Things = Readonly<
  Record<
    | 'ticket'
    | 'message'
    | 'note'
    | 'customer'
    | 'agent'
    | 'team'
    | 'channel'
    | 'upload'
    | 'delivery'
    | 'webhook',
    string
  >
>;

/** What an id at this place is of, by the names around it. */
export function kindAt(path: Path, fieldName: string): keyof Things {
  const name = path.at(-1) ?? '';
  const told = (['webhook', 'delivery', 'customer', 'message', 'channel', 'team', 'ticket'] as const).find(
    (kind) => name.toLowerCase().includes(kind),
  );
  if (told !== undefined) return told;
  if (/assignee|agent/i.test(name)) return 'agent';
  if (/attachment/i.test(name)) return 'upload';
  if (/inbound/i.test(fieldName)) return 'message';
  return (
    (['webhook', 'delivery', 'customer', 'agent', 'team', 'channel'] as const).find((kind) =>
      fieldName.toLowerCase().includes(kind),
    ) ?? 'ticket'
  );
}

/** Values for what is no id: such as let the call come as far as the ids. */
const leaves: Readonly<Record<string, unknown>> = {
  number: firstForeignNumber,
  search: word,
  query: word,
  until: '2199-01-01T00:00:00.000Z',
  email: 'someone@example.org',
  externalId: 'policy',
  raw: mail({ messageId: 'policy@example.org' }).toString('base64'),
  key: 'policy_field',
  writing: false,
  newPassword: 'such as may be chosen',
};
const byType: Readonly<Record<string, unknown>> = {
  TicketLinkKind: 'RELATED',
  String: 'policy',
  Int: 5,
  Boolean: true,
  JSON: 'policy',
  DateTime: '2026-01-01T00:00:00.000Z',
};

/** Arguments with an id at one place, and things of the caller's own at the others. */
export function argumentsWith(
  { field }: RootField,
  place: Path | null,
  id: string | null,
  own: Things,
): Record<string, unknown> {
  return argumentsOf(field, place, (path, typeName) => {
    if (typeName === 'ID')
      return String(path) === String(place) && id !== null ? id : own[kindAt(path, field.name)];
    return leaves[path.at(-1) ?? ''] ?? byType[typeName];
  });
}
