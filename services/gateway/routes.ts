/** Which paths a door has: from the contracts that open it, and nothing else. Pure. */
import { z } from "zod";
import {
  fromQuery,
  parseQuery,
  type Query,
  type Reading,
  readingOf,
  type Schema,
} from "../../mixins/http/coerce.ts";
import type { Action, Door, Method, Role } from "../shared/contract.ts";
import { ParamsInvalid } from "../shared/problem.ts";
import { PathUnknown } from "./refusals.ts";

/** One path of a door. */
export interface DoorRoute {
  readonly contract: Action;
  readonly method: Method;
  /** As the contract says it: `/v1/films/{id}`. */
  readonly path: string;
  /** As routers say it: `/v1/films/:id`. */
  readonly pattern: string;
  /** Who may ask at least. */
  readonly needs: Role;
  /** Names of the parameters in the path. */
  readonly pathNames: readonly string[];
  /** Whether the parameters that are not in the path come in the query; else in the body. */
  readonly byQuery: boolean;
  readonly reading: Reading;
  /** JSON Schema of the parameters. */
  readonly schema: Schema;
}

export const schemaOf = (type: z.ZodType, io: "input" | "output"): Schema => {
  const { $schema, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema as Schema;
};

function routeOf(contract: Action, door: Door): DoorRoute | undefined {
  const needs = contract.opens?.[door];
  if (!contract.route || !needs) return undefined;
  const space = contract.route.indexOf(" ");
  const method = contract.route.slice(0, space) as Method;
  const path = contract.route.slice(space + 1);
  const schema = schemaOf(contract.params, "input");
  const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const unknown = pathNames.filter((name) => !schema.properties?.[name]);
  if (unknown.length > 0) {
    throw new Error(`${contract.name}: its route names ${unknown}, which its params do not have.`);
  }
  return {
    contract,
    method,
    path,
    pattern: path.replace(/\{(\w+)\}/g, ":$1"),
    needs,
    pathNames,
    byQuery:
      method === "GET" ||
      method === "DELETE" ||
      [contract.upload, contract.rawBody, contract.ticket].some((one) => one !== undefined),
    reading: readingOf(schema),
    schema,
  };
}

/**
 * The paths of a door, in the order of the contracts.
 *
 * @throws if two contracts claim one method and path
 */
export function routesOf(contracts: readonly Action[], door: Door): DoorRoute[] {
  const routes = contracts.flatMap((contract) => routeOf(contract, door) ?? []);
  const taken = new Map<string, string>();
  for (const { method, pattern, contract } of routes) {
    const place = `${method} ${pattern.replace(/:\w+/g, ":")}`;
    const other = taken.get(place);
    if (other) throw new Error(`${contract.name} and ${other} both want ${place}.`);
    taken.set(place, contract.name);
  }
  return routes;
}

/** Whether bytes come or go beside the parameters. */
export const hasBytes = ({ upload, form, rawBody, ticket }: Action): boolean =>
  [upload, form, rawBody, ticket].some((one) => one !== undefined);

/** What a door may be asked by name; bytes go by their own paths only. */
export const callables = (contracts: readonly Action[], door: Door): Map<string, Action> =>
  new Map(
    contracts
      .filter((contract) => contract.opens?.[door] && !hasBytes(contract))
      .map((contract) => [contract.name, contract]),
  );

const fault = (name: string, path: string, message: string) =>
  ParamsInvalid({ errors: [{ path, message }], summary: `${name}: ${path}: ${message}` });

type Given = Record<string, string | undefined>;

/** Parameters from query or body together with those of the path, which win. */
function joined(route: DoorRoute, params: Record<string, unknown>, fromPath: Given) {
  for (const name of route.pathNames) {
    const word = fromPath[name];
    if (!word) throw PathUnknown({ path: route.path.replace(`{${name}}`, "") });
    const value = route.reading.get(name)?.([word]);
    if (Object.hasOwn(params, name) && params[name] !== value) {
      throw fault(route.contract.name, name, "is another than in the path");
    }
    params[name] = value;
  }
  return params;
}

/**
 * The parameters of a request whose body is not read for them.
 *
 * @param fromPath values by name as the router found them
 * @param query the query string without `?`
 * @throws PARAMS_INVALID, URL_INVALID; PATH_UNKNOWN where the path has nothing for a parameter
 */
export function paramsByQuery(route: DoorRoute, fromPath: Given, query: string) {
  return joined(route, query === "" ? {} : fromQuery(route.reading, parseQuery(query)), fromPath);
}

/** The parameters of a request with a form: of its fields. */
export const paramsByFields = (route: DoorRoute, fromPath: Given, fields: Query) =>
  joined(route, fromQuery(route.reading, fields), fromPath);

/** A query where all parameters belong into the body is a mistake that is better told. */
export function refuseQuery(name: string, query: string): void {
  for (const unknown of parseQuery(query).keys()) {
    throw fault(name, unknown, "is in the query: put it into the JSON body");
  }
}

/**
 * The parameters of a request with a JSON body.
 *
 * @throws PARAMS_INVALID if the body is no object or names another id than the path
 */
export function paramsByBody(route: DoorRoute, fromPath: Given, body: unknown) {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw fault(route.contract.name, "", "the body is to be a JSON object");
  }
  return joined(route, { ...body }, fromPath);
}
