import { randomUUID } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { type Mail, MailFolder, smtpPostman } from "../../../services/accounts/mail.adapter.ts";
import * as mail from "../../../services/accounts/mail.contract.ts";
import { message } from "../../../services/shared/message.ts";
import { call } from "../../../services/shared/wire.ts";
import { freePort } from "../../house/ports.ts";
import { soon } from "../../house/soon.ts";
import { dataDir, type House, logged, openHouse, tidyUp } from "./house.ts";

const time = "2026-11-21T04:12:00.000Z";
const folder = join(dataDir, "mail");
const code = (to: string, secret: string) =>
  ({
    to,
    template: "resetPassword",
    language: "ru",
    data: { code: secret, minutes: 30 },
  }) as const;

const letter: Mail = {
  id: randomUUID(),
  time,
  to: "reader@b.example",
  template: "deletionCancelled",
  language: "en",
  account: null,
  subject: "Subject",
  text: "Text\n",
  html: "<p>Text</p>",
};

describe("without a mail server", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(async () => {
    await house.stop();
    await tidyUp();
  });
  const lettersTo = async (to: string, count: number) =>
    (
      await soon(
        () => house.ask(mail.list, { to }),
        ({ items }) => items.length >= count,
      )
    ).items;

  test("a letter is kept as MIME for its owner's eyes, and shown to the operator", async () => {
    const to = "reader@b.example";
    await house.tell(mail.wanted, code(to, "SECRET-1234"));

    const [letter] = await lettersTo(to, 1);
    const id = letter?.id ?? "";
    const shown = await house.ask(mail.show, { id });
    const caller = { id: "x", role: "operator", door: "admin", session: "s" } as const;
    const read = async (more: object) =>
      (await call(house.broker, mail.show, { id }, { meta: { caller: { ...caller, ...more } } }))
        .text;
    expect(await read({ roles: ["operator"] })).not.toContain("SECRET-1234");
    expect(await read({ roles: ["admin"], session: undefined, key: "k" })).not.toContain("SECRET");
    expect(await read({ roles: ["admin"] })).toContain("SECRET-1234");
    const file = join(folder, `${id}.eml`);
    const eml = await readFile(file, "utf8");

    expect(letter).toMatchObject({
      to,
      template: "resetPassword",
      subject: "Сброс пароля · Bijou",
    });
    expect(shown.text).toContain("\nSECRET-1234\n");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(eml).toMatch(/^To: reader@b\.example\r$/m);
    expect(eml).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(eml).toContain(`Message-ID: <${id}@localhost>`);
    expect(eml).not.toMatch(/^X-Mailer/im);
  });

  test("a message that comes twice makes one letter, as it was the first time", async () => {
    const kept = new MailFolder({ folder: join(dataDir, "twice"), from: "bijou@b.example" });

    await kept.deliver(letter);
    await kept.deliver({ ...letter, text: "Another" });

    const all: unknown[] = [];
    for await (const one of kept.all()) all.push(one);
    expect(all).toMatchObject([{ id: letter.id, text: "Text\n" }]);
    expect(await readdir(join(dataDir, "twice"))).toHaveLength(2);
  });

  test("an id that is no file name stays in the folder", async () => {
    const to = "odd@b.example";
    const odd = { ...message(mail.wanted, code(to, "SECRET-ODD")), id: "../../escaped" };

    await house.broker.channelAdapter.send(mail.wanted.name, [odd]);
    const [letter] = await lettersTo(to, 1);

    expect((await house.ask(mail.show, { id: letter?.id ?? "" })).to).toBe(to);
    expect((await readdir(dataDir)).filter((name) => name.includes("escaped"))).toEqual([]);
  });

  test("letters are listed page by page, the newest first", async () => {
    const to = "pages@b.example";
    for (let i = 0; i < 5; i++) {
      await house.tell(mail.wanted, code(to, `SECRET-PAGE-${i}`));
      await lettersTo(to, i + 1);
    }

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await house.ask(mail.list, { to, limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor);

    expect(seen).toHaveLength(5);
    expect(seen).toEqual(seen.toSorted().reverse());
  });

  test("a letter that is not there is said to be so", async () => {
    await expect(house.ask(mail.show, { id: randomUUID() })).rejects.toMatchObject({
      type: "MAIL_NOT_FOUND",
    });
  });

  test("no code is ever logged", () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes("SECRET"))).toEqual([]);
  });
});

describe("with a mail server", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A mail server of a few lines; it answers recipients as told. */
  async function smtp(rcpt: string) {
    const received: string[] = [];
    const server = createServer((socket) => {
      let data: string | undefined;
      let rest = "";
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk) => {
        rest += chunk;
        for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
          const line = rest.slice(0, end);
          rest = rest.slice(end + 2);
          if (data !== undefined && line !== ".") data += `${line}\n`;
          else if (data !== undefined) {
            received.push(data);
            data = undefined;
            socket.write("250 kept\r\n");
          } else if (line === "DATA") {
            data = "";
            socket.write("354 go on\r\n");
          } else if (line.startsWith("RCPT")) socket.write(`${rcpt}\r\n`);
          else socket.write(line.startsWith("EHLO") ? "250 HELP\r\n" : "250 fine\r\n");
        }
      });
      socket.write("220 a small server\r\n");
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    return { url: `smtp://127.0.0.1:${port}`, received };
  }

  test("letters are handed over, each time under the same Message-ID", async () => {
    const { url, received } = await smtp("250 fine");
    const postman = smtpPostman(url, "Bijou <bijou@cinema.example>");

    await postman.deliver(letter);
    await postman.deliver(letter);
    postman.close();

    expect(received).toHaveLength(2);
    for (const text of received) {
      expect(text).toContain(`Message-ID: <${letter.id}@cinema.example>`);
      expect(text).toContain("From: Bijou <bijou@cinema.example>");
    }
  });

  test.each([
    ["550 no such user", "MAIL_REFUSED", true],
    ["451 come later", "MAIL_UNAVAILABLE", false],
  ])("%s is %s, for ever: %s", async (answer, type, permanent) => {
    const { url } = await smtp(answer);
    const postman = smtpPostman(url, "bijou@cinema.example");

    await expect(postman.deliver(letter)).rejects.toMatchObject({ type, permanent });
    postman.close();
  });

  test("a server that is not there is tried again, and its password is not told", async () => {
    const url = `smtp://user:PASSWORD@127.0.0.1:${await freePort()}`;
    const postman = smtpPostman(url, "bijou@cinema.example");

    const failing = postman.deliver(letter);

    await expect(failing).rejects.toMatchObject({ type: "MAIL_UNAVAILABLE", retryable: true });
    await failing.catch((error: unknown) => expect(JSON.stringify(error)).not.toMatch("PASSWORD"));
    postman.close();
  });
});
