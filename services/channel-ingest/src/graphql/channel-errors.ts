import type { ChannelChangeFault } from '../use-cases/channel-fault.ts';
import type { UserError } from './resolver-types.generated.ts';

/** How a fault of making or changing a channel is told; `input` is the path of what was given. */
export function channelErrorOf(fault: ChannelChangeFault, input: readonly string[]): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return { code: fault.code, message: 'There is no such channel.', field: [...input, 'id'] };
    case 'INVALID':
      return { code: fault.code, message: fault.message, field: [...input, ...fault.field] };
    case 'LIMIT_EXCEEDED':
      return { code: fault.code, message: fault.message, field: null };
    case 'DUPLICATE':
      return { code: fault.code, message: fault.message, field: [...input, fault.field] };
  }
}
