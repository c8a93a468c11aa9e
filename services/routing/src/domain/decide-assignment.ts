import type { Agent, Member, Team } from './people.ts';

/** The team that a new ticket goes to, and the first half of the reason. */
export interface TeamChoice {
  readonly team: Team;
  readonly why: string;
}

/**
 * The team of the ticket's channel, else the workspace's first team by name; null when there is no team at all.
 * Names are compared by code point, so that every process and every locale chooses the same team.
 */
export function chooseTeam(teams: readonly Team[], channelTeamId: string | null): TeamChoice | null {
  const own = teams.find((team) => team.id === channelTeamId);
  if (own !== undefined) return { team: own, why: `The channel belongs to team ${own.name}` };
  const first = teams.reduce<Team | null>(
    (best, team) => (best === null || comesBefore(team, best) ? team : best),
    null,
  );
  if (first === null) return null;
  const fault = channelTeamId === null ? 'The channel has no team' : 'The team of the channel is not known';
  return { team: first, why: `${fault}, so team ${first.name} takes it as the first by name` };
}

/**
 * The team that a ticket goes back to whose customer came back and whose agent takes no tickets any more: its own, else as
 * for a new one. `agent` is null for one who is not known any more.
 */
export function chooseTeamAgain(
  teams: readonly Team[],
  { teamId, channelTeamId }: { readonly teamId: string | null; readonly channelTeamId: string | null },
  agent: Pick<Agent, 'name'> | null,
): TeamChoice | null {
  const own = teams.find((team) => team.id === teamId);
  const choice =
    own === undefined ? chooseTeam(teams, channelTeamId) : { team: own, why: `It stays in team ${own.name}` };
  if (choice === null) return null;
  const gone = `The customer came back, and ${agent?.name ?? 'whose ticket it was'} takes no tickets any more`;
  return { team: choice.team, why: `${gone}. ${choice.why}` };
}

/** Whether tickets may stay with somebody; null for one who is not known. */
export function takesTickets(agent: Pick<Agent, 'role'> | null): boolean {
  return agent !== null && agent.role !== 'VIEWER';
}

function comesBefore(a: Team, b: Team): boolean {
  return a.name === b.name ? a.id < b.id : a.name < b.name;
}

/** The member whose turn it is, and the second half of the reason. */
export interface TurnChoice {
  readonly member: Member | null;
  readonly why: string;
}

/**
 * The next member after `lastPosition` in strict rotation, beginning again after the last one. Members who only look
 * are passed over; without anybody left the ticket waits in the team, unassigned.
 */
export function chooseMember(members: readonly Member[], lastPosition: number): TurnChoice {
  const working = members.filter(takesTickets).sort((a, b) => a.position - b.position);
  const member = working.find(({ position }) => position > lastPosition) ?? working[0] ?? null;
  if (member === null) return { member, why: 'nobody in it takes tickets' };
  const why = working.length === 1 ? `${member.name} is alone in it` : `it was ${member.name}'s turn`;
  return { member, why };
}

/** Both halves as one sentence. */
export function reasonOf(team: TeamChoice, turn: TurnChoice): string {
  return `${team.why}; ${turn.why}.`;
}
