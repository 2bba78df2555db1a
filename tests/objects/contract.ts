/** What every objects store of the house keeps, written once and run over each driver. */
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { readingContract } from "./reading.contract.ts";
import { storingContract } from "./storing.contract.ts";

export interface Shelf {
  store: ObjectStore;
  close(): Promise<void>;
}

/** @param makeShelf gives an empty store */
export const objectsContract = (name: string, makeShelf: () => Promise<Shelf>): void => {
  describe(`${name} as an objects store`, () => {
    let shelf: Shelf;
    beforeEach(async () => {
      shelf = await makeShelf();
    });
    afterEach(() => shelf.close());

    storingContract(() => shelf.store);
    readingContract(() => shelf.store);
  });
};
