import { causedBy, jobs, type JobEnvelope, type TicketEvent } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok, type Result } from '@smart-tickets/kit/result';
import type pg from 'pg';
import {
  chooseMember,
  chooseTeam,
  chooseTeamAgain,
  reasonOf,
  takesTickets,
  type TeamChoice,
} from '../domain/decide-assignment.ts';
import type { AssignmentDecision } from '../domain/people.ts';
import {
  lockRotation,
  moveRotation,
  readAgent,
  readTeams,
  storeDecision,
} from '../persistence/assignment-repository.ts';

/** What routing works with. */
export interface RouteTicketParts {
  readonly pool: pg.Pool;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly eventsWritten: () => void;
}

/**
 * Decides who gets a new ticket: the team of its channel, and in it the agent whose turn it is. Keeps the decision
 * and emits `routing.assignment-decided` in the same transaction. A ticket that its customer brought back goes to
 * somebody else where its agent takes none any more. Decides nothing, and gives null, for any other that has a team or
 * an agent already, for a workspace without teams, and for an event that was handled before.
 */
export async function routeTicket(
  parts: RouteTicketParts,
  job: JobEnvelope<TicketEvent>,
): Promise<Result<AssignmentDecision | null, never>> {
  const decided = await inWorkspace<AssignmentDecision | null, never>(
    parts.pool,
    job.workspaceId,
    async (tx) => {
      const { ticket, channelTeamId, kind } = job.payload;
      const { teamId, assigneeId } = ticket;
      const cameBack = kind !== 'TICKET_CREATED' && assigneeId !== null;
      const [isNew, teams, agent] = await Promise.all([
        markConsumed(tx, jobs.routeTicket.name, job.id),
        readTeams(tx, cameBack ? (teamId ?? channelTeamId) : channelTeamId),
        readAgent(tx, cameBack ? assigneeId : null),
      ]);
      const isTheirs = cameBack ? takesTickets(agent) : teamId !== null || assigneeId !== null;
      if (!isNew || isTheirs) return ok(null);
      const choice = cameBack
        ? chooseTeamAgain(teams, { teamId, channelTeamId }, agent)
        : chooseTeam(teams, channelTeamId);
      const decision = await decide(tx, parts, ticket.id, choice);
      if (decision !== null) record(tx, parts, job, decision);
      return ok(decision);
    },
  );
  if (decided.ok && decided.value !== null) parts.eventsWritten();
  return decided;
}

type Decision = AssignmentDecision & { readonly teamId: string };

async function decide(
  tx: Tx,
  parts: RouteTicketParts,
  ticketId: string,
  choice: TeamChoice | null,
): Promise<Decision | null> {
  if (choice === null) return null;
  const teamId = choice.team.id;
  const rotation = await lockRotation(tx, teamId);
  const turn = chooseMember(rotation.members, rotation.lastPosition);
  if (turn.member !== null) moveRotation(tx, teamId, turn.member.position);
  return {
    id: parts.newId(),
    ticketId,
    decidedAt: parts.now().toISOString(),
    teamId,
    agentId: turn.member?.agentId ?? null,
    reason: reasonOf(choice, turn),
  };
}

// All of it is sent without waiting, together with the commit: the rotation, for which others wait, is held no longer.
function record(tx: Tx, parts: RouteTicketParts, job: JobEnvelope<TicketEvent>, decision: Decision): void {
  storeDecision(tx, decision);
  appendEvents(tx, [
    {
      id: parts.newId(),
      topic: 'routing.assignment-decided',
      payload: {
        ticketId: decision.ticketId,
        teamId: decision.teamId,
        assigneeId: decision.agentId,
        inPlaceOf: job.payload.ticket.assigneeId,
        reason: decision.reason,
      },
      cause: causedBy(job),
    },
  ]);
}
