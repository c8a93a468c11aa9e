import type { NormalisedMessage } from '@smart-tickets/contracts';
import type { TicketDesk } from './ticket-desk.ts';

export type Identities = NormalisedMessage['from']['identities'];

export interface CustomerView {
  readonly id: string;
  readonly name: string | null;
  readonly identities: { kind: string; value: string; verified: boolean }[];
  readonly mergedInto: { readonly id: string } | null;
  readonly tickets: { readonly nodes: { readonly id: string }[] };
}

export const email = (value: string, verified = true): Identities[number] => ({
  kind: 'EMAIL',
  value,
  verified,
});

/** The customers of a desk as its agents see them. */
export class CustomersAtDesk {
  #desk: () => TicketDesk;
  #serial = 0;

  /** The desk need not be open yet. */
  constructor(desk: () => TicketDesk) {
    this.#desk = desk;
  }

  /** A mail address that nobody else has. */
  address(): string {
    this.#serial += 1;
    return `person${this.#serial}@example.org`;
  }

  /** Id of the customer whose ticket a message of these identities has opened. */
  async from(identities: Identities, name: string | null = 'Kim'): Promise<string> {
    const { customerId } = await this.#desk().receive({ from: { name, identities } });
    return customerId ?? '';
  }

  async customer(id: string): Promise<CustomerView> {
    const data = await this.#desk().data<{ customer: CustomerView }>(
      `query ($id: ID!) { customer(id: $id) { id name identities { kind value verified } mergedInto { id }
         tickets(first: 100) { nodes { id } } } }`,
      { id },
    );
    return data.customer;
  }

  /** Ids of the customers that a search finds. */
  async found(search: string): Promise<string[]> {
    const { customers } = await this.#desk().data<{ customers: { nodes: { id: string }[] } }>(
      `query ($search: String) { customers(search: $search, first: 100) { nodes { id } } }`,
      { search },
    );
    return customers.nodes.map(({ id }) => id);
  }
}
