/**
 * Asks doors as clients do, and holds every answer against the document of its door: a status, a
 * content type or a body that /openapi.json does not promise fails the test that met it.
 */
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

interface Media {
  schema?: Record<string, unknown>;
}
interface Operation {
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, unknown>;
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  /** Of a JSON answer. */
  json: T;
  /** `FILM_NOT_FOUND`, where it is a problem. */
  problem: string | undefined;
}

export interface Asked {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);

/** The answers that a document promises. */
class Promises {
  readonly #document: Document;
  readonly #paths: readonly (readonly [RegExp, string])[];
  readonly #checks = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv2020.default({ strict: false, allErrors: true });

  constructor(document: Document) {
    this.#document = document;
    addFormats.default(this.#ajv);
    // What is spelt out comes before what has names in it.
    this.#paths = Object.keys(document.paths)
      .toSorted((a, b) => a.split("{").length - b.split("{").length)
      .map((path) => [patternOf(path), path]);
  }

  /** What is wrong with an answer; nothing when it was promised. */
  fault(method: string, path: string, status: number, type: string, text: string) {
    const found = this.#paths.find(([pattern]) => pattern.test(path))?.[1];
    const operation = found && this.#document.paths[found]?.[method.toLowerCase()];
    if (!operation) return "the document has no such operation";
    const { responses } = operation;
    const range = `${Math.floor(status / 100)}XX`;
    const key = [String(status), range, "default"].find((one) => responses[one]);
    if (!key) return `the document has no ${status}, but ${Object.keys(responses)}`;
    const content = responses[key]?.content;
    if (!content) return text === "" ? undefined : "the document promises no body";
    const [media = ""] = type.split(";");
    const kind = [media.trim(), "*/*"].find((one) => content[one]);
    if (!kind) return `the document has no ${type || "answer without a type"} for ${status}`;
    if (!/json$/.test(kind)) return undefined;
    const check = this.#check(`${found} ${method} ${key} ${kind}`, content[kind]?.schema ?? {});
    return check(JSON.parse(text)) ? undefined : this.#ajv.errorsText(check.errors);
  }

  #check(name: string, schema: Record<string, unknown>): ValidateFunction {
    const known = this.#checks.get(name);
    if (known) return known;
    const { components } = this.#document;
    const made = this.#ajv.compile({ ...schema, components });
    this.#checks.set(name, made);
    return made;
  }
}

const documents = new Map<string, Promise<Promises>>();

async function promisesOf(door: string): Promise<Promises> {
  const read = async () => {
    const answer = await fetch(`${door}/openapi.json`);
    return new Promises((await answer.json()) as Document);
  };
  const known = documents.get(door);
  if (known) return known;
  const made = read();
  documents.set(door, made);
  // A door that was not there yet is asked again.
  made.catch(() => documents.delete(door));
  return made;
}

/**
 * @param door `http://127.0.0.1:3000`
 * @throws Error for an answer that the door's document does not promise
 */
export async function ask<T = Record<string, unknown>>(
  door: string,
  method: string,
  path: string,
  { token, body, headers = {} }: Asked = {},
): Promise<Answer<T>> {
  const promises = await promisesOf(door);
  const answer = await fetch(`${door}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status } = answer;
  const text = await answer.text();
  const type = answer.headers.get("content-type") ?? "";
  const [plain = ""] = path.split("?");
  const fault = promises.fault(method, plain, status, type, text);
  if (fault) throw new Error(`${method} ${door}${path} answers ${status} ${text}: ${fault}`);
  const json = (/json/.test(type) && text !== "" ? JSON.parse(text) : {}) as T;
  const isProblem = type.startsWith("application/problem+json");
  const problem = isProblem ? String(Reflect.get(json as object, "type")) : undefined;
  return {
    ...{ status, headers: answer.headers, text, json },
    problem: problem?.replace("/problems/", ""),
  };
}
