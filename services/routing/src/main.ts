import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { runProcess } from '@smart-tickets/kit/process';
import { bootService } from '@smart-tickets/kit/service';
import { startRouting } from './app.ts';
import { migrations } from './persistence/migrations/index.ts';

await runProcess(() =>
  bootService('routing', readConfig(serviceConfigSchema, process.env), migrations, startRouting),
);
