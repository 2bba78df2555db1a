/** Who may import whom, each rule with its sentence. `npm run check:imports` fails on a breach. */
const spec = "\\.spec\\.tsx?$";
const service = "^services/[^/]+/.*\\.service\\.ts$";
const contract = "^services/[^/]+/.*\\.contract\\.ts$";
const storeOrAdapter = "^services/[^/]+/.*\\.(store|adapter)\\.ts$";
const worker = "^services/[^/]+/.*\\.worker\\.ts$";
const role = "\\.(service|contract|store|adapter|worker|spec)\\.tsx?$";
const shared = "^services/shared/";
const gateway = "^services/gateway/";
const allContracts = "^services/contracts\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "What depends on itself cannot be read, tested or moved alone.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      comment: "An import that is not found is a typing mistake or a missing dependency.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "declared-dependencies",
      comment: "What the product imports stands under dependencies in package.json.",
      severity: "error",
      from: { pathNot: spec },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "shared-knows-nobody",
      comment: "shared imports zod, ids' uuid and node only; of Moleculer the types.",
      severity: "error",
      from: { path: shared, pathNot: spec },
      to: {
        pathNot: [shared, "^node_modules/(zod|uuid)/"],
        dependencyTypesNot: ["core", "type-only"],
      },
    },
    {
      name: "contracts-are-values",
      comment: "A contract imports shared and other contracts: it never knows a broker.",
      severity: "error",
      from: { path: contract },
      to: { pathNot: [shared, contract, "^node_modules/zod/"] },
    },
    {
      name: "rules-are-pure",
      comment:
        "A file without a role is pure: shared, contracts, pure files of its context, types, hashes.",
      severity: "error",
      from: { path: "^services/(?!shared/|gateway/)([^/]+)/", pathNot: role },
      to: {
        pathNot: [
          shared,
          contract,
          "^services/$1/(?!.*\\.(service|store|adapter|worker)\\.ts$)",
          "^(node:)?(crypto|path)$",
          "^node_modules/(zod|croner)/",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "services-are-leaves",
      comment: "A service is imported by nobody but tests and the runner.",
      severity: "error",
      from: { pathNot: spec },
      to: { path: service },
    },
    {
      name: "stores-stay-home",
      comment: "Documents and outside programs belong to one context: ask its actors by contract.",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: { path: storeOrAdapter, pathNot: "^services/$1/" },
    },
    {
      name: "contexts-meet-by-contract",
      comment: "Of another context a service imports the contracts only.",
      severity: "error",
      from: { path: "^services/([^/]+)/.+" },
      to: { path: "^services/[^/]+/.+", pathNot: ["^services/$1/", shared, contract] },
    },
    {
      name: "stores-are-below-services",
      comment:
        "A store or adapter knows its context's rules, mixins, config and drivers: no service.",
      severity: "error",
      from: { path: [storeOrAdapter, worker] },
      to: { path: service },
    },
    {
      name: "mixins-know-no-context",
      comment: "A mixin serves any actor: it imports shared and config.",
      severity: "error",
      from: { path: "^mixins/" },
      to: { path: "^(services|cli)/", pathNot: shared },
    },
    {
      name: "config-composes",
      comment: "config chooses engines: it imports mixins and shared, never a context.",
      severity: "error",
      from: { path: "^config/" },
      to: { path: "^(services|cli)/", pathNot: shared },
    },
    {
      name: "cli-speaks-http",
      comment: "The operator's tool knows contracts and config; it never opens the house's data.",
      severity: "error",
      from: { path: "^cli/", pathNot: "^cli/(repl|demo)\\.ts$" },
      to: { path: ["^mixins/", "^services/"], pathNot: [shared, contract, allContracts] },
    },
    {
      name: "views-only-draw",
      comment: "A view gets props and gives text: ink, react and types.",
      severity: "error",
      from: { path: "^cli/views/", pathNot: spec },
      to: {
        pathNot: ["^cli/views/", "^node_modules/(ink|react|@types/react)/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "commands-parse",
      comment: "A command imports cli, contracts, shared and config.",
      severity: "error",
      from: { path: "^cli/commands/", pathNot: spec },
      to: { path: ["^mixins/", "^services/"], pathNot: [shared, contract, allContracts] },
    },
    {
      name: "gateway-knows-contracts",
      comment: "The doors are made from contracts, whatever the context.",
      severity: "error",
      from: { path: gateway, pathNot: spec },
      to: { path: "^services/", pathNot: [gateway, shared, contract, allContracts] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    parser: "swc",
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
