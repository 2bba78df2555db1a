/** Who a person is. Pure. */
import { idFromName } from "../shared/ids.ts";
import { fold } from "../shared/text.ts";

/** Namespace of people's ids: a UUID made for this purpose. */
const people = "8f1b2f0e-7b57-4a3c-9a55-52d1a6f0c1d4";

/**
 * The stable id of a person: from the external id where a source gives one, else from the folded
 * name. Sources that give names only cannot tell namesakes apart, and neither can we.
 */
export function personId({ name, imdb }: { name: string; imdb?: string | undefined }): string {
  return idFromName(people, imdb ? `imdb:${imdb}` : `name:${fold(name) || name}`);
}
