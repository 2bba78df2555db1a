/** Forms and bytes as an OpenAPI 3.1 document says them. Pure. */
import type { FileRules } from "../objects/receiving.ts";
import type { Schema } from "./coerce.ts";

/** Bytes as they are. */
export const bytesSchema = (maxBytes?: number): Schema => ({
  type: "string",
  format: "binary",
  ...(maxBytes === undefined ? {} : { description: `At most ${maxBytes} bytes` }),
});

/** The content of a request body that is a form. */
export function formOf({ properties = {}, ...rest }: Schema, files: FileRules) {
  const parts = Object.entries(files).map(([field, { maxBytes, most = 1 }]): [string, Schema] => {
    const one = bytesSchema(maxBytes);
    return [field, most > 1 ? { type: "array", items: one, maxItems: most } : one];
  });
  const schema = {
    type: "object",
    ...rest,
    properties: { ...properties, ...Object.fromEntries(parts) },
  };
  return { "multipart/form-data": { schema } };
}
