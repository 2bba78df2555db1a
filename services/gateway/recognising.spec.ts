import { EngineAway } from "../../mixins/documents/failures.ts";
import { shownBy } from "./recognising.ts";
import { TokenRefused } from "./refusals.ts";

const answering = (...answers: unknown[]) => {
  const asked: string[] = [];
  const shown = shownBy(async (key) => {
    asked.push(key);
    const answer = answers[asked.length - 1];
    if (answer instanceof Error) throw answer;
    return answer as never;
  });
  return { asked, shown };
};
const caller = { id: "u1", role: "seller" };

test("whose a key is, is asked once for a while, and so is that it is nobody's", async () => {
  const { asked, shown } = answering(caller, TokenRefused());

  for (let i = 0; i < 3; i++) {
    expect(await shown("good", "public")).toEqual({ ...caller, door: "public" });
    await expect(shown("bad", "public")).rejects.toMatchObject({ type: TokenRefused.type });
  }

  expect(asked).toEqual(["good", "bad"]);
});

test("that nobody could be asked is not kept", async () => {
  const { shown } = answering(EngineAway({ engine: "PostgreSQL" }), caller);

  await expect(shown("good", "public")).rejects.toMatchObject({ type: EngineAway.type });

  expect(await shown("good", "public")).toEqual({ ...caller, door: "public" });
});
