import { Pace } from "./pace.ts";

test("too little in too long a time is too slow, time after time", () => {
  let now = 0;
  const pace = new Pace({ bytes: 100, ms: 10 }, () => now);
  const after = (ms: number, bytes: number) => {
    now += ms;
    return pace.isTooSlow(bytes);
  };

  expect([after(9, 1), after(1, 99)]).toEqual([false, false]);
  expect([after(9, 99), after(1, 0)]).toEqual([false, true]);
  expect([after(9, 200), after(1, 0), after(10, 99)]).toEqual([false, false, true]);
});
