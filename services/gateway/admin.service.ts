/**
 * The operator's door: what contracts open to it, also by name. It listens on loopback unless
 * configured, takes the operator's token beside those of operators and admins, and never calls what
 * is private or the messaging's own.
 */
import { env } from "../../config/env.ts";
import { operatorToken } from "../../config/secrets.ts";
import { open } from "./opening.ts";

const { ADMIN_HOST, ADMIN_PORT, ADMIN_ORIGINS } = env.gateway;

export default open({
  door: "admin",
  host: ADMIN_HOST,
  port: ADMIN_PORT,
  origins: ADMIN_ORIGINS,
  sockets: true,
  operatorToken: operatorToken(),
  byName: true,
});
