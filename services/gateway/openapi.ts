/** A door's paths as an OpenAPI 3.1 document. Pure: contracts in, plain data out. */
import type { Action } from "../shared/contract.ts";
import type { Schema } from "./coerce.ts";
import { parameterHeaders, problemSchema, refusalsOf, responsesOf } from "./openapi.answers.ts";
import { callPath, housePaths } from "./openapi.house.ts";
import { type DoorRoute, schemaOf } from "./routes.ts";

export interface DocumentFacts {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** True where a token is asked for. */
  readonly guarded: boolean;
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

/** What the door itself finds out of an upload is no parameter of its path. */
const found = new Set(["object", "size", "sha256"]);

function parametersOf(route: DoorRoute): Plain[] {
  const { contract, pathNames, byQuery } = route;
  const others = Object.keys(route.schema.properties ?? {}).filter(
    (name) => !pathNames.includes(name) && !(contract.upload && found.has(name)),
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
  return {
    ...schema,
    properties,
    ...(required.length > 0 ? { required } : { required: undefined }),
  };
}

function requestBody(route: DoorRoute): Plain {
  if (route.contract.upload) {
    const content = {
      "application/octet-stream": { schema: { type: "string", format: "binary" } },
    };
    return { requestBody: { required: true, content } };
  }
  if (route.byQuery) return {};
  const { required, ...rest } = bodySchema(route);
  const schema = required === undefined ? rest : { ...rest, required };
  const must = required !== undefined && required.length > 0;
  return { requestBody: { required: must, content: { "application/json": { schema } } } };
}

const guard = [{ operator: [] }];

function operation(route: DoorRoute, guarded: boolean): Plain {
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
      ...refusalsOf(route, guarded),
    },
    ...(guarded ? { security: guard } : {}),
  };
}

/**
 * The document of a door.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openapi(routes: readonly DoorRoute[], facts: DocumentFacts) {
  const { title, description, version, guarded, callables } = facts;
  const paths: Record<string, Plain> = {};
  for (const route of routes) {
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(route, guarded) };
  }
  if (callables) Object.assign(paths, callPath([...callables.keys()], guard));
  return {
    openapi: "3.1.1",
    info: { title, description, version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    paths: { ...paths, ...housePaths },
    components: {
      schemas: { Problem: problemSchema },
      ...(guarded ? { securitySchemes: { operator: { type: "http", scheme: "bearer" } } } : {}),
    },
  };
}
