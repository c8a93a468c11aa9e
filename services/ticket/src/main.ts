import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { runProcess } from '@smart-tickets/kit/process';
import { bootService } from '@smart-tickets/kit/service';
import { startTicket } from './app.ts';
import { migrations } from './persistence/migrations/index.ts';

await runProcess(() =>
  bootService('ticket', readConfig(serviceConfigSchema, process.env), migrations, startTicket),
);
