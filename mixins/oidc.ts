/**
 * Signing in with a provider of OpenID Connect: authorization code with PKCE (RFC 7636), state and
 * nonce. What the provider publishes is read at first use, and again after an hour.
 */
import * as client from "openid-client";

export interface ProviderSettings {
  id: string;
  issuer: string;
  clientId: string;
  clientSecret?: string | undefined;
  /** Plain http is allowed: for trials on a loopback address. */
  insecure: boolean;
}

/** What is kept between the two halves of a sign-in. */
export interface Secrets {
  verifier: string;
  nonce: string;
}

/** What a provider says of somebody. */
export interface Subject {
  subject: string;
  email?: string;
  emailVerified: boolean;
}

const renewMs = 3_600_000;
const timeoutSeconds = 8;

export class Provider {
  readonly settings: ProviderSettings;
  #configuration: Promise<client.Configuration> | undefined;
  #readAt = 0;

  constructor(settings: ProviderSettings) {
    this.settings = settings;
  }

  /** Where to send the person, and what to keep until they are back. @throws Error */
  async begin(state: (secrets: Secrets) => string, redirectUri: string) {
    const configuration = await this.#read();
    const secrets = { verifier: client.randomPKCECodeVerifier(), nonce: client.randomNonce() };
    const sealed = state(secrets);
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: "openid email",
      code_challenge: await client.calculatePKCECodeChallenge(secrets.verifier),
      code_challenge_method: "S256",
      state: sealed,
      nonce: secrets.nonce,
    });
    return { url: url.href, state: sealed };
  }

  /** Who came back: the code is exchanged, the ID token verified. @throws Error */
  async finish(
    back: { state: string; code: string; iss?: string | undefined },
    kept: Kept,
  ): Promise<Subject> {
    const configuration = await this.#read();
    const url = new URL(kept.redirectUri);
    for (const [name, value] of Object.entries(back)) if (value) url.searchParams.set(name, value);
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: kept.verifier,
      expectedNonce: kept.nonce,
      expectedState: back.state,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error("there is no ID token");
    const told = claims.email
      ? claims
      : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    const { email, email_verified: isVerified } = told as Record<string, unknown>;
    return {
      subject: claims.sub,
      ...(typeof email === "string" ? { email } : {}),
      emailVerified: isVerified === true,
    };
  }

  #read(): Promise<client.Configuration> {
    const now = performance.now();
    if (!this.#configuration || now - this.#readAt > renewMs) {
      this.#readAt = now;
      const reading = this.#discover();
      reading.catch(() => {
        if (this.#configuration === reading) this.#configuration = undefined;
      });
      this.#configuration = reading;
    }
    return this.#configuration;
  }

  #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, insecure } = this.settings;
    const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(issuer).hostname);
    return client.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
      {
        timeout: timeoutSeconds,
        execute: insecure && loopback ? [client.allowInsecureRequests] : [],
      },
    );
  }
}

interface Kept extends Secrets {
  redirectUri: string;
}

/** What went wrong, without what a stranger should not read. */
export function reasonOf(error: unknown): string {
  const { code, error: oauth } = error as { code?: unknown; error?: unknown };
  const reason = oauth ?? code;
  return typeof reason === "string" ? reason.slice(0, 100) : "it cannot be reached";
}

const away = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_INVALID_SERVER_METADATA"]);

/**
 * Whether the provider is not there, or is broken: not answering, or with a status of 500 and more.
 * All else is about this sign-in: a wrong code must not look like an outage to everybody.
 */
export function isAway(error: unknown): boolean {
  const { code, status, cause } = error as { code?: unknown; status?: unknown; cause?: unknown };
  const answered = status ?? (cause as { status?: unknown } | undefined)?.status;
  if (typeof answered === "number") return answered >= 500;
  return typeof code === "string" && code.startsWith("OAUTH_") ? away.has(code) : true;
}
