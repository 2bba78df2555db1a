/** One transform for all; four groups of tests, which the npm scripts select by name. */
const swc = (tsx) => [
  "@swc/jest",
  {
    jsc: {
      target: "es2024",
      parser: { syntax: "typescript", tsx },
      transform: { react: { runtime: "automatic" } },
    },
    module: { type: "es6" },
  },
];

const group = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: "node",
  setupFiles: ["<rootDir>/tests/house/engines.setup.js"],
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: { "^.+\\.ts$": swc(false), "^.+\\.tsx$": swc(true) },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/data/"],
});

/** Journeys that pass through a house of one process, through one of four over NATS. */
const overFour = (engine) => {
  const made = group(`four-${engine}`, [
    "<rootDir>/tests/attacks/{people,paths}.test.ts",
    "<rootDir>/tests/journeys/*.test.ts",
  ]);
  const setupFiles = [`<rootDir>/tests/cluster/four-${engine}.ts`, ...made.setupFiles];
  return { ...made, setupFiles, globals: { usesEngines: true } };
};

export default {
  testTimeout: 30_000,
  projects: [
    group("unit", ["<rootDir>/{services,mixins,config,cli}/**/*.spec.{ts,tsx}"]),
    {
      ...group("system", ["<rootDir>/tests/**/*.test.{ts,tsx}"]),
      testPathIgnorePatterns: ["<rootDir>/tests/(data|infra)/"],
    },
    group("data", ["<rootDir>/tests/data/**/*.test.ts"]),
    {
      ...group("infra", ["<rootDir>/tests/infra/**/*.test.ts"]),
      globals: { usesEngines: true },
    },
    overFour("postgres"),
    overFour("mongo"),
  ],
};
