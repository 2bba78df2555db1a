/**
 * The public door: what contracts open to everybody. It owns nothing, asks nobody who they are,
 * and never shows what a contract does not open.
 */
import { env } from "../../config/env.ts";
import { objects } from "../../config/objects.ts";
import { actions } from "../contracts.ts";
import { door } from "./door.ts";
import { guests } from "./operator.ts";

const { PUBLIC_HOST, PUBLIC_PORT, PUBLIC_ORIGINS, BODY_LIMIT_BYTES, COMPRESSION } = env.gateway;

export default door({
  door: "public",
  contracts: actions,
  host: PUBLIC_HOST,
  port: PUBLIC_PORT,
  origins: PUBLIC_ORIGINS,
  bodyLimitBytes: BODY_LIMIT_BYTES,
  compression: COMPRESSION,
  recognise: guests("public"),
  guarded: false,
  byName: false,
  objects,
});
