/**
 * The door of sellers, for their own tools and programs. It owns nothing and never shows what a
 * contract does not open.
 */
import { env } from "../../config/env.ts";
import { ports } from "../../config/ports.ts";
import { open } from "./opening.ts";

const { SELLER_HOST, SELLER_ORIGINS } = env.doors;

export default open({
  door: "seller",
  host: SELLER_HOST,
  ...ports.seller,
  origins: SELLER_ORIGINS,
});
