import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';

/** What the variables of `@skip` and `@include` say in one request. */
export type Flags = ReadonlyMap<string, boolean>;

type Variables = Readonly<Record<string, unknown>>;

/** Gives for each request's variables the flags and a text that is the same for the same flags. */
export class Conditions {
  #names: readonly string[];
  #defaults = new Map<string, unknown>();

  constructor(document: DocumentNode, operation: OperationDefinitionNode) {
    const names = new Set<string>();
    visit(document, {
      Directive: ({ name, arguments: given }) => {
        if (name.value !== 'skip' && name.value !== 'include') return;
        const value = given?.[0]?.value;
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
    const declared = operation.variableDefinitions ?? [];
    for (const { variable, defaultValue } of declared) {
      if (defaultValue?.kind === Kind.BOOLEAN) this.#defaults.set(variable.name.value, defaultValue.value);
    }
    // A document's other operations may ask variables that this one does not declare.
    this.#names = [...names].filter((name) => declared.some(({ variable }) => variable.name.value === name));
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Undefined when one of them is not a boolean, such as a null where null is allowed. */
  read(variables: Variables): { readonly flags: Flags; readonly key: string } | undefined {
    const flags = new Map<string, boolean>();
    let key = '';
    for (const name of this.#names) {
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const value = given === undefined ? this.#defaults.get(name) : given;
      if (typeof value !== 'boolean') return undefined;
      flags.set(name, value);
      key += value ? '1' : '0';
    }
    return { flags, key };
  }
}

/** Whether a selection is left out. */
export function isSkipped({ directives }: SelectionNode, flags: Flags): boolean {
  for (const { name, arguments: given } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = given?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? flags.get(value.name.value)
        : value?.kind === Kind.BOOLEAN && value.value;
    if (holds === (name.value === 'skip')) return true;
  }
  return false;
}
