/** A message as other subgraphs refer to it: what came in has the id of its raw item. */
export interface MessageReference {
  readonly id: string;
}
