import { err, ok, type Result } from '@smart-tickets/kit/result';
import { ianaTimeZone } from './time-zone.ts';

/** One company's help desk, with the settings that the ticket service goes by. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly closeResolvedAfterDays: number;
  readonly retentionDays: number;
}

/** Settings that an admin asks for; what is undefined stays. */
export interface WorkspaceUpdate {
  readonly name?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly closeResolvedAfterDays?: number | undefined;
  readonly retentionDays?: number | undefined;
}

export interface WorkspaceFault {
  readonly code: 'INVALID';
  readonly field: keyof WorkspaceUpdate;
  readonly message: string;
}

const maxNameLength = 200;
const longestResolvedDays = 365;
const longestRetentionDays = 30;

function fault(field: keyof WorkspaceUpdate, message: string): Result<never, WorkspaceFault> {
  return err({ code: 'INVALID', field, message });
}

/** The workspace with the settings asked for, or what is wrong with the first of them that is not in order. */
export function withSettings(
  workspace: Workspace,
  asked: WorkspaceUpdate,
): Result<Workspace, WorkspaceFault> {
  const name = asked.name === undefined ? workspace.name : asked.name.trim();
  if (name === '' || name.length > maxNameLength)
    return fault('name', `A name has 1 to ${maxNameLength} characters.`);
  const timeZone = asked.timeZone === undefined ? workspace.timeZone : ianaTimeZone(asked.timeZone);
  if (timeZone === null)
    return fault('timeZone', 'Give the IANA name of a time zone, such as Europe/Vienna.');
  const closeResolvedAfterDays = asked.closeResolvedAfterDays ?? workspace.closeResolvedAfterDays;
  if (closeResolvedAfterDays < 0 || closeResolvedAfterDays > longestResolvedDays) {
    const message = `Resolved tickets close after 1 to ${longestResolvedDays} days, or never by 0.`;
    return fault('closeResolvedAfterDays', message);
  }
  const retentionDays = asked.retentionDays ?? workspace.retentionDays;
  if (retentionDays < 1 || retentionDays > longestRetentionDays)
    return fault('retentionDays', `Events are kept for 1 to ${longestRetentionDays} days.`);
  return ok({ ...workspace, name, timeZone, closeResolvedAfterDays, retentionDays });
}
