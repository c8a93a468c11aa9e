import type { Statement } from '@smart-tickets/kit/postgres';
import { framesTransaction, statementsIn } from '@smart-tickets/testing/statements';
import { jest } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import pg from 'pg';

/** What one request costs a service: its SQL by name, and how often it was asked. */
export interface Traffic {
  /** Requests that arrived at its server. */
  requests: number;
  /** Transactions that were opened for them. */
  transactions: number;
  /** Names of the statements, or their text where they have none; sorted. */
  statements: string[];
}

/**
 * Observes, in this process, every statement of the app role's pools and every HTTP request to the services' servers.
 * `during` gives what one piece of work cost; nothing else may be at work meanwhile.
 */
export class TrafficMeter {
  #statements = jest.spyOn(pg.Client.prototype, 'query');
  #requests: number[] = [];
  #note = (message: unknown): void => {
    const address = (message as { server: Server }).server.address();
    if (typeof address === 'object' && address !== null) this.#requests.push(address.port);
  };

  constructor() {
    subscribe('http.server.request.start', this.#note);
  }

  close(): void {
    unsubscribe('http.server.request.start', this.#note);
    this.#statements.mockRestore();
  }

  /** `ports` are those of the services by name, which is also the application name of their pools. */
  async during(
    ports: Readonly<Record<string, number>>,
    work: () => Promise<unknown>,
  ): Promise<Record<string, Traffic>> {
    this.#statements.mockClear();
    this.#requests = [];
    await work();
    const traffic = Object.fromEntries(
      Object.entries(ports).map(([name, port]): [string, Traffic] => [
        name,
        { requests: this.#requests.filter((one) => one === port).length, transactions: 0, statements: [] },
      ]),
    );
    const { calls, contexts } = this.#statements.mock;
    for (const [index, client] of contexts.entries()) {
      const of = traffic[applicationOf(client)];
      if (of === undefined) continue;
      for (const statement of statementsIn(calls[index]?.[0])) {
        if (statement.name === 'tx-workspace') of.transactions += 1;
        else if (!framesTransaction(statement)) of.statements.push(nameOf(statement));
      }
    }
    for (const { statements } of Object.values(traffic)) statements.sort();
    return traffic;
  }
}

function applicationOf(client: unknown): string {
  return (
    (client as { connectionParameters?: { application_name?: string } }).connectionParameters
      ?.application_name ?? ''
  );
}

function nameOf({ name, text }: Statement): string {
  return name ?? text.replaceAll(/\s+/g, ' ').replaceAll(/\$\d+/g, '$').trim();
}
