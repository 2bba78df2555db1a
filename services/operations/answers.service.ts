/**
 * Answers: remembers which requests were done under an Idempotency-Key and what was answered, for as
 * long as it is told. A request that does not end keeps its key for two minutes. It never keeps what
 * it is not given: answers with secrets.
 */
import { createHmac } from "node:crypto";
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { keptSecret } from "../../config/secrets.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Conflict, Duplicate } from "../../mixins/documents/failures.ts";
import { letGoAfter, sweeping } from "../../mixins/sweeping.ts";
import { clock } from "../shared/clock.ts";
import { isProblem } from "../shared/problem.ts";
import { wiring } from "../shared/wire.ts";
import { claim, keep, release } from "./answers.contract.ts";
import { type AnswerDocument, answers } from "./answers.store.ts";

type Answers = WithStore<AnswerDocument>;

const { serve } = wiring<Answers>();
const leaseMs = 120_000;
const sweepMs = 600_000;
const keptMs = env.doors.IDEMPOTENCY_HOURS * 3_600_000;
const after = (ms: number): string => new Date(clock.now() + ms).toISOString();

const secret = keptSecret(env.house.DATA_DIR, "answers");

/**
 * As a fingerprint is kept. What was asked may have a password in it: nobody finds that out by trying
 * words who has the documents, and not the secret too.
 */
const sealed = (id: string, fingerprint: string): string =>
  createHmac("sha256", secret).update(`${id}\n${fingerprint}`).digest("base64url");

/** Takes a key that is free or whose time is over; undefined when somebody was faster. */
async function taken(
  { store }: Answers,
  id: string,
  fingerprint: string,
  before: AnswerDocument | undefined,
): Promise<boolean> {
  const claimed = { id, fingerprint, state: "running" as const, until: after(leaseMs) };
  try {
    if (before) {
      const { answer, ...rest } = before;
      await store.replace({ ...rest, ...claimed });
    } else await store.insert(claimed);
    return true;
  } catch (error) {
    if (isProblem(error, Duplicate) || isProblem(error, Conflict)) return false;
    throw error;
  }
}

export default {
  name: "answers",
  mixins: [
    sweeping<Answers>(sweepMs, ({ store }) => letGoAfter(store, "until", 0)),
    documents(answers),
  ],

  actions: {
    ...serve(claim, async function ({ params }) {
      const { id } = params;
      const fingerprint = sealed(id, params.fingerprint);
      const before = await this.store.get(id);
      if (!before || before.until < clock.iso()) {
        if (await taken(this, id, fingerprint, before)) return { state: "mine" as const };
        return { state: "running" as const };
      }
      if (before.fingerprint !== fingerprint) return { state: "other" as const };
      if (before.state === "running") return { state: "running" as const };
      const { answer } = before;
      return answer ? { state: "done" as const, answer } : { state: "forgotten" as const };
    }),

    ...serve(keep, async function ({ params: { id, answer } }) {
      const row = await this.store.get(id);
      const done = { state: "done" as const, until: after(keptMs) };
      if (row) await this.store.replace({ ...row, ...done, ...(answer ? { answer } : {}) });
      return null;
    }),

    ...serve(release, async function ({ params: { id } }) {
      const row = await this.store.get(id);
      if (row?.state === "running") await this.store.remove(row);
      return null;
    }),
  },
} as unknown as ServiceSchema;
