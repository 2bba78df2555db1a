import { ticketing } from "./tickets.ts";

const start = 1_700_000_000_000;
const put = { method: "PUT", seconds: 60, size: 5, contentType: "text/plain" } as const;

test("says again what was signed, until its time is over", () => {
  let now = start;
  const tickets = ticketing("secret", () => now);
  const ticket = tickets.issue("films/1", put);

  expect(tickets.open(ticket)).toEqual({
    method: "PUT",
    key: "films/1",
    until: start + 60_000,
    size: 5,
    contentType: "text/plain",
  });
  now += 60_000;
  expect(tickets.open(ticket)).toBeUndefined();
});

test("opens nothing that was changed in a letter, of another house, or no ticket at all", () => {
  const tickets = ticketing("secret", () => start);
  const ticket = tickets.issue("films/1", { method: "GET", seconds: 60 });
  const [said = "", signature = ""] = ticket.split(".");
  const other = Buffer.from(said, "base64url").toString().replace("films/1", "films/2");

  const forged = [
    "",
    ".",
    said,
    `${said}.`,
    `${said}.${signature}.x`,
    `${Buffer.from(other).toString("base64url")}.${signature}`,
    `${said}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
    ticketing("another", () => start).issue("films/1", { method: "GET", seconds: 60 }),
  ];

  expect(forged.map((text) => tickets.open(text))).toEqual(forged.map(() => undefined));
});

test("lives for a week at most", () => {
  const tickets = ticketing("secret", () => start);

  const ticket = tickets.open(tickets.issue("a", { method: "GET", seconds: 1e9 }));

  expect(ticket?.until).toBe(start + 604_800_000);
});
