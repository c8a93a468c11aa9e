import { GraphQLError } from 'graphql';
import type { AssignmentDecision } from '../../domain/people.ts';
import { seesPeople, type RoutingContext } from '../context.ts';

const defaultAssignments = 10;
const mostAssignments = 50;

/**
 * Type Ticket, as far as routing knows it. Whether the ticket exists is the ticket service's word; here one that is
 * unknown or of another workspace just has no assignments.
 */
export const Ticket = {
  __resolveReference: ({ id }: { id: string }): { id: string } => ({ id }),
  /** Newest first. BAD_USER_INPUT unless `first` is from 0 to 50; empty for a connector. */
  async assignments(
    { id }: { id: string },
    args: { first: number | null },
    context: RoutingContext,
  ): Promise<AssignmentDecision[]> {
    const first = args.first ?? defaultAssignments;
    if (first < 0 || first > mostAssignments)
      throw new GraphQLError(`assignments takes first from 0 to ${mostAssignments}.`, {
        extensions: { code: 'BAD_USER_INPUT' },
      });
    if (first === 0 || !seesPeople(context)) return [];
    return context.loaders.decisions.load({ id, args: { first } });
  },
};
