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

export interface Found {
  check: Check;
  /** A house is up behind it. */
  isHouse: boolean;
}

const anywhere = /^(0\.0\.0\.0|::)$/;

export async function checkDoor({ name, host, port, variable }: Door): Promise<Found> {
  const none = (check: Check): Found => ({ check, isHouse: false });
  if (port === 0) return none(ok(name, "takes any free port"));
  const to = anywhere.test(host) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const url = new URL(`http://${to}:${port}/livez`);
  const taken = none(
    fail(
      name,
      `another program answers at ${url.host}`,
      `Stop it, or give the door another port with ${variable}`,
    ),
  );
  try {
    const response = await send(url, { method: "GET", headers: {}, idleMs: 3_000 });
    const body = await readText(url, response);
    return response.statusCode === 200 && body.includes('"ok"')
      ? { check: ok(name, `a house serves ${url.host}`), isHouse: true }
      : taken;
  } catch (error) {
    const { message } = failureOf(error);
    if (message.startsWith("No house answers")) return none(ok(name, `${url.host} is free`));
    if (message.startsWith("There is no such machine")) {
      return none(fail(name, message, `Correct ${variable.replace("PORT", "HOST")}`));
    }
    if (message.startsWith("No answer in time")) {
      const said = `what listens at ${url.host} says nothing: a frozen or stuck process`;
      return none(fail(name, said, "End it (its number is in DATA_DIR/pid), then: npm start"));
    }
    return taken;
  }
}
