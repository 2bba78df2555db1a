/**
 * The door of couriers and warehouses. It owns nothing and never shows what a contract does not
 * open.
 */
import { env } from "../../config/env.ts";
import { open, presetPort } from "./opening.ts";

const { LOGISTICS_HOST, LOGISTICS_PORT, LOGISTICS_ORIGINS } = env.doors;

export default open({
  door: "logistics",
  host: LOGISTICS_HOST,
  ...presetPort("logistics", LOGISTICS_PORT),
  origins: LOGISTICS_ORIGINS,
});
