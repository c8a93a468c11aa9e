import { describe, expect, test } from '@jest/globals';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { readGatewayConfig } from '../gateway/src/config.ts';

const root = new URL('../', import.meta.url);
const services = ['ticket', 'channel-ingest', 'routing', 'search'] as const;
const processes = [...services, 'gateway'] as const;
type Env = Readonly<Record<string, string>>;

function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

/** Variables that are set and that the process does not know; throws when its configuration is not usable. */
function unknownVariables(name: string, env: Env): string[] {
  const config = name === 'gateway' ? readGatewayConfig(env) : readConfig(serviceConfigSchema, env);
  return Object.keys(env).filter((variable) => env[variable] !== '' && !(variable in config));
}

/** What the gateway's README lists; what is the image's own, or the same everywhere, is not set. */
function variablesOfGateway(): string[] {
  const rows = read('gateway/README.md').matchAll(/^\| `([A-Z][A-Z_]+)` +\|/gm);
  const notSet = ['SUPERGRAPH_FILE', 'TRUSTED_DOCUMENTS_FILE', 'SHARED_READ_MS', 'GATEWAY_EXECUTOR'];
  return [...rows].map((row) => row[1] ?? '').filter((name) => !notSet.includes(name));
}

function expectSubgraphUrls(env: Env): void {
  const urls = JSON.parse(env['SUBGRAPH_URLS'] ?? '') as unknown;
  expect(urls).toEqual(Object.fromEntries(services.map((name) => [name, `http://${name}:4000/graphql`])));
}

function expectTag(image: string): void {
  expect(image).toMatch(/^[a-z0-9/-]+:(?!latest)[a-z0-9.-]+$/);
}

describe('docker-compose.yml', () => {
  interface ComposeService {
    readonly image: string;
    readonly user?: string;
    readonly build?: { readonly args: { readonly SERVICE: string; readonly ENTRY?: string } };
    readonly environment: Env;
    readonly ports?: readonly string[];
    readonly networks: readonly string[];
    readonly healthcheck?: { readonly test: readonly string[] };
    readonly read_only?: boolean;
    readonly deploy: { readonly resources: { readonly limits: Env } };
    readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  }
  const text = read('docker-compose.yml');
  const required = [...new Set([...text.matchAll(/\$\{(\w+):\?/g)].map((match) => match[1] ?? ''))];
  const optional = [...new Set([...text.matchAll(/\$\{(\w+):[-+]/g)].map((match) => match[1] ?? ''))];
  const given: Record<string, string> = {
    ...Object.fromEntries(required.map((name) => [name, 'a'.repeat(40)])),
    JWKS_FILE: './jwks.json',
    SEED_FILE: './seed.json',
  };

  // As compose does it, as far as the file needs it.
  function interpolate(value: string): string {
    return value.replaceAll(
      /\$\{(\w+):([-+?])([^}]*)\}/g,
      (_all, name: string, operator: string, word: string) => {
        const set = given[name] ?? '';
        if (operator === '+') return set === '' ? '' : word;
        return set === '' ? word : set;
      },
    );
  }
  const revive = (_key: unknown, value: unknown): unknown =>
    typeof value === 'string' ? interpolate(value) : value;
  const compose = parse(text, revive, { merge: true }) as {
    readonly services: Readonly<Record<string, ComposeService>>;
    readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  };
  const part = (name: string): ComposeService => {
    const found = compose.services[name];
    if (found === undefined) throw new Error(`${name} is missing`);
    return found;
  };

  test('starts the five processes, Postgres and Valkey, and nothing else', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...processes, 'postgres', 'valkey'].sort());
  });

  test.each(processes)('gives %s all that it must be told and nothing that it does not know', (name) => {
    expect(unknownVariables(name, part(name).environment)).toEqual([]);
  });

  test('lets every variable of the gateway be set', () => {
    // Files are on a volume here.
    const names = variablesOfGateway().filter((name) => !name.startsWith('AWS_'));

    expect(names.filter((name) => !(name in part('gateway').environment))).toEqual([]);
    expect(names).toContain('SIGN_IN_KEY');
  });

  test('takes the identity provider’s address in place of the key file', () => {
    const { environment } = part('gateway');
    const env = { ...environment, JWKS_FILE: '', JWKS_URL: 'https://id.example.com/keys' };

    expect(unknownVariables('gateway', env)).toEqual([]);
    expect(() => readGatewayConfig({ ...env, JWKS_URL: '' })).toThrow('JWKS_FILE and JWKS_URL');
  });

  test('publishes the gateway only, on loopback unless told otherwise', () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);

    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
      ['gateway', ['127.0.0.1:4000:4000']],
    ]);
    for (const name of [...services, 'postgres', 'valkey']) expect(part(name).networks).toEqual(['inside']);
    expect(compose.networks['inside']).toEqual({ internal: true });
  });

  test('tells the gateway where the services are', () => {
    expectSubgraphUrls(part('gateway').environment);
  });

  test.each(Object.keys(compose.services))('confines %s and looks after its health', (name) => {
    const { image, user, healthcheck, deploy } = part(name);

    expectTag(image);
    expect(user).not.toMatch(/^(root|0)(:|$)/);
    expect(healthcheck?.test.length).toBeGreaterThan(1);
    expect(Object.keys(deploy.resources.limits).sort()).toEqual(['cpus', 'memory']);
  });

  test.each(processes)('builds %s with an entry that exists', (name) => {
    const { args } = part(name).build ?? { args: { SERVICE: '' } };

    expect(args.SERVICE).toBe(name);
    expect(part(name).read_only).toBe(true);
    expect(existsSync(new URL(args.ENTRY ?? `services/${args.SERVICE}/src/main.ts`, root))).toBe(true);
  });

  test('waits for what a process needs', () => {
    const healthy = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, { condition: 'service_healthy' }]));

    for (const name of services) expect(part(name).depends_on).toEqual(healthy(['postgres', 'valkey']));
    expect(part('gateway').depends_on).toEqual(healthy(services));
  });

  test('has a database and a login made for each service', () => {
    const made = [...read('docker/init-databases.sh').matchAll(/^make_database (\w+) "\$(\w+)"$/gm)];
    const logins = services.map((name) => new URL(part(name).environment['DATABASE_URL'] ?? ''));

    expect(made.map((match) => match[1])).toEqual(logins.map(({ username }) => username));
    expect(logins.map(({ pathname }) => pathname.slice(1))).toEqual(logins.map(({ username }) => username));
    for (const [, , password] of made) expect(part('postgres').environment).toHaveProperty(password ?? '');
  });

  test.each([...required, ...optional])('the README says what %s is', (variable) => {
    expect(read('README.md')).toContain(`\`${variable}\``);
  });
});

describe('k8s/base', () => {
  interface Resource {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly data?: Env;
    readonly stringData?: Env;
    readonly spec?: unknown;
  }
  interface Variable {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: {
      readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean };
    };
  }
  interface Probe {
    readonly httpGet: { readonly path: string };
  }
  interface Container {
    readonly image: string;
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly env: readonly Variable[];
    readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
    readonly resources: { readonly requests: Env; readonly limits: Env };
    readonly securityContext: unknown;
    readonly startupProbe: Probe;
    readonly livenessProbe: Probe;
    readonly readinessProbe: Probe;
  }
  interface PodSpec {
    readonly securityContext: unknown;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly [Container];
  }

  const folder = new URL('k8s/base/', root);
  const files = readdirSync(folder);
  const manifests = files.filter((file) => file !== 'kustomization.yaml');
  const resources = manifests.flatMap((file) =>
    parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')).map((each) => each.toJS() as Resource),
  );
  const find = (kind: string, name: string): Resource => {
    const found = resources.find((each) => each.kind === kind && each.metadata.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const podOf = (name: string): PodSpec =>
    (find('Deployment', name).spec as { readonly template: { readonly spec: PodSpec } }).template.spec;
  const containerOf = (name: string): Container => podOf(name).containers[0];

  function environmentOf(name: string): Env {
    const { env, envFrom } = containerOf(name);
    const shared = envFrom.map(({ configMapRef }) => find('ConfigMap', configMapRef.name).data ?? {});
    const own = env.map((variable): [string, string] => {
      const reference = variable.valueFrom?.secretKeyRef;
      if (reference === undefined) return [variable.name, variable.value ?? ''];
      return [variable.name, find('Secret', reference.name).stringData?.[reference.key] ?? ''];
    });
    return { ...Object.assign({}, ...shared), ...Object.fromEntries(own) } as Env;
  }

  test('lists every file but the examples', () => {
    const { resources: listed } = parse(read('k8s/base/kustomization.yaml')) as { resources: string[] };

    expect([...listed].sort()).toEqual(manifests.filter((file) => !file.includes('.example.')).sort());
  });

  test('deploys the five processes', () => {
    const deployed = resources.filter(({ kind }) => kind === 'Deployment');

    expect(deployed.map(({ metadata }) => metadata.name).sort()).toEqual([...processes].sort());
  });

  test.each(processes)('gives %s all that it must be told and nothing that it does not know', (name) => {
    expect(unknownVariables(name, environmentOf(name))).toEqual([]);
  });

  test('tells the gateway where the services are', () => {
    expectSubgraphUrls(environmentOf('gateway'));
  });

  test('lets every variable of the gateway be set', () => {
    // Only the component sign-in mounts a key set.
    const names = variablesOfGateway().filter((name) => name !== 'JWKS_FILE');

    expect(names.filter((name) => !(name in environmentOf('gateway')))).toEqual([]);
    expect(names).toContain('SIGN_IN_KEY');
  });

  test('starts the gateway without the secrets that not everybody has', () => {
    const optional = containerOf('gateway').env.filter(({ valueFrom }) => valueFrom?.secretKeyRef.optional);
    const missing = containerOf('gateway').env.filter(
      ({ name, valueFrom }) => valueFrom !== undefined && !environmentOf('gateway')[name],
    );

    expect(missing).toEqual(optional);
    expect(optional.map(({ name }) => name)).toEqual(['SIGN_IN_KEY']);
  });

  test('signs agents in with the component sign-in, in place of an identity provider', () => {
    interface Patch {
      readonly target: { readonly name: string };
      readonly patch: string;
    }
    const component = parse(read('k8s/components/sign-in/kustomization.yaml')) as { patches: [Patch] };
    const [{ target, patch }] = component.patches;
    const operations = parse(patch) as { readonly path: string; readonly value: unknown }[];
    const added = operations
      .filter(({ path }) => path === '/spec/template/spec/containers/0/env/-')
      .map(({ value }) => value as Variable);

    expect(containerOf(target.name).env.length).toBeGreaterThan(0);
    const env = {
      ...environmentOf(target.name),
      ...Object.fromEntries(added.map(({ name, value }) => [name, value ?? ''])),
      SIGN_IN_KEY: '{"kty": "OKP", "d": "x"}',
    };
    expect(unknownVariables('gateway', env)).toEqual([]);
    expect(readGatewayConfig(env)).toMatchObject({ JWKS_FILE: '/run/smart-tickets/jwks.json' });
  });

  test.each(processes)('runs the image of %s that compose builds, where its Service looks for it', (name) => {
    const { image, ports } = containerOf(name);
    const compose = parse(read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { image: string }>;
    };

    expectTag(image);
    expect(image).toBe(compose.services[name]?.image);
    expect(ports).toEqual([{ name: 'http', containerPort: Number(environmentOf(name)['PORT']) }]);
    expect(find('Service', name).spec).toEqual({
      selector: { 'app.kubernetes.io/name': name },
      ports: [{ name: 'http', port: 4000, targetPort: 'http' }],
    });
  });

  test.each(processes)('confines %s, looks after its health and lets it end in peace', (name) => {
    const pod = podOf(name);
    const container = containerOf(name);

    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.livenessProbe.httpGet.path).toBe('/livez');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect(container.startupProbe.httpGet.path).toBe('/livez');
    for (const bounds of Object.values(container.resources)) {
      expect(Object.keys(bounds).sort()).toEqual(['cpu', 'memory']);
    }
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(15);
  });

  test.each(processes)('does not take all pods of %s away at once', (name) => {
    expect(find('PodDisruptionBudget', name).spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
    });
  });

  test('lets only the gateway reach the subgraphs', () => {
    const component = (name: string) => ({ matchLabels: { 'app.kubernetes.io/component': name } });

    expect(find('NetworkPolicy', 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
    expect(find('NetworkPolicy', 'gateway-to-subgraphs').spec).toMatchObject({
      podSelector: component('subgraph'),
      ingress: [{ from: [{ podSelector: component('gateway') }] }],
    });
    for (const name of processes) {
      expect(find('Deployment', name)).toMatchObject({
        spec: {
          template: {
            metadata: {
              labels: { 'app.kubernetes.io/component': name === 'gateway' ? 'gateway' : 'subgraph' },
            },
          },
        },
      });
    }
  });
});

test('the image is started as Node itself by a user who is not root', () => {
  const dockerfile = read('Dockerfile');

  expect([...dockerfile.matchAll(/^USER (.*)$/gm)].at(-1)?.[1]).toBe('1000:1000');
  expect(dockerfile).toMatch(/^CMD \["node", /m);
  expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:26-/m);
});
