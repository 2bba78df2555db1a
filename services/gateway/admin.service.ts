/**
 * The operator's door: what contracts open to it, also by name. It listens on loopback unless
 * configured, wants the operator's token, and never calls what is private or the messaging's own.
 */
import { env } from "../../config/env.ts";
import { objects } from "../../config/objects.ts";
import { operatorToken } from "../../config/secrets.ts";
import { actions } from "../contracts.ts";
import { door } from "./door.ts";
import { operators } from "./operator.ts";

const { ADMIN_HOST, ADMIN_PORT, ADMIN_ORIGINS, BODY_LIMIT_BYTES, COMPRESSION } = env.gateway;

export default door({
  door: "admin",
  contracts: actions,
  host: ADMIN_HOST,
  port: ADMIN_PORT,
  origins: ADMIN_ORIGINS,
  bodyLimitBytes: BODY_LIMIT_BYTES,
  compression: COMPRESSION,
  recognise: operators("admin", operatorToken()),
  guarded: true,
  byName: true,
  objects,
});
