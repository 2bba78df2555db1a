/** Before each file of journeys: houses are of four processes, with documents in this engine. */
import { join } from "node:path";

process.env.TOPOLOGY = "mongo";
process.env.JOURNEYS_HOUSE = join(import.meta.dirname, "place.ts");
