/** What the environment may say of the doors beside where they are, and of a node's own port. */
import { z } from "zod";
import { redisUrl } from "./environment-redis.ts";

const count = (preset: number, min: number, max: number) =>
  z.coerce
    .number(`a whole number, ${min} to ${max}`)
    .int(`a whole number, ${min} to ${max}`)
    .min(min, `at least ${min}`)
    .max(max, `at most ${max}`)
    .default(preset);
const list = z
  .string()
  .default("")
  .transform((v) => v.split(",").flatMap((part) => part.trim() || []));
const host = z.string().min(1, "a host name or address").default("127.0.0.1");
const port = (preset: number) =>
  z.coerce
    .number("a port, 0 to 65535")
    .int()
    .min(0, "a port, 0 to 65535")
    .max(65_535, "a port, 0 to 65535")
    .default(preset);
/** Ports of this list, left as they are, give way to a free one where they are taken. */
export const presetPorts = { seller: 3001, logistics: 3002, node: 3010 } as const;

export const doorsVariables = {
  SELLER_HOST: host,
  SELLER_PORT: port(presetPorts.seller),
  SELLER_ORIGINS: list,
  LOGISTICS_HOST: host,
  LOGISTICS_PORT: port(presetPorts.logistics),
  LOGISTICS_ORIGINS: list,
  /** Which layer answers CORS; two that do make browsers refuse both. */
  CORS_AT: z.enum(["door", "proxy"], "door or proxy").default("door"),
  TRUSTED_PROXIES: list.refine(
    (all) => all.every((one) => /^(loopback|linklocal|uniquelocal|[\da-f.:]+(\/\d+)?)$/i.test(one)),
    "addresses and networks, separated by commas: 10.0.0.0/8, loopback",
  ),
  REDIS_URL: redisUrl,
  RATE_SECONDS: count(60, 1, 3_600),
  RATE_PER_ADDRESS: count(6_000, 1, 1_000_000_000),
  RATE_PER_USER: count(6_000, 1, 1_000_000_000),
  RATE_PER_KEY: count(12_000, 1, 1_000_000_000),
  BREAKER_FAILURES: count(5, 1, 10_000),
  BREAKER_WINDOW_MS: count(10_000, 100, 600_000),
  BREAKER_OPEN_MS: count(5_000, 100, 600_000),
  CALLS_AT_ONCE: count(1_000, 1, 1_000_000),
  CACHE_BYTES: count(67_108_864, 65_536, 17_179_869_184),
  CACHE_STAND_IN_SECONDS: count(86_400, 0, 2_592_000),
  IDEMPOTENCY_HOURS: count(24, 1, 8_760),
  /** A file, `stdout` or `off`; a file under DATA_DIR when empty. */
  ACCESS_LOG: z.string().optional(),
  ACCESS_LOG_BYTES: count(67_108_864, 65_536, 17_179_869_184),
  NODE_HOST: host,
  NODE_PORT: port(presetPorts.node),
  STOP_DELAY_MS: count(100, 0, 60_000),
} as const;
