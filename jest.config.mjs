// scripts/test.mjs runs jest twice: first the tests within one process, then those that start whole systems.
const round = process.env.TEST_ROUND;
const files = round === 'systems' ? '*.e2e.test.ts' : '*.test.ts';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: [`<rootDir>/{packages,services}/*/src/**/${files}`, `<rootDir>/{gateway/src,test}/**/${files}`],
  testPathIgnorePatterns: ['/node_modules/', ...(round === 'units' ? ['\\.e2e\\.test\\.ts$'] : [])],
  // Node strips the types itself; there is nothing to transform.
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  globalSetup: '<rootDir>/packages/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/global-teardown.ts',
  maxWorkers: 2,
  testTimeout: 60_000,
};
