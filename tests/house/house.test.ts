import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { actions } from "../../services/contracts.ts";
import { type SourceFile, tooLarge } from "./sizes.ts";

const root = new URL("../..", import.meta.url).pathname;

test("every contract file is in the list of contracts", async () => {
  const files = globSync("services/*/*.contract.ts", { cwd: root });
  const declared: string[] = [];
  for (const file of files) {
    const module = (await import(join(root, file))) as Record<
      string,
      { kind?: string; name?: string }
    >;
    for (const value of Object.values(module)) {
      if (value?.kind === "action" && value.name) declared.push(value.name);
    }
  }

  expect(actions.map(({ name }) => name).toSorted()).toEqual(declared.toSorted());
  expect(new Set(declared).size).toBe(declared.length);
});

test("no two actions share a method and path", () => {
  const routes = actions.flatMap(({ route }) => route?.replace(/\{\w+\}/g, "{}") ?? []);

  expect(new Set(routes).size).toBe(routes.length);
});

describe("sizes", () => {
  const file = (path: string, lines: number): SourceFile => ({ path, lines });

  test.each([
    [file("services/catalog/films.service.ts", 201), "split it at 200"],
    [file("services/catalog/films.contract.ts", 121), "split it at 120"],
    [file("services/catalog/film.ts", 151), "split it at 150"],
    [file("mixins/x/y.ts", 151), "split it at 150"],
    [file("cli/commands/films.ts", 61), "split it at 60"],
  ])("are too large: %j", (given, fault) => {
    expect(tooLarge([given]).join()).toContain(fault);
    expect(tooLarge([{ ...given, lines: given.lines - 1 }])).toEqual([]);
  });

  test("a context has thirty files at most, shared eight", () => {
    const many = (context: string, n: number) =>
      Array.from({ length: n }, (_, i) => file(`services/${context}/f${i}.ts`, 1));

    expect(tooLarge([...many("catalog", 30), ...many("shared", 8)])).toEqual([]);
    expect(tooLarge([...many("catalog", 31), ...many("shared", 9)])).toHaveLength(2);
  });
});

describe("import rules", () => {
  const folder = mkdtempSync(join(tmpdir(), "bijou-imports-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const cruise = (files: Record<string, string>) => {
    rmSync(join(folder, "services"), { recursive: true, force: true });
    for (const dir of ["services", "mixins", "cli", "config"])
      mkdirSync(join(folder, dir), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) {
      cpSync(join(root, name), join(folder, name));
    }
    if (!globSync("node_modules", { cwd: folder }).length) {
      execFileSync("ln", ["-s", join(root, "node_modules"), join(folder, "node_modules")]);
    }
    const depcruise = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const args = [
      depcruise,
      "--config",
      ".dependency-cruiser.cjs",
      "services",
      "mixins",
      "cli",
      "config",
    ];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return { status, stdout };
  };
  const a = "export const a = 1;\n";

  test("let a house pass that keeps them", () => {
    const { status } = cruise({
      "services/one/x.contract.ts": 'import { a } from "../shared/a.ts";\nexport const b = a;\n',
      "services/one/x.service.ts": 'import { b } from "./x.contract.ts";\nexport default b;\n',
      "services/shared/a.ts": a,
    });

    expect(status).toBe(0);
  });

  test.each([
    ["contexts-meet-by-contract", "services/one/x.service.ts", "../two/y.ts", "services/two/y.ts"],
    [
      "stores-stay-home",
      "services/one/x.service.ts",
      "../two/y.store.ts",
      "services/two/y.store.ts",
    ],
    ["services-are-leaves", "services/one/x.ts", "./y.service.ts", "services/one/y.service.ts"],
    ["rules-are-pure", "services/one/x.ts", "./y.store.ts", "services/one/y.store.ts"],
    ["rules-are-pure", "services/one/x.ts", "node:fs", undefined],
    ["contracts-are-values", "services/one/x.contract.ts", "moleculer", undefined],
    ["shared-knows-nobody", "services/shared/x.ts", "../one/y.ts", "services/one/y.ts"],
    [
      "mixins-know-no-context",
      "mixins/x.ts",
      "../services/one/y.contract.ts",
      "services/one/y.contract.ts",
    ],
    ["config-composes", "config/x.ts", "../services/one/y.ts", "services/one/y.ts"],
    ["cli-speaks-http", "cli/x.ts", "../services/one/y.store.ts", "services/one/y.store.ts"],
    ["views-only-draw", "cli/views/x.ts", "../client.ts", "cli/client.ts"],
    ["resolvable", "services/one/x.ts", "./nowhere.ts", undefined],
  ])("refuse a breach of %s in %s", (rule, from, imported, target) => {
    const { status, stdout } = cruise({
      [from]: `import * as b from "${imported}";\nexport const c = b;\n`,
      ...(target ? { [target]: a } : {}),
    });

    expect(stdout).toContain(rule);
    expect(status).not.toBe(0);
  });
});
