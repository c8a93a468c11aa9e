import type { Call } from '@smart-tickets/contracts';
import { normalisePhone } from './author.ts';

export const callEvents = ['RINGING', 'ANSWERED', 'MISSED', 'VOICEMAIL', 'ENDED'] as const;
export type CallEvent = (typeof callEvents)[number];

/** What a telephone system tells of a call. */
export interface CallReport {
  readonly event: CallEvent;
  /** The caller as told; empty or a word such as `anonymous` when the number is withheld. */
  readonly from: string;
  readonly to: string;
  readonly durationSeconds: number | null;
  readonly recordingUrl: string | null;
  readonly transcript: string | null;
}

/** What an event of a call becomes. */
export interface CallEntry {
  readonly subject: string;
  readonly text: string;
  /** Null while nothing has come of the call. */
  readonly call: Call | null;
  /** A word on what is known already, or that asks for nothing: it changes no ticket's status. */
  readonly automatic: boolean;
}

/** A caller's number with nothing but its digits and a plus, from plain text or a SIP or tel URI; null when it is withheld. */
export function callerNumber(from: string): string | null {
  const user = from
    .trim()
    .replace(/^(sips?|tel):/i, '')
    .split(/[@;]/, 1)[0];
  return normalisePhone(user ?? '');
}

/**
 * What an event of a call says on the call's ticket, given the events that were handed in before it. RINGING and ANSWERED
 * tell of the call as it goes on, so that there is a ticket to work with while it does; MISSED and VOICEMAIL ask for
 * somebody; ENDED sums up, and asks only where it is the first to tell how the call went. What comes late changes nothing.
 */
export function entryOf(report: CallReport, before: ReadonlySet<CallEvent>): CallEntry {
  const number = callerNumber(report.from);
  const subject = `Call from ${number ?? 'a withheld number'}`;
  const outcome = outcomeOf(report, before);
  const { recordingUrl, transcript } = report;
  const call =
    outcome === null
      ? null
      : { outcome, durationSeconds: report.durationSeconds ?? 0, recordingUrl, transcript };
  const words = [wordsOf(report, subject), transcript?.trim() ?? ''].filter((part) => part !== '');
  return { subject, text: words.join('\n\n'), call, automatic: isLate(report.event, before) };
}

function outcomeOf(
  { event, durationSeconds }: CallReport,
  before: ReadonlySet<CallEvent>,
): Call['outcome'] | null {
  switch (event) {
    case 'RINGING':
      return null;
    case 'ANSWERED':
    case 'MISSED':
    case 'VOICEMAIL':
      return event;
    case 'ENDED':
      if (before.has('VOICEMAIL')) return 'VOICEMAIL';
      if (before.has('ANSWERED')) return 'ANSWERED';
      if (before.has('MISSED')) return 'MISSED';
      return (durationSeconds ?? 0) > 0 ? 'ANSWERED' : 'MISSED';
  }
}

/** After which events each says nothing that anybody has to act on. */
const settledBy: Readonly<Record<CallEvent, readonly CallEvent[]>> = {
  RINGING: ['ANSWERED', 'MISSED', 'VOICEMAIL', 'ENDED'],
  ANSWERED: ['ENDED'],
  // It rang at several, and another one took it.
  MISSED: ['ANSWERED', 'VOICEMAIL', 'ENDED'],
  VOICEMAIL: [],
  ENDED: ['ANSWERED', 'MISSED', 'VOICEMAIL'],
};

function isLate(event: CallEvent, before: ReadonlySet<CallEvent>): boolean {
  return settledBy[event].some((earlier) => before.has(earlier));
}

function wordsOf({ event, from, to, durationSeconds }: CallReport, subject: string): string {
  const told = callerNumber(from) === null && from.trim() !== '' ? ` (${from.trim()})` : '';
  const lasted = durationSeconds === null ? '' : `, ${minutes(durationSeconds)}`;
  switch (event) {
    case 'RINGING':
      return `${subject}${told} to ${to.trim()}: it is ringing.`;
    case 'ANSWERED':
      return `${subject}${told} to ${to.trim()}: it was answered.`;
    case 'MISSED':
      return `${subject}${told} to ${to.trim()}: nobody answered${lasted}.`;
    case 'VOICEMAIL':
      return `${subject}${told} to ${to.trim()}: a voice message was left${lasted}.`;
    case 'ENDED':
      return `${subject}${told} to ${to.trim()}: it has ended${lasted}.`;
  }
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
