import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tryListen } from './ports.ts';
import { StartFault } from './start-fault.ts';

/** Throws a StartFault with one sentence when the port cannot be had. Nothing stays open. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  if (await canListen(host, port)) return;
  const pid = portOwner(port);
  let other = port < 65_535 ? port + 1 : port - 1;
  for (let tries = 0; tries < 20 && other < 65_535 && !(await canListen(host, other)); tries += 1) other += 1;
  throw new StartFault(
    `Port ${port} is taken${pid === null ? '' : ` by pid ${pid}`}. Choose another: PORT=${other} npm start`,
  );
}

async function canListen(host: string, port: number): Promise<boolean> {
  // Some systems let a second program listen on one address of a port that another one holds on all addresses.
  if (await answers(port)) return false;
  try {
    const server = await tryListen(host, port);
    if (server === null) return false;
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new StartFault(`Port ${port} is only for root. Choose another: PORT=4000 npm start`);
    throw new StartFault(`Cannot listen on HOST=${host}: ${code ?? String(error)}`);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const settle = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('timeout', () => {
      settle(false);
    });
  });
}

/** The process that listens on a TCP port, as far as the system lets us see it. */
export function portOwner(port: number): number | null {
  if (process.platform === 'win32') return null;
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], {
      encoding: 'utf8',
    });
    return Number((stdout as string | null)?.split('\n')[0]) || null;
  }
  const sockets = listeningSockets(port);
  return sockets.size === 0 ? null : holderOf(sockets);
}

function listeningSockets(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const found = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(table)) {
      const fields = line.trim().split(/\s+/);
      // Local address, state (0A: listening), inode. Source: proc_net_tcp in the kernel's documentation.
      if (fields[1]?.endsWith(`:${hexPort}`) === true && fields[3] === '0A')
        found.add(`socket:[${fields[9]}]`);
    }
  }
  return found;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function holderOf(sockets: ReadonlySet<string>): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const directory = `/proc/${pid}/fd`;
      if (readdirSync(directory).some((fd) => holds(`${directory}/${fd}`, sockets))) return Number(pid);
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return null;
}

function holds(descriptor: string, sockets: ReadonlySet<string>): boolean {
  try {
    return sockets.has(readlinkSync(descriptor));
  } catch {
    return false;
  }
}
