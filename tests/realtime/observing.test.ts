/** What figures and the access log tell of sockets, and what they never tell. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { get } from "../../services/catalog/films.contract.ts";
import { filmId } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import { closeAll, meet, mint, openNode, revoke } from "./house.ts";

const { observingSockets } = await import("../../services/gateway/opening.ts");
const { closeAccessLog, metrics } = await import("../../config/observing.ts");
const observer = observingSockets("public");
const node = await openNode({ observer });
afterAll(closeAll);

/** The value of a series, by how its line begins. */
const figure = async (series: string): Promise<number> => {
  const line = (await metrics.text()).split("\n").find((one) => one.startsWith(series));
  return Number(line?.slice(series.length));
};
const logFile = join(process.env.DATA_DIR ?? "", "logs", "access.log");
const lines = () =>
  readFileSync(logFile, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it("sockets are counted and have their lines: opened, asked, refused, ended", async () => {
  const [user, session] = [randomUUID(), randomUUID()];
  const token = await mint({ user, session });
  const client = meet(node.url, { token });
  await client.ask(get, { id: filmId });
  await expect(client.ask({ ...get, name: "films.remove" }, { id: filmId })).rejects.toThrow();
  expect(await figure('socket_connections{door="public"}')).toBe(1);
  const forged = `${token.slice(0, -6)}AAAAAA`;
  await expect(meet(node.url, { token: forged }).ready()).rejects.toThrow();

  await revoke(node, session);
  await until(() => node.size() === 0);
  await closeAccessLog();

  expect(await figure('socket_connections{door="public"}')).toBe(0);
  expect(await figure('socket_ended_total{door="public",reason="revoked"}')).toBe(1);
  expect(await figure('socket_refused_total{door="public",reason="TOKEN_INVALID"}')).toBe(1);
  expect(await figure('socket_messages_total{door="public",direction="in"}')).toBeGreaterThan(1);
  expect(await figure('socket_messages_total{door="public",direction="out"}')).toBeGreaterThan(1);
  const asked = (action: string, status: number) =>
    figure(
      `socket_request_duration_seconds_count{door="public",action="${action}",status="${status}"}`,
    );
  expect(await asked("films.get", 200)).toBe(1);
  expect(await asked("none", 404)).toBe(1);
  const common = { "event.dataset": "bijou.access", "labels.door": "public" };
  const mine = { ...common, "client.ip": "127.0.0.1", "user.id": user };
  const told = lines().map((line) => [line["event.action"], line]);
  expect(told).toEqual([
    ["socket-opened", expect.objectContaining({ ...mine, "http.response.status_code": 101 })],
    ["socket-asked", expect.objectContaining({ ...mine, "http.route": "films.get" })],
    ["socket-asked", expect.objectContaining({ ...mine, "event.reason": "SOCKET_ASK_REFUSED" })],
    ["socket-refused", expect.objectContaining({ ...common, "http.response.status_code": 401 })],
    ["socket-ended", expect.objectContaining({ ...mine, "event.reason": "revoked" })],
  ]);
  const text = readFileSync(logFile, "utf8") + (await metrics.text());
  for (const secret of [token, forged, "films.remove"]) expect(text).not.toContain(secret);
});
