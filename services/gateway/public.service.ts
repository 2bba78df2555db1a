/**
 * The public door: what contracts open to everybody and to whoever signs in. It owns nothing and
 * never shows what a contract does not open.
 */
import { env } from "../../config/env.ts";
import { open } from "./opening.ts";

const { PUBLIC_HOST, PUBLIC_PORT, PUBLIC_ORIGINS } = env.gateway;

export default open({
  door: "public",
  host: PUBLIC_HOST,
  port: PUBLIC_PORT,
  origins: PUBLIC_ORIGINS,
  sockets: true,
});
