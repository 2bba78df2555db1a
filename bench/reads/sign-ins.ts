/**
 * Signs in on and on, from a process of its own, so that whoever reads beside it waits for the house
 * alone. Ends when it is let go of; answers how many there were.
 *
 *   sign-ins.ts <url of the public door> <people> <at once>
 */
import { Agent, request } from "node:http";

const [url = "", people = "", atOnce = ""] = process.argv.slice(2);
const password = "velvet curtain 1927";
const agent = new Agent({ keepAlive: true });
let isOn = true;
let done = 0;

/** Status of an answer that was read whole. */
const asked = (body: object): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const req = request(`${url}/v1/auth/sign-in`, { agent, method: "POST", headers }, (res) => {
      res.on("error", reject).on("end", () => resolve(res.statusCode ?? 0));
      res.resume();
    });
    req.on("error", reject).end(JSON.stringify(body));
  });

async function one(worker: number): Promise<void> {
  for (let n = worker; isOn; n += Number(atOnce)) {
    const name = `somebody-${n % Number(people)}`;
    const status = await asked({
      email: `${name}@example.org`,
      password,
      device: `device-of-${name}`,
    });
    if (status !== 200) throw new Error(`A sign-in answers ${status}.`);
    done++;
  }
}

const all = Promise.all(Array.from({ length: Number(atOnce) }, (_, worker) => one(worker)));
process.once("message", async () => {
  isOn = false;
  await all;
  agent.destroy();
  process.send?.(done);
});
