import { Order } from "./order.ts";

const all = (order: Order<string>): string[] => {
  const taken: string[] = [];
  for (let item = order.take(); item !== undefined; item = order.take()) taken.push(item);
  return taken;
};

test("gives of each key the oldest alone", () => {
  const order = new Order<string>();
  for (const item of ["a1", "b1", "a2", "b2", "c1"]) order.add(item.slice(0, 1), item);

  expect(all(order)).toEqual(["a1", "b1", "c1"]);
});

test("gives the next one of a key when the one before is over", () => {
  const order = new Order<string>();
  for (const item of ["a1", "a2", "a3"]) order.add("a", item);
  all(order);

  order.over("a");
  expect(all(order)).toEqual(["a2"]);
  order.over("a");
  expect(all(order)).toEqual(["a3"]);
  order.over("a");
  order.add("a", "a4");

  expect(all(order)).toEqual(["a4"]);
});

test("holds a key back while its first one waits to be tried again", () => {
  const order = new Order<string>();
  for (const item of ["a1", "a2"]) order.add("a", item);
  all(order);

  order.again("a1");

  expect(all(order)).toEqual(["a1"]);
});

test("holds nothing back that has no key", () => {
  const order = new Order<string>();
  for (const item of ["1", "2", "3"]) order.add("", item);
  order.over("");

  expect(all(order)).toEqual(["1", "2", "3"]);
});

test("stays in order over many", () => {
  const order = new Order<string>();
  const numbers = Array.from({ length: 5_000 }, (_, at) => String(at));
  for (const item of numbers) order.add(item, item);

  expect(all(order)).toEqual(numbers);
});
