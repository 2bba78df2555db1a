import { collection, type Stored } from "../../mixins/documents/collection.ts";
import type { Person } from "./people.contract.ts";

/** A person as kept. */
export type PersonDocument = Person & Stored;

export const people = collection<PersonDocument>({ name: "people", indexes: {} });
