import { actorsOf, nodeOf } from "./roster.ts";

const get = { name: "films.get", contract: { summary: "One film.", opens: { admin: "operator" } } };

describe("the roster of actors", () => {
  it("names an actor once with all its nodes, and leaves the messaging's own out", () => {
    const listed = [
      { fullName: "films", nodeID: "two", actions: { "films.get": get } },
      { fullName: "$node", nodeID: "one" },
      { fullName: "films", nodeID: "one", actions: { "films.get": get } },
    ];

    const actors = actorsOf(listed);

    expect(actors).toEqual([
      {
        name: "films",
        nodes: ["one", "two"],
        actions: [{ name: "films.get", summary: "One film.", callable: true }],
      },
    ]);
  });

  it("says that an action is not callable when its contract does not open the admin door", () => {
    const actions = {
      a: { name: "films.many", contract: { summary: "Films.", opens: { public: "guest" } } },
      b: { name: "films.secret" },
      c: { name: "imports.receive", contract: { opens: { admin: "operator" }, upload: {} } },
    };

    const [actor] = actorsOf([{ fullName: "films", nodeID: "one", actions }]);

    expect(actor?.actions.map(({ name, callable }) => [name, callable])).toEqual([
      ["films.many", false],
      ["films.secret", false],
      ["imports.receive", false],
    ]);
  });

  it("shows a node that has told nothing of itself yet", () => {
    const node = { id: "one", available: false, local: false, services: [{ name: "$node" }] };

    expect(nodeOf(node, null)).toEqual({
      id: "one",
      available: false,
      local: false,
      services: [],
      hostname: "",
      cpu: null,
      uptimeSeconds: null,
    });
  });
});
