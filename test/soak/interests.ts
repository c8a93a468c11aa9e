import type { Random } from '../support/random.ts';
import type { Office } from './office.ts';

/** Conditions on a ticket of an event, all of which must hold, in the words of the API. */
export interface Filter {
  readonly assigneeId?: readonly string[];
  readonly teamId?: readonly string[];
  readonly tags?: readonly string[];
  readonly status?: readonly string[];
  readonly priority?: readonly string[];
  readonly channel?: readonly string[];
  readonly unassigned?: boolean;
}

/** What somebody wants to be told, and how they ask for it. */
export interface Interest {
  readonly kind: string;
  readonly filter: Filter | null;
  readonly ticketIds: readonly string[] | null;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const always = 'cursor kind ticket { id version }';
/** Of one subgraph, of two, of three, and one with everything written out often, for those who do not keep up. */
const selections = [
  '',
  'at changed ticket { subject status priority tags }',
  'ticket { subject team { name } assignee { name } }',
  'changed entry { __typename ... on Message { id direction text } ... on Note { id text } }',
  'ticket { number customer { name } } entry { ... on Message { text source { externalId channel { name } } } }',
] as const;
const subjects = Array.from({ length: 4 }, (_, nth) => `s${nth}: subject`).join(' ');
const heavySelection = Array.from({ length: 18 }, (_, nth) => `t${nth}: ticket { ${subjects} }`).join(' ');

function queryOf(selection: string): string {
  return `subscription Soak($filter: TicketFilter, $ticketIds: [ID!], $after: String) {
    ticketEvents(filter: $filter, ticketIds: $ticketIds, after: $after) { ${always} ${selection} } }`;
}

function interestOf(
  kind: string,
  filter: Filter | null,
  ticketIds: readonly string[] | null,
  selection: string,
): Interest {
  return { kind, filter, ticketIds, query: queryOf(selection), variables: { filter, ticketIds } };
}

/** Everything, in so many bytes that who does not read falls behind at once. */
export const heavyInterest = interestOf('everything, heavy', null, null, heavySelection);

type Kind = (office: Office, random: Random) => [string, Filter | null, readonly string[] | null];

const someTickets: Kind = (office, random) => [
  'some tickets',
  null,
  [...new Set(Array.from({ length: 1 + random.int(8) }, () => random.pick(office.ticketIds)))],
];
const agentsTagged: Kind = (office, random) => [
  'an agent’s, with a tag',
  { assigneeId: [random.pick(office.agentIds)], tags: [random.pick(office.tags)] },
  null,
];

/** What most people watch: a few open tickets, a part of their own. */
const narrow: readonly Kind[] = [someTickets, agentsTagged, someTickets];

/** What boards and team leads watch. */
const wide: readonly Kind[] = [
  () => ['everything', null, null],
  (office, random) => ['an agent’s', { assigneeId: [random.pick(office.agentIds)] }, null],
  (office, random) => ['a team’s', { teamId: [random.pick(office.teamIds)] }, null],
  (office, random) => [
    'a team’s urgent ones',
    { teamId: [random.pick(office.teamIds)], priority: ['URGENT'] },
    null,
  ],
  (office, random) => ['a tag', { tags: [random.pick(office.tags)] }, null],
  (office, random) => [
    'two tags',
    { tags: [...new Set([random.pick(office.tags), random.pick(office.tags)])] },
    null,
  ],
  () => ['waiting ones', { status: ['ON_HOLD', 'PENDING'], unassigned: true }, null],
  () => ['of a channel', { channel: ['API'] }, null],
];

/** The interest of the nth subscriber; one in five watches much. All kinds come up, with all selections. */
export function interestFor(nth: number, office: Office, random: Random): Interest {
  const round = Math.floor(nth / 5);
  const kind = (nth % 5 === 4 ? wide[round % wide.length] : narrow[nth % narrow.length]) as Kind;
  const selection = selections[Math.floor(nth / 3) % selections.length] ?? '';
  const [name, filter, ticketIds] = kind(office, random);
  return interestOf(name, filter, ticketIds, selection);
}
