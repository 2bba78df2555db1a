/** People who go to the house: each with a device, and what a client keeps. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Role } from "../../services/shared/contract.ts";
import type { Place } from "./house.ts";
import { type Answer, type Asked, ask } from "./http.ts";

export const password = "velvet curtain 1927";

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  session: string;
}
type Kept = Tokens & { challenge?: string };

/** Somebody at a door, with one device. */
export class Person {
  readonly door: string;
  readonly device = `device-${randomUUID()}`;
  email = `${randomUUID()}@example.org`;
  tokens: Tokens | undefined;

  constructor(door: string, email?: string) {
    this.door = door;
    if (email) this.email = email;
  }

  /** With the access token, where there is one. */
  ask<T = Record<string, unknown>>(method: string, path: string, asked: Asked = {}) {
    return ask<T>(this.door, method, path, { token: this.tokens?.accessToken, ...asked });
  }

  async post<T = Record<string, unknown>>(path: string, body: object = {}): Promise<Answer<T>> {
    return this.ask<T>("POST", path, { body });
  }

  async signIn(secret = password, more: object = {}): Promise<Answer<Kept>> {
    const { email, device } = this;
    const body = { email, password: secret, device, ...more };
    const answer = await ask<Kept>(this.door, "POST", "/v1/auth/sign-in", { body });
    return this.#kept(answer);
  }

  async factor(challenge: string, code: string): Promise<Answer<Kept>> {
    const body = { challenge, code, device: this.device };
    return this.#kept(await ask<Kept>(this.door, "POST", "/v1/auth/sign-in/factor", { body }));
  }

  /** @param refreshToken another one than that which was given last */
  async refresh(refreshToken = this.tokens?.refreshToken): Promise<Answer<Kept>> {
    const body = { refreshToken, device: this.device };
    return this.#kept(await ask<Kept>(this.door, "POST", "/v1/auth/refresh", { body }));
  }

  /** Shows the password, or a code, for what is dangerous. */
  async stepUp(body: { password?: string; code?: string }): Promise<Answer<Kept>> {
    const answer = await this.post<Kept>("/v1/auth/step-up", body);
    if (answer.status === 200 && this.tokens) {
      this.tokens = { ...this.tokens, accessToken: answer.json.accessToken };
    }
    return answer;
  }

  #kept(answer: Answer<Kept>): Answer<Kept> {
    if (answer.status === 200 && answer.json.accessToken) this.tokens = answer.json;
    return answer;
  }
}

/** Reads letters as the operator does. */
export class Postbox {
  readonly #place: Place;
  readonly #read = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** The text of the oldest letter to somebody that was not read yet. */
  async letter(to: string, template: string): Promise<string> {
    const { doors, operatorToken: token } = this.#place;
    for (let left = 200; left > 0; left--) {
      const path = `/v1/mail?to=${encodeURIComponent(to)}`;
      const { json } = await ask<{ items: { id: string; template: string }[] }>(
        doors.admin,
        "GET",
        path,
        { token },
      );
      const found = json.items.findLast(
        (one) => one.template === template && !this.#read.has(one.id),
      );
      if (found) {
        this.#read.add(found.id);
        const one = await ask<{ text: string }>(doors.admin, "GET", `/v1/mail/${found.id}`, {
          token,
        });
        return one.json.text;
      }
      await wait(50);
    }
    throw new Error(`No letter ${template} came to ${to}.`);
  }

  /** The code in such a letter. */
  async code(to: string, template = "verifyEmail"): Promise<string> {
    const text = await this.letter(to, template);
    return /^\s*([\w-]{20,100})\s*$/m.exec(text)?.[1] ?? "";
  }
}

/** Registers and answers the letter; not signed in yet. */
export async function registered(place: Place, postbox: Postbox): Promise<Person> {
  const person = new Person(place.doors.public);
  const { email } = person;
  await person.post("/v1/auth/register", { email, password });
  await person.post("/v1/auth/verify", { code: await postbox.code(email) });
  return person;
}

/** Somebody with roles, made by the operator, signed in at a door. */
export async function made(place: Place, roles: Role[], door = place.doors.admin): Promise<Person> {
  const person = new Person(door);
  const body = { email: person.email, password, roles };
  await ask(place.doors.admin, "POST", "/v1/accounts", { token: place.operatorToken, body });
  await person.signIn();
  return person;
}
