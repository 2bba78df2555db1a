/**
 * The door of couriers and warehouses. It owns nothing and never shows what a contract does not
 * open.
 */
import { env } from "../../config/env.ts";
import { ports } from "../../config/ports.ts";
import { open } from "./opening.ts";

const { LOGISTICS_HOST, LOGISTICS_ORIGINS } = env.doors;

export default open({
  door: "logistics",
  host: LOGISTICS_HOST,
  ...ports.logistics,
  origins: LOGISTICS_ORIGINS,
});
