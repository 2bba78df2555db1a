/** JSON bodies: read strictly, and told where they break. Pure. */
import { excessOf } from "./json-shape.ts";
import { BodyInvalid, JsonInvalid } from "./refusals.ts";

/** Of a longer text nobody searches for the place where it breaks: others wait meanwhile. */
const longestSearched = 65_536;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** One token; a string may not hold control characters. */
const token =
  /[[\]{},:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

type Wanted = "value" | "first" | "key" | "firstKey" | ":" | "," | "end";

/** What may follow a token, or nothing where the token may not stand here. */
function next(wanted: Wanted, found: string, open: string[]): Wanted | undefined {
  const after = (): Wanted => (open.length === 0 ? "end" : ",");
  const close = (bracket: string): Wanted | undefined =>
    open.pop() === bracket ? after() : undefined;
  if (wanted === ":") return found === ":" ? "value" : undefined;
  if (wanted === "," && found === ",") return open.at(-1) === "{" ? "key" : "value";
  if (found === "}") return wanted === "," || wanted === "firstKey" ? close("{") : undefined;
  if (found === "]") return wanted === "," || wanted === "first" ? close("[") : undefined;
  if (wanted === "key" || wanted === "firstKey") return found.startsWith('"') ? ":" : undefined;
  if (wanted === "," || wanted === "end" || found === ":" || found === ",") return undefined;
  if (found !== "{" && found !== "[") return after();
  open.push(found);
  return found === "{" ? "firstKey" : "first";
}

/** Where a text stops to be JSON: the first token that may not stand there, or its end. */
function firstStranger(text: string): number {
  const open: string[] = [];
  let wanted: Wanted | undefined = "value";
  let at = 0;
  while (true) {
    while (/[ \t\n\r]/.test(text.charAt(at))) at++;
    token.lastIndex = at;
    const [found] = token.exec(text) ?? [];
    wanted = found === undefined ? undefined : next(wanted, found, open);
    if (wanted === undefined || found === undefined) return at;
    at += found.length;
  }
}

/** How many lines there are up to a place: a body may have nothing but their ends. */
function linesBefore(text: string, end: number): number {
  let lines = 1;
  for (let at = 0; at < end; at++) if (text.charCodeAt(at) === 10) lines++;
  return lines;
}

/** The problem of a text that JSON.parse refused, with its place, counted from 1. */
function faultIn(text: string, message: string): Error {
  const position = / at position (\d+)/.exec(message);
  if (!position && text.length > longestSearched) return BodyInvalid({ reason: "it is not JSON" });
  const at = position ? Number(position[1]) : firstStranger(text);
  const fault = position
    ? message.slice(0, position.index).replace(/ in JSON$/, "")
    : at >= text.length
      ? "it ends too early"
      : `unexpected ${JSON.stringify(text.slice(at, at + 10))}`;
  const column = at === 0 ? 1 : at - text.lastIndexOf("\n", at - 1);
  return JsonInvalid({ fault, line: linesBefore(text, at), column });
}

/** True where some object has a key that means an object's prototype to careless code. */
function namesPrototype(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(namesPrototype);
}

/**
 * The value of a JSON body.
 *
 * @throws BODY_INVALID if it is not UTF-8, deeper or of more than any body needs, too long to say
 *   where it breaks, or names `__proto__`
 * @throws JSON_INVALID with line and column if it is not JSON
 */
export function readJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw BodyInvalid({ reason: "it is not UTF-8" });
  }
  const excess = excessOf(text);
  if (excess) throw BodyInvalid({ reason: excess });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw faultIn(text, error instanceof Error ? error.message : "");
  }
  const suspect = text.includes("__proto__") || text.includes("\\u005");
  if (suspect && namesPrototype(value)) {
    throw BodyInvalid({ reason: "it has a key __proto__, which no contract knows" });
  }
  return value;
}
