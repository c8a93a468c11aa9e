import { describe, expect, test } from '@jest/globals';
import { chooseChannel, type ChannelChoice } from './choose-channel.ts';

const channel = (id: string, parts: Partial<ChannelChoice> = {}): ChannelChoice => ({
  id,
  kind: 'EMAIL',
  teamId: null,
  enabled: true,
  ...parts,
});

const wish = { answeredChannelId: null, ticketChannelId: null, kind: 'CHAT', teamId: 'sales' } as const;

describe('the channel of an answer', () => {
  test.each([
    [
      'the one that the answered message came by',
      { answeredChannelId: 'page', ticketChannelId: 'mail' },
      'page',
    ],
    ['the ticket’s', { ticketChannelId: 'mail' }, 'mail'],
    ['one of the ticket’s kind, the team’s before others', {}, 'chat of sales'],
    ['any of the kind where the team has none', { teamId: 'support' }, 'chat'],
    ['a mailbox where the kind has none', { kind: 'PHONE' as const }, 'mail'],
    ['another where the answered message’s is switched off', { answeredChannelId: 'old' }, 'chat of sales'],
  ])('is %s', (_name, parts, expected) => {
    const channels = [
      channel('mail'),
      channel('chat', { kind: 'CHAT' }),
      channel('chat of sales', { kind: 'CHAT', teamId: 'sales' }),
      channel('page', { kind: 'FACEBOOK' }),
      channel('old', { kind: 'CHAT', enabled: false }),
    ];

    expect(chooseChannel(channels, { ...wish, ...parts })?.id).toBe(expected);
  });

  test('is none where nothing is switched on', () => {
    expect(
      chooseChannel([channel('mail', { enabled: false })], { ...wish, ticketChannelId: 'mail' }),
    ).toBeNull();
  });

  test('of no team is not the one of a ticket without a team before others', () => {
    const channels = [
      channel('chat of sales', { kind: 'CHAT', teamId: 'sales' }),
      channel('chat', { kind: 'CHAT' }),
    ];

    expect(chooseChannel(channels, { ...wish, teamId: null })?.id).toBe('chat of sales');
  });
});
