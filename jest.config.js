// Jest runs the TypeScript sources as they are: babel strips the types (TypeScript 7 has no compiler API that
// ts-jest could use), `npm run types` checks them. Three projects, because they need different things:
// unit (nothing), sim (CPU time), lab (root and network namespaces).
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': 'babel-jest' },
  testEnvironment: 'node',
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '<rootDir>/test/lab/.*\\.lab\\.test\\.ts',
        '<rootDir>/test/sim/.*\\.sim\\.test\\.ts',
      ],
    },
    { ...common, displayName: 'sim', testMatch: ['<rootDir>/test/sim/*.sim.test.ts'] },
    { ...common, displayName: 'lab', testMatch: ['<rootDir>/test/lab/*.lab.test.ts'] },
  ],
};
