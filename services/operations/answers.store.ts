import { collection, type Stored } from "../../mixins/documents/collection.ts";

export interface AnswerDocument extends Stored {
  fingerprint: string;
  state: "running" | "done";
  /** ISO 8601: a request that runs may be taken over, one that is done is forgotten. */
  until: string;
  answer?: { status: number; text: string };
}

export const answers = collection<AnswerDocument>({
  name: "answers",
  indexes: { until: { sorts: true } },
  stays: true,
});
