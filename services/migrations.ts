/** Every migration of the house, by actor. */
import type { Migrations } from "../mixins/migrations/migration.ts";
import { filmsMigrations } from "./catalog/films-migrations.store.ts";

export const migrations: readonly Migrations[] = [filmsMigrations];
