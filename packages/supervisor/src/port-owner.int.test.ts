import { afterEach, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { assertPortFree } from './port-owner.ts';
import { choosePorts, tryListen } from './ports.ts';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listenOn(host: string, port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(port, host, resolve);
  });
}

test('a free port passes and stays free', async () => {
  const [port = 0] = await choosePorts(1);

  await assertPortFree('127.0.0.1', port);
  await assertPortFree('0.0.0.0', port);

  const server = await tryListen('127.0.0.1', port);
  expect(server).not.toBeNull();
  if (server !== null) servers.push(server);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['127.0.0.1', '0.0.0.0'],
])(
  'a port that is taken on %s is refused for %s, with its owner and a free one to take',
  async (held, wanted) => {
    const [port = 0] = await choosePorts(1);
    await listenOn(held, port);

    await expect(assertPortFree(wanted, port)).rejects.toThrow(
      new RegExp(`^Port ${port} is taken by pid ${process.pid}\\. Choose another: PORT=\\d+ npm start$`),
    );
  },
);

test('the port that is offered instead is not a taken one', async () => {
  const [port = 0] = await choosePorts(1);
  await listenOn('127.0.0.1', port);
  if (!(await tryListenHere(port + 1))) return;

  await expect(assertPortFree('127.0.0.1', port)).rejects.not.toThrow(`PORT=${port + 1} `);
});

async function tryListenHere(port: number): Promise<boolean> {
  const server = await tryListen('127.0.0.1', port);
  if (server === null) return false;
  servers.push(server);
  return true;
}
