/** People for the fuzzer: one who has registered as everybody does, others made by the operator. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { House } from "../house/process.ts";
import { ask } from "../house/process.ts";

const password = "a long word that nobody guesses";
const device = "fuzzing-device-0001";

/** Posts JSON to a door. */
export async function post<T>(url: string, body: object, token?: string): Promise<T> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The code of the letter that a new account gets. */
async function codeFor(house: House, email: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const to = encodeURIComponent(email);
    const { items } = await ask<{ items: { id: string }[] }>(house, "GET", `/v1/mail?to=${to}`);
    for (const { id } of items) {
      const { text } = await ask<{ text: string }>(house, "GET", `/v1/mail/${id}`);
      const code = /^\s*([\w-]{20,100})\s*$/m.exec(text)?.[1];
      if (code) return code;
    }
    await wait(100);
  }
  throw new Error(`No letter with a code came to ${email}.`);
}

/** Signs in at a door, and shows the password again so that dangerous actions are open too. */
async function signIn(door: string, email: string): Promise<string> {
  const url = `${door}/v1/auth`;
  const given = { email, password, device };
  const { accessToken } = await post<{ accessToken: string }>(`${url}/sign-in`, given);
  const shown = await post<{ accessToken: string }>(`${url}/step-up`, { password }, accessToken);
  return shown.accessToken;
}

/** Registers, follows the letter, signs in. Gives an access token. */
export async function registered(house: House): Promise<string> {
  const email = `${randomUUID()}@example.org`;
  const url = `${house.publicUrl}/v1/auth`;
  await post(`${url}/register`, { email, password });
  await post(`${url}/verify`, { code: await codeFor(house, email) });
  return signIn(house.publicUrl, email);
}

/** An account of a role, made by the operator, signed in at a door. Gives an access token. */
export async function made(house: House, role: string, door: string): Promise<string> {
  const email = `${randomUUID()}@example.org`;
  await ask(house, "POST", "/v1/accounts", { email, password, roles: [role] });
  return signIn(door, email);
}
