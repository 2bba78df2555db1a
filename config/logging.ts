/** How the house speaks to its log: lines for people, JSON in production. */
import { env } from "./env.ts";

export const logging = {
  type: "Console",
  options: {
    level: env.house.LOG_LEVEL,
    formatter: env.house.NODE_ENV === "production" ? "json" : "short",
    colors: process.stdout.isTTY === true,
    autoPadding: true,
  },
};
