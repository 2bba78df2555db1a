/** What every search engine keeps, whatever it is made of. */
import { asking } from "./asking.ts";
import { feeding } from "./feeding.ts";
import type { MakeEngine } from "./harness.ts";
import { paging } from "./paging.ts";
import { rebuilding } from "./rebuilding.ts";
import { shown } from "./shown.ts";

export function contract(make: MakeEngine): void {
  describe("asking", () => asking(make));
  describe("what is shown", () => shown(make));
  describe("paging", () => paging(make));
  describe("feeding", () => feeding(make));
  describe("rebuilding", () => rebuilding(make));
}
