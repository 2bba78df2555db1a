/** What the environment may say of accounts: sessions, keys, password hashing, providers. */
import { z } from "zod";

const count = (preset: number, min: number, max: number) =>
  z.coerce
    .number(`a whole number, ${min} to ${max}`)
    .int(`a whole number, ${min} to ${max}`)
    .min(min, `at least ${min}`)
    .max(max, `at most ${max}`)
    .default(preset);

/** A provider of OpenID Connect with whom people may sign in. */
export const OidcProvider = z.strictObject({
  /** How it is called in paths and in the links kept with an account. */
  id: z.string().regex(/^[a-z0-9-]{1,30}$/),
  issuer: z.url(),
  clientId: z.string().min(1),
  /** Absent for a public client. */
  clientSecret: z.string().min(1).optional(),
  /** Where the provider sends people back to: a page or app that asks for the finish. */
  redirectUri: z.url().optional(),
  /** Its word that an e-mail is verified is taken: only for one who owns up to it. */
  trustsEmail: z.boolean().default(false),
  /** Plain http to a loopback address is allowed: for trials. */
  insecure: z.boolean().default(false),
});
export type OidcProvider = z.output<typeof OidcProvider>;

const providers = z
  .string()
  .default("[]")
  .transform((text, ctx) => {
    try {
      const read = z.array(OidcProvider).safeParse(JSON.parse(text));
      const [issue] = read.error?.issues ?? [];
      if (read.success) return read.data;
      ctx.addIssue(`a JSON list of providers; ${issue?.path.join(".")}: ${issue?.message}`);
    } catch {
      ctx.addIssue("a JSON list of providers");
    }
    return z.NEVER;
  });

export const accountsVariables = {
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "an address, http:// or https://" })
    .default("http://127.0.0.1:3000"),
  ACCESS_TOKEN_SECONDS: count(600, 60, 3_600),
  REFRESH_DAYS: count(30, 1, 365),
  REFRESH_GRACE_SECONDS: count(30, 0, 300),
  STEP_UP_SECONDS: count(600, 60, 3_600),
  PENDING_DAYS: count(7, 1, 365),
  VERIFY_HOURS: count(24, 1, 168),
  RESET_MINUTES: count(60, 5, 1_440),
  SESSION_RETENTION_DAYS: count(30, 1, 3_650),
  KEY_ROTATION_DAYS: count(30, 1, 365),
  AUDIT_ANCHOR_SECONDS: count(60, 1, 86_400),
  ARGON2_MEMORY_KIB: count(19_456, 8_192, 1_048_576),
  ARGON2_PASSES: count(2, 1, 20),
  ARGON2_CHILDREN: count(2, 1, 8),
  ARGON2_QUEUE: count(100, 1, 10_000),
  OIDC_PROVIDERS: providers,
} as const;
