import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchChannels } from './channels.ts';
import { benchFanout } from './fanout.ts';
import { benchHostile } from './hostile.ts';
import { benchIngest } from './ingest.ts';
import { benchLatency } from './latency.ts';
import { benchQueryCpu } from './query.ts';
import { machineFacts, tableOf, type Figure } from './report.ts';
import { benchTickets } from './tickets.ts';
import { startBenchSystem, type BenchSystem } from './system.ts';

/** In the order in which they run: the query bench wants small tables and a rested machine, the ingest bench leaves neither. */
const names = ['query', 'latency', 'hostile', 'fanout', 'channels', 'ingest', 'tickets'] as const;
type Name = (typeof names)[number];
/** Only where they are asked for: one fills databases with a million tickets, and all others must end within five minutes. */
const onlyByName: readonly Name[] = ['hostile', 'fanout', 'channels', 'tickets'];

const usage = `npm run bench -- [channels] [fanout] [hostile] [ingest] [latency] [query] [tickets] [--quick] [--json FILE]

Without a name ingest, latency and query are run; tickets fills two databases with a million tickets each, which takes minutes. --quick takes a tenth of the samples: to see that it works, not for figures.`;

/** Nothing here takes longer than this on two cores; what does has hung. */
const limitMs = 290_000;
const ticketsLimitMs = 1_800_000;

function readArguments(): { chosen: Name[]; quick: boolean; json: string | null } | null {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true || positionals.some((name) => !names.includes(name as Name))) return null;
  const chosen = names.filter((name) =>
    positionals.length === 0 ? !onlyByName.includes(name) : positionals.includes(name),
  );
  return { chosen, quick: values.quick === true, json: values.json ?? null };
}

async function measure(name: Name, system: BenchSystem, scale: number): Promise<Figure[]> {
  if (name === 'ingest') return benchIngest(system.connector, system.ticketUrl, 2_000 * scale);
  if (name === 'tickets') {
    const { agent, ticketUrl, floor } = system;
    return benchTickets(
      { agent, ticketUrl, workspaceId: floor.viewer.workspaceId },
      { small: 10_000, large: scale < 1 ? 50_000 : 1_000_000, samples: 300 * scale, messages: 4_000 * scale },
    );
  }
  if (name === 'channels') {
    return benchChannels(system, { mails: 400 * scale, messages: 1_000 * scale, answers: 400 * scale });
  }
  if (name === 'fanout') return benchFanout(system, scale);
  if (name === 'hostile') return benchHostile(system, 200 * scale);
  if (name === 'latency') return benchLatency(system, 200 * scale);
  return benchQueryCpu(system, 300 * scale);
}

async function main(): Promise<number> {
  const asked = readArguments();
  if (asked === null) {
    process.stdout.write(`${usage}\n`);
    return 2;
  }
  const machine = machineFacts();
  process.stderr.write('starting the system …\n');
  const system = await startBenchSystem();
  const end = (why: string): void => {
    process.stderr.write(`${why}\n`);
    void system.stop().finally(() => process.exit(1));
  };
  const timer = setTimeout(
    end,
    asked.chosen.includes('tickets') ? ticketsLimitMs : limitMs,
    'the bench did not end in time',
  );
  process.once('SIGINT', () => {
    end('stopped');
  });
  const figures: Figure[] = [];
  try {
    for (const name of asked.chosen) {
      process.stderr.write(`${name} …\n`);
      figures.push(...(await measure(name, system, asked.quick ? 0.1 : 1)));
    }
  } finally {
    clearTimeout(timer);
    await system.stop();
  }
  const { cores, cpu, memoryGiB, node, platform, loadBefore, at } = machine;
  process.stdout.write(
    `${at}: ${cores} cores (${cpu}), ${memoryGiB} GiB, ${platform}, Node ${node}, load before ${loadBefore}\n\n` +
      `${tableOf(figures)}\n`,
  );
  if (asked.json !== null) {
    writeFileSync(asked.json, `${JSON.stringify({ machine, quick: asked.quick, figures }, null, 2)}\n`);
  }
  return 0;
}

process.exitCode = await main();
