import { choosePorts } from '@smart-tickets/supervisor/ports';
import { eventually } from './eventually.ts';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What every scanner knows as a test. Source: EICAR, "Anti-Malware Testfile"; in two parts, so that none finds it here. */
export const eicar = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);
const eicarSignature = '44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test\n';

/** Most bytes that the daemon below takes, and most that it looks at of a file. */
export const mostScannedBytes = 4 * 1024 * 1024;
export const mostOfFile = 2 * 1024 * 1024;

export interface TestClamd {
  readonly url: string;
  stop(): Promise<void>;
}

/** Whether this machine has a clamd; says loudly when not. With CI=true there has to be one. */
export function hasClamd(): boolean {
  if (spawnSync('clamd', ['--version']).status === 0) return true;
  if (process.env['CI'] === 'true') throw new Error('no clamd on this machine, and CI=true asks for one');
  process.stderr.write('\nVIRUS SCANNER TESTS SKIPPED: no clamd\n\n');
  return false;
}

/** Starts a ClamAV daemon on loopback whose only signature is that of EICAR's test file; resolves when it answers. */
export async function startClamd(): Promise<TestClamd> {
  const [port = 0] = await choosePorts(1);
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-tickets-clamd-'));
  writeFileSync(path.join(folder, 'test.hdb'), eicarSignature);
  const settings = [
    'Foreground yes',
    'TCPAddr 127.0.0.1',
    `TCPSocket ${port}`,
    `DatabaseDirectory ${folder}`,
    `TemporaryDirectory ${folder}`,
    `StreamMaxLength ${mostScannedBytes}`,
    `MaxFileSize ${mostOfFile}`,
    'AlertExceedsMax yes',
  ];
  const file = path.join(folder, 'clamd.conf');
  writeFileSync(file, `${settings.join('\n')}\n`);
  const child = spawn('clamd', ['--config-file', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => answers(port), 30_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `tcp://127.0.0.1:${port}`, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('close', () => {
      resolve(false);
    });
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('PONG'));
      socket.destroy();
    });
    socket.write('zPING\0');
  });
}
