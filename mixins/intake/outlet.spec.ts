import { MessageChannel } from "node:worker_threads";
import { Outlet } from "./outlet.ts";
import { Unreadable } from "./unreadable.ts";

test("what lies behind a sentence for a person goes beside it", async () => {
  const { port1, port2 } = new MessageChannel();
  const heard = new Promise((resolve) => port2.once("message", resolve));
  const cause = new Error("connect ECONNREFUSED");
  port2.postMessage({ type: "job", job: {} });

  await new Outlet(port1).run(() => Promise.reject(new Unreadable("it does not come.", { cause })));

  expect(await heard).toMatchObject({
    ...{ type: "fail", told: true, message: "it does not come." },
    cause: expect.stringContaining("connect ECONNREFUSED"),
  });
  port2.close();
});
