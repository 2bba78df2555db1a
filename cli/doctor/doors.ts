/** The ports of the doors: free, served by a house, or taken by somebody else. */

import { failureOf } from "../failure.ts";
import { readText, send } from "../http.ts";
import { type Check, fail, ok } from "./check.ts";

export interface Door {
  name: string;
  host: string;
  port: number;
  /** The variable that moves it. */
  variable: string;
}

const serving = "a house serves";
/** Whether a house is up behind a door that was checked. */
export const serves = ({ detail }: Check): boolean => detail.startsWith(serving);

const anywhere = /^(0\.0\.0\.0|::)$/;

export async function checkDoor({ name, host, port, variable }: Door): Promise<Check> {
  if (port === 0) return ok(name, "takes any free port");
  const to = anywhere.test(host) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const url = new URL(`http://${to}:${port}/livez`);
  const taken = fail(
    name,
    `another program answers at ${url.host}`,
    `Stop it, or give the door another port with ${variable}`,
  );
  try {
    const response = await send(url, { method: "GET", headers: {}, idleMs: 3_000 });
    const body = await readText(url, response);
    return response.statusCode === 200 && body.includes('"ok"')
      ? ok(name, `${serving} ${url.host}`)
      : taken;
  } catch (error) {
    const { message } = failureOf(error);
    if (message.startsWith("No house answers")) return ok(name, `${url.host} is free`);
    if (message.startsWith("There is no such machine")) {
      return fail(name, message, `Correct ${variable.replace("PORT", "HOST")}`);
    }
    return taken;
  }
}
