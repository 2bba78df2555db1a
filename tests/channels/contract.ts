/**
 * What every channels adapter of the house keeps, written once and run over each of them through a
 * real broker. `makeHouse` gives fresh storage; each test uses channels of its own, so that an
 * engine may be shared. An adapter under test is set up by `contractSettings` (kit.ts).
 */
import { deadLetterContract } from "./deadletters.contract.ts";
import { deliveryContract } from "./delivery.contract.ts";
import { failureContract } from "./failure.contract.ts";
import type { House } from "./kit.ts";
import { orderContract } from "./order.contract.ts";
import { restartContract } from "./restart.contract.ts";

export const channelContract = (name: string, makeHouse: () => Promise<House>): void => {
  describe(`${name} as channels`, () => {
    const houses: House[] = [];
    const house = async (): Promise<House> => {
      const made = await makeHouse();
      houses.push(made);
      return made;
    };
    afterEach(async () => {
      for (const made of houses.splice(0)) await made.close();
    });

    describe("delivery", () => deliveryContract(house));
    describe("failures", () => failureContract(house));
    describe("dead letters", () => deadLetterContract(house));
    describe("order and limits", () => orderContract(house));
    describe("restarts", () => restartContract(house));
  });
};
