/** Something that a service runs and that ends with it. */
export interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Runs a process until it is told to end: SIGTERM, SIGHUP, SIGINT, or the loss of the supervisor that started it.
 * Stops cleanly within `limitMs`, then ends in any case.
 */
export async function runProcess(start: () => Promise<Running>, limitMs = 15_000): Promise<void> {
  let running: Running | undefined;
  let stopping = false;
  let orphaned = false;
  const leave = (code: number): void => {
    if (orphaned) endAtOnce();
    else process.exit(code);
  };
  const stop = (code: number): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      leave(code);
    }, limitMs).unref();
    Promise.resolve(running?.stop()).then(
      () => {
        leave(code);
      },
      () => {
        leave(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop(0);
    });
  }
  const supervised = process.send !== undefined;
  // Under a supervisor Ctrl-C reaches the whole process group; the supervisor then says when to stop.
  process.on('SIGINT', () => {
    if (!supervised) stop(0);
  });
  process.on('disconnect', () => {
    orphaned = true;
    stop(0);
  });
  // A supervisor that ended while this process was still being loaded has been gone before anybody listened.
  if (supervised && !process.connected) endAtOnce();
  try {
    running = await start();
    process.send?.({ type: 'ready', port: running.port });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  }
}

/**
 * Ends this process without waiting for its threads. `process.exit` may wait for them for ever
 * (https://github.com/nodejs/node/issues/54918), and an orphan has nobody who would kill it then.
 */
function endAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
}
