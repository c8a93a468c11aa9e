import { jobs } from '@smart-tickets/contracts';
import type { HandlersFor } from '@smart-tickets/kit/service';
import type { Deps } from '../use-cases/deps.ts';
import { buryAnswer, carryAnswer } from '../use-cases/carry-answer.ts';
import { eraseCustomer } from '../use-cases/erase-customer.ts';
import { followWorkspace } from '../use-cases/follow-workspace.ts';
import { forgetRaw } from '../use-cases/forget-raw.ts';
import { keepAttachments } from '../use-cases/keep-attachments.ts';
import { processInbound } from '../use-cases/process-inbound.ts';
import { noteMissed } from '../use-cases/reconcile-inbound.ts';
import { buryInbound, settleInbound } from '../use-cases/settle-inbound.ts';

/** The queues that the intake consumes. */
export const channelIngestJobs = {
  processInbound: jobs.processInbound,
  settleInbound: jobs.settleInbound,
  keepAttachments: jobs.keepAttachments,
  carryAnswer: jobs.carryAnswer,
  eraseFromIntake: jobs.eraseFromIntake,
  followWorkspace: jobs.followWorkspace,
  forgetRaw: jobs.forgetRaw,
  noteMissed: jobs.noteMissed,
} as const;

/** A handler for each of them. */
export function channelIngestHandlers(deps: Deps): HandlersFor<typeof channelIngestJobs> {
  return {
    processInbound: {
      handle: (job) => processInbound(deps, job),
      exhausted: (job, reason) => buryInbound(deps, job, reason),
    },
    settleInbound: { handle: (job) => settleInbound(deps, job) },
    keepAttachments: { handle: (job) => keepAttachments(deps, job) },
    carryAnswer: {
      handle: (job) => carryAnswer(deps, job),
      exhausted: (job) => buryAnswer(deps, job),
    },
    eraseFromIntake: { handle: (job) => eraseCustomer(deps, job) },
    followWorkspace: { handle: (job) => followWorkspace(deps, job) },
    forgetRaw: { handle: (job) => forgetRaw(deps, job) },
    noteMissed: { handle: (job) => noteMissed(deps, job) },
  };
}
