/** Walks every action of every service against both doors: what no contract opens is not there. */
import type { ServiceBroker } from "moleculer";
import { actions } from "../../services/contracts.ts";
import deadletters from "../../services/operations/deadletters.service.ts";
import registry from "../../services/operations/registry.service.ts";
import type { Door } from "../../services/shared/contract.ts";
import { actors } from "./actors.ts";
import { askAt, bearer, closeHouses, openHouse } from "./house.ts";

afterAll(closeHouses);

const services = () => [...actors().services, registry, deadletters];

/** Every action that any service registers, the messaging's own and the doors' too. */
const registered = (broker: ServiceBroker): string[] => {
  const { registry } = broker as unknown as {
    registry: { getActionList(options: object): { name: string }[] };
  };
  return registry.getActionList({}).map(({ name }) => name);
};

/** Addresses under which careless gateways serve an action. */
const guesses = (name: string): string[] => {
  const [service = "", action = ""] = name.split(".");
  const plain = service.replace("$", "");
  return [
    `/${name}`,
    `/${service}/${action}`,
    `/~${plain}/${action}`,
    `/%24${plain}/${action}`,
    `/api/${service}/${action}`,
    `/v1/${service}/${action}`,
    `/v1/${name}`,
    `/v1/${service}.${action}/`,
  ];
};

/** True where a contract's own path happens to be what was guessed. */
const hasRoute = (door: Door, method: string, path: string): boolean =>
  actions.some(({ opens, route = "" }) => {
    const [verb, pattern = ""] = route.split(" ");
    const form = new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`);
    return opens?.[door] !== undefined && verb === method && form.test(path);
  });

describe.each(["public", "seller", "logistics", "admin"] as const)("the %s door", (door) => {
  it("answers 404 or 405 at every address that no contract opens", async () => {
    const { broker, server } = await openHouse({ services: services(), door });
    const ask = askAt(server);
    const names = [...registered(broker), ...actions.map(({ name }) => name)];

    expect(names).toEqual(expect.arrayContaining(["$node.services", "films.bare", "films.many"]));
    for (const name of new Set(names)) {
      for (const path of guesses(name)) {
        for (const method of ["GET", "POST"]) {
          if (hasRoute(door, method, path)) continue;
          const { status } = await ask(path, { method, headers: bearer });
          expect([name, path, method, [404, 405].includes(status)]).toEqual([
            name,
            path,
            method,
            true,
          ]);
        }
      }
    }
  });

  it("calls by name what its contracts open, and nothing else", async () => {
    const { broker, server } = await openHouse({ services: services(), door });
    const ask = askAt(server);
    const open = new Set(
      actions.filter((a) => door === "admin" && a.opens?.admin && !a.upload).map((a) => a.name),
    );
    const names = new Set([...registered(broker), ...actions.map(({ name }) => name)]);

    const answers: [string, boolean][] = [];
    for (const name of names) {
      const headers = { ...bearer, "content-type": "application/json" };
      const path = `/v1/call/${encodeURIComponent(name)}`;
      const { status } = await ask(path, { method: "POST", headers, body: "{}" });
      answers.push([name, status !== 404]);
    }

    expect(answers).toEqual([...names].map((name) => [name, open.has(name)]));
  });

  it("registers no action of its own", async () => {
    const { broker } = await openHouse({ services: [], door });

    expect(registered(broker).filter((name) => name.startsWith(`${door}.`))).toEqual([]);
  });

  it("shows no token and no setting beyond its paths in the registry", async () => {
    const { broker } = await openHouse({ services: [], door });

    const info = JSON.stringify(
      (broker as unknown as { registry: { getServiceList(o: object): unknown[] } }).registry
        .getServiceList({})
        .map((service) => (service as { settings: unknown }).settings),
    );

    expect(info).not.toContain(bearer.authorization.slice(7));
  });
});
