/**
 * Migrations: shows the operator which were done and which are due. They run before the actors start
 * (config/migrations.ts); nothing here runs one.
 */
import type { Service, ServiceSchema } from "moleculer";
import { listMigrations } from "../../config/migrations.ts";
import { wiring } from "../shared/wire.ts";
import { list } from "./migrations.contract.ts";

const { serve } = wiring<Service>();

export default {
  name: "migrations",

  actions: {
    ...serve(list, async () => ({ items: await listMigrations(), next: null })),
  },
} satisfies ServiceSchema;
