import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlanner } from '@apollo/query-planner';
import type { Schemas } from './compiled-operation.ts';

/** A supergraph as it is loaded now. */
export interface LoadedGraph {
  /** Counts supergraphs. */
  readonly generation: number;
  readonly planner: QueryPlanner;
  readonly schemas: Schemas;
}

/**
 * Gives the supergraph that a gateway has loaded: one object as long as it stays. Reaches into @apollo/gateway 2.14.4 by
 * `__testing`, hence the exact pin.
 */
export function loadedGraphOf(gateway: ApolloGateway): () => LoadedGraph {
  let current: LoadedGraph | undefined;
  return () => {
    const { queryPlanner: planner } = gateway.__testing();
    if (planner === undefined || gateway.schema === undefined)
      throw new Error('the supergraph is not loaded');
    if (current?.planner !== planner || current.schemas.api !== gateway.schema) {
      const { supergraph } = planner;
      current = {
        generation: (current?.generation ?? 0) + 1,
        planner,
        schemas: {
          api: gateway.schema,
          plannerApi: supergraph.apiSchema(),
          supergraph: supergraph.schema.toGraphQLJSSchema(),
        },
      };
    }
    return current;
  };
}
