/** Forms (multipart/form-data, RFC 7578): fields are kept, files are handed on as they come. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import type { Query } from "./coerce.ts";
import { BodyInvalid, FormTooLarge } from "./refusals.ts";

export interface FormFile {
  readonly field: string;
  /** As whoever sent it calls it. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Readable;
}

export interface FormLimits {
  readonly files: number;
  /** Milliseconds between two pieces. */
  readonly silentMs: number;
}

const mostFields = 100;
const mostFieldBytes = 65_536;
const mostHeaders = 20;
const mostHeaderBytes = 8_192;

interface Reading {
  readonly parser: BusboyInstance;
  readonly fields: Map<string, string[]>;
  /** What is done with the files, each of which ends, well or not. */
  readonly taken: Promise<unknown>[];
  readonly open: Set<Readable>;
  readonly fail: (error: unknown) => void;
}

function parserOf({ headers }: IncomingMessage, files: number): BusboyInstance {
  const limits = {
    files,
    fields: mostFields,
    fieldSize: mostFieldBytes,
    headerPairs: mostHeaders,
    headerSize: mostHeaderBytes,
  };
  try {
    return new Busboy({
      headers: { ...headers, "content-type": `${headers["content-type"]}` },
      limits,
    });
  } catch {
    throw BodyInvalid({ reason: "its Content-Type names no boundary" });
  }
}

function listen(
  { parser, fields, taken, open, fail }: Reading,
  limits: FormLimits,
  take: (file: FormFile) => Promise<unknown>,
): void {
  const tooMany = (what: string, limit: number) => () => fail(FormTooLarge({ what, limit }));
  parser.on("filesLimit", tooMany("files", limits.files));
  parser.on("fieldsLimit", tooMany("fields", mostFields));
  parser.on("error", (error) => fail(BodyInvalid({ reason: `${error}`.replace(/^Error: /, "") })));
  parser.on("field", (name, value, _, isCut) => {
    if (isCut) tooMany(`bytes in the field ${name}`, mostFieldBytes)();
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  });
  parser.on("file", (field, bytes, name, _, contentType) => {
    bytes.on("error", () => fail(BodyInvalid({ reason: "it ended too early: send it again" })));
    // A field for a file that was left empty.
    if (!name) return void bytes.resume();
    open.add(bytes);
    taken.push(take({ field, name, contentType, bytes }).catch(fail));
  });
}

/**
 * Reads a form to its end.
 *
 * @param take is given each file; it reads its bytes, which fail when the form does
 * @returns the fields, after all files were taken
 * @throws BODY_INVALID, FORM_TOO_LARGE, what `take` throws; after every `take` has ended
 */
export async function readForm(
  req: IncomingMessage,
  limits: FormLimits,
  take: (file: FormFile) => Promise<unknown>,
): Promise<Query> {
  const parser = parserOf(req, limits.files);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  const reading: Reading = {
    parser,
    fields: new Map(),
    taken: [],
    open: new Set<Readable>(),
    fail,
  };
  listen(reading, limits, take);
  const cut = () =>
    req.complete || fail(BodyInvalid({ reason: "it ended too early: send it again" }));
  req.once("close", cut).once("error", cut);
  req.setTimeout(limits.silentMs, () => req.destroy(new Error("silent")));
  const whole = async () => {
    await once(req.pipe(parser), "finish");
    await Promise.all(reading.taken);
  };
  try {
    await Promise.race([failed, whole()]);
    return reading.fields;
  } catch (error) {
    req.unpipe(parser);
    for (const bytes of reading.open) bytes.destroy(new Error("The form failed."));
    await Promise.all(reading.taken);
    throw error;
  } finally {
    req.setTimeout(0);
  }
}
