/** A door that runs alone knows the problems of actors on other nodes. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "../../mixins/problems.ts";
import "../../services/contracts.ts";
import "../../services/gateway/refusals.ts";
import { problemOf } from "../../services/shared/problem.ts";

const root = join(import.meta.dirname, "../..");

test("every problem that any file declares is known to a door that runs alone", () => {
  const files = globSync("{services,mixins}/**/*.ts", { cwd: root });
  const sources = files.filter((file) => !file.endsWith(".spec.ts"));
  const declared = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/\bproblem\(\s*"([A-Z_]+)"/g)].map(
      ([, type = ""]) => ({ file, type }),
    ),
  );

  expect(declared.length).toBeGreaterThan(50);
  expect(declared.filter(({ type }) => !problemOf(type))).toEqual([]);
});
