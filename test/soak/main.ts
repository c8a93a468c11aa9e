import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { faultsOf, memoryFaults, textOf } from './report.ts';
import { soak, type SoakOptions } from './soak.ts';

const usage = `npm run soak -- [--minutes 10] [--subscribers 200] [--rate 76] [--cut-every 4] [--seed N]

Subscribers watch tickets while lines are cut, processes killed and connections of Postgres ended every so many seconds; at
the end each one's events are compared with the event log. Exit status 1 when anybody missed an event, was told one twice or out
of order, or when the memory of the gateway or of a service grew.`;

function readArguments(): SoakOptions | null {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      subscribers: { type: 'string', default: '200' },
      rate: { type: 'string', default: '76' },
      'cut-every': { type: 'string', default: '4' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [minutes = 0, subscribers = 0, rate = 0, cutEvery = 0, seed = 0] = [
    values.minutes,
    values.subscribers,
    values.rate,
    values['cut-every'],
    values.seed,
  ].map(Number);
  const sound = minutes > 0 && subscribers >= 1 && rate > 0 && cutEvery > 0 && Number.isInteger(seed);
  if (values.help === true || !sound) return null;
  return {
    seconds: minutes * 60,
    subscribers,
    rate,
    seed,
    tickets: 240,
    cutEveryMs: cutEvery * 1_000,
    mercyMs: 45_000,
    stallMs: 15_000,
    steadySeconds: minutes * 30,
    say: (line) => process.stderr.write(`${line}\n`),
  };
}

async function main(): Promise<number> {
  const options = readArguments();
  if (options === null) {
    process.stdout.write(`${usage}\n`);
    return 2;
  }
  options.say(`seed ${options.seed}; starting the system …`);
  const report = await soak(options);
  const faults = [...report.accounts.flatMap(faultsOf), ...memoryFaults(report)];
  process.stdout.write(`seed ${options.seed}\n${textOf(report)}\n\n`);
  for (const fault of faults.slice(0, 50)) process.stdout.write(`FAULT ${fault}\n`);
  process.stdout.write(faults.length === 0 ? 'complete\n' : `${faults.length} faults\n`);
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
