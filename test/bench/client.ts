import { Pool } from 'undici';

/** A caller of one GraphQL server, on connections that stay open. */
export class Client {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>>, connections: number) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections, pipelining: 1 });
    this.#path = pathname;
    this.#headers = { ...headers, 'content-type': 'application/json' };
  }

  /** The data of the answer. Throws when it is not a full success: a bench of failures measures nothing. */
  async ask<T>(query: string, variables: Readonly<Record<string, unknown>>): Promise<T> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: this.#headers,
      body: JSON.stringify({ query, variables }),
    });
    const text = await body.text();
    const answer = JSON.parse(text) as { data?: T | null; errors?: unknown };
    if (statusCode !== 200 || answer.errors !== undefined || answer.data == null) {
      throw new Error(`HTTP ${statusCode}: ${text.slice(0, 500)}`);
    }
    return answer.data;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
