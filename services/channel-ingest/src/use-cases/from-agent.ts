import { answerKey } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { ChannelSettings } from '../domain/channel-settings.ts';
import { forwardedSender } from '../domain/forwarded-sender.ts';
import { isForward } from '../domain/quoted-history.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import { PeopleStore } from '../persistence/people-store.ts';
import type { Content } from './read-stored.ts';
import { lineOf } from './sender-line.ts';

const answerPrefix = answerKey('');

/**
 * What a mail from an agent's own address is: in a conversation that is known an answer of the agent's, where the mail server
 * vouches for the address; what a machine of the agent says there, such as that they are away, is for the house only and is
 * nobody's word unless vouched for. A forward is its quoted sender's, as a claim that nobody has proved. Where the agent is
 * the customer of the conversation, and all else, it is a mail like any other.
 */
export async function asAgentWrote(
  tx: Tx,
  content: Content,
  { agentForwards }: Pick<ChannelSettings, 'agentForwards'>,
): Promise<Content> {
  const [sender] = content.from.identities;
  if (sender?.kind !== 'EMAIL' || !sender.verified || content.fromAgent || content.report) return content;
  if (content.senderTrust === 'FAIL') return content;
  const agentId = await new PeopleStore(tx).agentOf(sender.value);
  if (agentId === null) return content;
  const vouched = content.senderTrust === 'PASS';
  if (!vouched && !content.automatic) return content;
  if (await isColleagueIn(tx, content, sender.value))
    return { ...content, fromAgent: true, agentId: vouched ? agentId : null };
  if (content.automatic || agentForwards === 'AS_IS' || !isForward(content.subject)) return content;
  const quoted = forwardedSender(content.text);
  if (quoted === null) return content;
  const identities = [{ kind: 'EMAIL' as const, value: quoted.address, verified: false }];
  return { ...content, from: { name: quoted.name, identities }, senderTrust: 'NONE' };
}

/** Whether a mail belongs to a conversation that is known, in which its sender is not the customer. */
async function isColleagueIn(tx: Tx, { thread, tokens }: Content, address: string): Promise<boolean> {
  const keys = [...thread.inReplyTo, ...thread.references];
  const answers = [...keys, ...tokens].filter((key) => key.startsWith(answerPrefix));
  const known = answers.length > 0 || (await new InboundStore(tx).knowsMail(keys));
  if (!known) return false;
  const ids = answers.map((key) => key.slice(answerPrefix.length));
  const line = lineOf({ kind: 'EMAIL', value: address });
  return !(await new PeopleStore(tx).isCustomerIn(ids, keys, address, line));
}
