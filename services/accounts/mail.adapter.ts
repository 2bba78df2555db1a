/**
 * Where letters go. Without a mail server: into a folder, as `<id>.eml` with what is known of it
 * beside it as `<id>.json`; the second is written last, so a letter is there whole or not at all.
 */
import { createHash } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import nodemailer from "nodemailer";
import type { MailSettings } from "../../config/mail.ts";
import { makeFolder, syncFolder } from "../../mixins/objects/disk.ts";
import { type Letter, MailRefused, MailUnavailable } from "./mail.contract.ts";

/** A letter as it is kept. */
export interface Kept {
  /** Of the message that wanted it. */
  id: string;
  time: string;
  to: string;
  template: Letter["template"];
  language: Letter["language"];
  account: string | null;
  subject: string;
  text: string;
}
export interface Mail extends Kept {
  html: string;
}
export interface Postman {
  /** @throws MailRefused, MailUnavailable; errors of the disk */
  deliver(mail: Mail): Promise<void>;
  close(): void;
}

const fields = (from: string, { id, time, to, subject, text, html }: Mail) => ({
  from,
  to,
  subject,
  text,
  html,
  date: new Date(time),
  // The same at every sending, so that a mail server may know it again.
  messageId: `<${id}@${/@([^>\s]+)/.exec(from)?.[1] ?? "localhost"}>`,
  headers: { "Auto-Submitted": "auto-generated" },
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** Ids come from messages: what is no plain name becomes one. */
const nameOf = (id: string): string =>
  /^[\w-]{1,100}$/.test(id) ? id : createHash("sha256").update(id).digest("hex");

export class MailFolder implements Postman {
  readonly #folder: string;
  readonly #from: string;
  readonly #composer = nodemailer.createTransport({ streamTransport: true, buffer: true });

  constructor({ folder, from }: Pick<MailSettings, "folder" | "from">) {
    this.#folder = folder;
    this.#from = from;
  }

  /** A letter that is there already is not written again. */
  async deliver(mail: Mail): Promise<void> {
    if (await this.get(mail.id)) return;
    await makeFolder(this.#folder);
    const { message } = await this.#composer.sendMail(fields(this.#from, mail));
    const { html, ...kept } = mail;
    await this.#write(`${nameOf(mail.id)}.eml`, message as Buffer);
    await this.#write(`${nameOf(mail.id)}.json`, JSON.stringify(kept));
  }

  close(): void {}

  async get(id: string): Promise<Kept | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(`${nameOf(id)}.json`), "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** The newest first; ids of messages are in the order of their time. */
  async *all(before?: string): AsyncGenerator<Kept> {
    const files = await readdir(this.#folder).catch(() => []);
    const ids = files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []);
    for (const id of ids.toSorted().reverse()) {
      const kept = before === undefined || id < before ? await this.get(id) : undefined;
      if (kept) yield kept;
    }
  }

  /** Removes all that are meant; answers how many. */
  async remove(isMeant: (kept: Kept) => boolean): Promise<number> {
    let removed = 0;
    for await (const kept of this.all()) {
      if (!isMeant(kept)) continue;
      for (const end of ["eml", "json"]) {
        await rm(this.#path(`${nameOf(kept.id)}.${end}`), { force: true });
      }
      removed++;
    }
    return removed;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  async #write(name: string, content: Buffer | string): Promise<void> {
    const half = this.#path(`.${name}.half`);
    const file = await open(half, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, this.#path(name));
    await syncFolder(this.#folder);
  }
}

/** A failure of SMTP: for ever where the server says so of this letter, else for now. */
function smtpProblem(error: unknown): Error {
  const { code, responseCode, message } = error as Error & { code?: string; responseCode?: number };
  const reason = message.slice(0, 300);
  const isForEver = code !== "EAUTH" && responseCode !== undefined && responseCode >= 500;
  return isForEver ? MailRefused({ reason }) : MailUnavailable({ reason });
}

/** Hands letters to a mail server: at least once, under the same Message-ID. */
export function smtpPostman(url: string, from: string): Postman {
  const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
  const server = nodemailer.createTransport({ url, pool: true, maxConnections: 2, ...timeouts });
  return {
    async deliver(mail) {
      await server.sendMail(fields(from, mail)).catch((error: unknown) => {
        throw smtpProblem(error);
      });
    },
    close: () => server.close(),
  };
}
