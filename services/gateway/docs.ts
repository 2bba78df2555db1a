/** What every door has: probes, its OpenAPI document, and a page that shows that without a network. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Answerer } from "./asking.ts";
import { NotReady } from "./refusals.ts";
import type { Sender } from "./sender.ts";

/** Everything comes from this door; nothing of it may be framed or send forms elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = (title: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
</head>
<body>
<main id="ui"></main>
<noscript>The document is at <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({
  url: new URL("../openapi.json", document.currentScript.src).href,
  dom_id: "#ui",
  validatorUrl: null,
});
`;

const script = "text/javascript; charset=utf-8";
const assets: readonly [name: string, type: string][] = [
  ["swagger-ui-bundle.js", script],
  ["swagger-ui.css", "text/css; charset=utf-8"],
  ["favicon-32x32.png", "image/png"],
];
const assetSeconds = 86_400;

/** @param document the OpenAPI document; its title names the page */
export function docs(send: Sender, document: { info: { title: string } }): [string, Answerer][] {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const json = JSON.stringify(document);
  const text = (type: string, body: string, csp?: string): Answerer => {
    const base = send.base(type, undefined, csp);
    return (x) => send.whole(x, base, body);
  };
  const asset = (name: string, type: string): Answerer => {
    const base = send.base(type, assetSeconds);
    return (x) => {
      readFile(join(folder, name)).then(
        (bytes) => send.whole(x, base, bytes),
        (error: unknown) => send.problem(x, error),
      );
    };
  };
  return [
    ["/openapi.json", text(send.json, json)],
    ["/docs", text("text/html; charset=utf-8", page(document.info.title), policy)],
    ["/docs/start.js", text(script, start)],
    ...assets.map(([name, type]): [string, Answerer] => [`/docs/${name}`, asset(name, type)]),
  ];
}

const starting = "the house is starting";
/** Said to who waits too long for that. */
export const notStarted = () => NotReady({ reasons: [starting], summary: starting });

/** What readiness depends on. */
export interface State {
  readonly started: boolean;
  readonly stopping: boolean;
  readonly paths: number;
}

/** Why a door takes no requests; nothing when it does. */
export function hindrances({ started, stopping, paths }: State): string[] {
  if (stopping) return ["the house is stopping"];
  const reasons: string[] = [];
  if (!started) reasons.push(starting);
  if (paths === 0) reasons.push("the door has no paths");
  return reasons;
}

/** The probes by their paths. */
export function probes(send: Sender, state: () => State): [path: string, answer: Answerer][] {
  const base = send.base(send.json);
  const live = JSON.stringify({ status: "ok" });
  return [
    ["/livez", (x) => send.plain(x, 200, base, [], live)],
    [
      "/readyz",
      (x) => {
        const reasons = hindrances(state());
        if (reasons.length === 0) send.plain(x, 200, base, [], live);
        else send.problem(x, NotReady({ reasons, summary: reasons.join(", ") }));
      },
    ],
  ];
}
