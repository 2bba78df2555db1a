/** A door's paths as an OpenAPI 3.1 document. Pure: contracts in, plain data out. */

import type { Schema } from "../../mixins/http/coerce.ts";
import { bytesSchema, formOf } from "../../mixins/http/form-schema.ts";
import type { Action } from "../shared/contract.ts";
import { problemSchema, refusalsOf, responsesOf } from "./openapi.answers.ts";
import { callPath, housePaths } from "./openapi.house.ts";
import { type DoorRoute, schemaOf } from "./routes.ts";

export interface DocumentFacts {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** What may be asked by name; absent where the door has no such path. */
  readonly callables?: ReadonlyMap<string, Action> | undefined;
}

type Plain = Record<string, unknown>;

const parameter = (route: DoorRoute, place: "path" | "query", name: string): Plain => {
  const { description, ...schema } = route.schema.properties?.[name] ?? {};
  const list = schema.type === "array" ? { style: "form", explode: true } : {};
  return {
    name,
    in: place,
    required: place === "path" || (route.schema.required ?? []).includes(name),
    ...(description ? { description } : {}),
    ...list,
    schema,
  };
};

/** Headers that a path takes, as parameters. */
function parameterHeaders({ contract, method }: DoorRoute): Plain[] {
  const one = (name: string, description: string, schema: Plain = { type: "string" }): Plain => ({
    name,
    in: "header",
    required: false,
    description,
    schema,
  });
  const reads = method === "GET" && !contract.download;
  const key = { type: "string", pattern: "^[!-~]{1,200}$" };
  return [
    one("Accept-Language", "Languages of titles, extracts and problems"),
    ...(reads ? [one("If-None-Match", "The ETag of what the asker has")] : []),
    ...(method === "GET" ? [] : [one("Idempotency-Key", "The same key has its effect once", key)]),
    ...(contract.download ? [one("Range", "One range of bytes")] : []),
  ];
}

/** What the door itself finds out of an upload is no parameter of its path. */
const ofUploads = new Set(["object", "size", "sha256"]);
const ofRawBodies = new Set(["body", "headers"]);
const isFound = ({ upload, rawBody }: Action, name: string): boolean =>
  (upload !== undefined && ofUploads.has(name)) || (rawBody !== undefined && ofRawBodies.has(name));

function parametersOf(route: DoorRoute): Plain[] {
  const { contract, pathNames, byQuery } = route;
  const others = Object.keys(route.schema.properties ?? {}).filter(
    (name) => !pathNames.includes(name) && !isFound(contract, name),
  );
  return [
    ...pathNames.map((name) => parameter(route, "path", name)),
    ...(byQuery ? others.map((name) => parameter(route, "query", name)) : []),
    ...parameterHeaders(route),
  ];
}

/** The schema of a body: the parameters without those that are in the path. */
function bodySchema({ schema, pathNames }: DoorRoute): Schema {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).filter(([name]) => !pathNames.includes(name)),
  );
  const required = (schema.required ?? []).filter((name) => !pathNames.includes(name));
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 ? { required } : {}) };
}

function requestBody(route: DoorRoute): Plain {
  const { upload, rawBody, form, ticket } = route.contract;
  const rest = bodySchema(route);
  if (upload || rawBody || (ticket && route.method === "PUT")) {
    const asForm =
      upload?.field && formOf({ required: [upload.field] }, { [upload.field]: upload });
    const schema = bytesSchema(upload?.maxBytes);
    return {
      requestBody: {
        // Nothing is a file without bytes; a ticket says how many there are to be.
        required: ticket !== undefined,
        content: { "application/octet-stream": { schema }, ...asForm },
      },
    };
  }
  if (form) return { requestBody: { required: true, content: formOf(rest, form.files) } };
  if (route.byQuery) return {};
  const must = (rest.required ?? []).length > 0;
  return { requestBody: { required: must, content: { "application/json": { schema: rest } } } };
}

const guard = [{ bearer: [] }, { apiKey: [] }];
const schemes = {
  bearer: { type: "http", scheme: "bearer", description: "An access token, or an API key" },
  guest: { type: "http", scheme: "guest", description: "`Guest <id>:<secret>`" },
  apiKey: { type: "apiKey", in: "header", name: "X-Api-Key" },
};

function operation(route: DoorRoute): Plain {
  const { contract } = route;
  const [tag] = contract.name.split(".", 1);
  const parameters = parametersOf(route);
  return {
    operationId: contract.name,
    tags: [tag],
    summary: contract.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBody(route),
    responses: {
      ...responsesOf(route, schemaOf(contract.result, "output")),
      ...refusalsOf(route),
    },
    // A guest may show nothing; what is shown is looked at.
    security: route.needs === "guest" ? [{}, { guest: [] }, ...guard] : guard,
  };
}

/**
 * The document of a door.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openapi(routes: readonly DoorRoute[], facts: DocumentFacts) {
  const { title, description, version, callables } = facts;
  const paths: Record<string, Plain> = {};
  for (const route of routes) {
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(route) };
  }
  if (callables) Object.assign(paths, callPath([...callables.keys()], guard));
  return {
    openapi: "3.1.1",
    info: { title, description, version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    paths: { ...paths, ...housePaths },
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: schemes,
    },
  };
}
