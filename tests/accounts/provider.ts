/** A real provider of OpenID Connect on a loopback port, and a browser that signs in at it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider as OidcProvider } from "oidc-provider";

export interface Person {
  email?: string;
  email_verified?: boolean;
}

export interface RunningProvider {
  issuer: string;
  /** Who may sign in, by the name typed in at the provider. */
  people: Map<string, Person>;
  stop(): Promise<void>;
}

export const redirectUri = "https://bijou.example/signed-in";
export const client = { clientId: "bijou", clientSecret: "a secret of the trial provider" };

/** @param back where it sends people back to */
export async function startProvider(back = redirectUri): Promise<RunningProvider> {
  const people = new Map<string, Person>();
  // It warns at length that it is not made for production as it is used here.
  const { info, warn } = console;
  Object.assign(console, { info: () => undefined, warn: () => undefined });
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [back],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key"] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people.get(id) }),
    }),
  });
  server.on("request", provider.callback());
  return {
    issuer,
    people,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
        Object.assign(console, { info, warn });
      }),
  };
}

/**
 * Follows a person through the provider's pages; answers where the provider sends them back to.
 *
 * @param name undefined for somebody who goes back without signing in
 */
export async function browse(
  url: string,
  name: string | undefined,
  back = redirectUri,
): Promise<URL> {
  const cookies = new Map<string, string>();
  const go = async (to: string, form?: Record<string, string>) => {
    const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join("; ");
    const answer = await fetch(to, {
      redirect: "manual",
      headers: { cookie },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [key = "", ...value] = pair.split("=");
      cookies.set(key, value.join("="));
    }
    return answer;
  };
  let answer = await go(url);
  for (let step = 0; step < 12; step++) {
    const location = answer.headers.get("location");
    if (location) {
      const next = new URL(location, url);
      if (next.href.startsWith(back)) return next;
      answer = await go(next.href);
      continue;
    }
    const page = await answer.text();
    const away = /href="([^"]+\/abort)"/.exec(page)?.[1];
    if (name === undefined && away) {
      answer = await go(new URL(away, url).href);
      continue;
    }
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (!action) throw new Error(`The provider answers ${answer.status}: ${page.slice(0, 500)}`);
    const isLogin = page.includes('name="login"');
    const form: Record<string, string> = isLogin
      ? { prompt: "login", login: name ?? "", password: "x" }
      : { prompt: "consent" };
    answer = await go(new URL(action, url).href, form);
  }
  throw new Error("The provider leads nowhere.");
}
