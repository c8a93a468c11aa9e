import { expect, test } from '@jest/globals';
import path from 'node:path';
import { readSettings } from './settings.ts';

test('without anything said, data lie in .data of the checkout and the gateway listens on 127.0.0.1:4000', () => {
  const settings = readSettings([], {});

  expect(settings).toEqual({
    root: settings.root,
    dataDir: path.join(settings.root, '.data'),
    host: '127.0.0.1',
    port: 4000,
    queueUrl: null,
    databaseHostUrl: null,
    fresh: false,
    logFormat: 'pretty',
    graphiql: true,
    env: {},
  });
});

test('everything can be said otherwise', () => {
  const env = {
    DATA_DIR: '/srv/tickets',
    HOST: '0.0.0.0',
    PORT: '65535',
    QUEUE_URL: 'redis://queue:6379',
    DATABASE_HOST_URL: 'postgres://me:secret@db:5432',
    LOG_FORMAT: 'json',
    GRAPHIQL: 'off',
  };

  const settings = readSettings(['--fresh'], env);

  expect(settings).toEqual({
    root: settings.root,
    dataDir: '/srv/tickets',
    host: '0.0.0.0',
    port: 65_535,
    queueUrl: 'redis://queue:6379',
    databaseHostUrl: 'postgres://me:secret@db:5432',
    fresh: true,
    logFormat: 'json',
    graphiql: false,
    env,
  });
});

test.each([
  [[], { PORT: '0' }, 'PORT is 0. It must be a number from 1 to 65535.'],
  [[], { PORT: '65536' }, 'PORT is 65536.'],
  [[], { PORT: 'http' }, 'PORT is http.'],
  [[], { QUEUE_URL: 'kafka://host' }, 'QUEUE_URL is not a usable URL, such as redis://host:6379.'],
  [[], { DATABASE_HOST_URL: 'localhost' }, 'DATABASE_HOST_URL is not a usable URL'],
  [[], { LOG_FORMAT: 'xml' }, 'LOG_FORMAT is xml. It may be pretty or json.'],
  [['--frsh'], {}, 'Unknown argument --frsh.'],
])('%j with %j is refused in one sentence', (args, env, sentence) => {
  expect(() => readSettings(args, env)).toThrow(sentence);
});
