/**
 * Mail: writes the letters that `mail.wanted.v1` asks for and hands them on: to a mail server, or
 * into a folder where the operator reads them (`bijou mail list`). What a letter says, codes above
 * all, is never logged.
 */
import type { Service, ServiceSchema } from "moleculer";
import { mailSettings } from "../../config/mail.ts";
import { breakers } from "../../config/resilience.ts";
import type { Breaker } from "../../mixins/resilience/breaker.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { type Sender, send } from "../shared/message.ts";
import { tells, wiring } from "../shared/wire.ts";
import { answered, erased } from "./accounts.contract.ts";
import { type Kept, MailFolder, type Postman, smtpPostman } from "./mail.adapter.ts";
import * as mail from "./mail.contract.ts";
import { rendered, veiled } from "./mail-templates.ts";

interface MailService extends Service {
  broker: Service["broker"] & Sender;
  folder: MailFolder;
  postman: Postman;
  timer: NodeJS.Timeout;
}
const { serve, follow } = wiring<MailService>();
const sweepMs = 60 * 60_000;
const dayMs = 86_400_000;

/** Codes open accounts, an admin's too: in person an admin sees them, and the house until there is one. */
const mayRead = ({ caller }: Meta): boolean =>
  !caller?.key && (!caller?.session || caller.roles?.includes("admin") === true);

const shown = ({ text, ...kept }: Kept) => kept;

/** One page of letters, and the cursor of the next. */
async function page(folder: MailFolder, to: string | undefined, limit: number, cursor?: string) {
  const items: Kept[] = [];
  for await (const kept of folder.all(cursor)) {
    if (to !== undefined && kept.to !== to) continue;
    if (items.length === limit) return { items: items.map(shown), next: items.at(-1)?.id ?? null };
    items.push(kept);
  }
  return { items: items.map(shown), next: null };
}

/** A server that does not answer is left alone for a while; letters wait in their channel. */
const behind = (breaker: Breaker, postman: Postman): Postman => ({
  deliver: (mail) => breaker.run(() => postman.deliver(mail)),
  close: () => postman.close(),
});

export default {
  name: "mail",
  metadata: tells(answered),

  actions: {
    ...serve(mail.list, function ({ params: { to, limit, cursor } }) {
      return page(this.folder, to, limit, cursor);
    }),

    ...serve(mail.show, async function ({ params: { id }, meta }) {
      const kept = await this.folder.get(id);
      if (!kept) throw mail.MailNotFound({ id });
      return mayRead(meta) ? kept : { ...kept, text: veiled(kept.text) };
    }),

    ...serve(mail.personal, async function ({ params: { id } }) {
      const held: object[] = [];
      for await (const kept of this.folder.all()) if (kept.account === id) held.push(shown(kept));
      return { actor: "mail", data: held.length > 0 ? held : null };
    }),
  },

  channels: {
    // Twice is once in the folder, by the message's id; a mail server may know the Message-ID.
    ...follow(mail.wanted, { group: "mail", maxInFlight: 4 }, async function (letter, message) {
      const { template, language, to, account = null } = letter;
      const { id, time } = message;
      await this.postman.deliver({
        id,
        time,
        to,
        template,
        language,
        account,
        ...rendered(letter),
      });
    }),

    // Twice is once: what is gone is gone.
    ...follow(erased, { group: "mail" }, async function ({ id }, message) {
      const removed = await this.folder.remove(({ account }) => account === id);
      await send(this.broker, answered, { id, actor: "mail", removed }, { because: message });
    }),
  },

  created(this: MailService) {
    const { smtpUrl, from } = mailSettings;
    this.folder = new MailFolder(mailSettings);
    this.postman = smtpUrl ? behind(breakers.of("smtp"), smtpPostman(smtpUrl, from)) : this.folder;
  },

  started(this: MailService) {
    const sweep = async () => {
      const before = new Date(clock.now() - mailSettings.keepDays * dayMs).toISOString();
      await this.folder
        .remove(({ time }) => time < before)
        .catch((error) => this.logger.warn("Old letters could not be removed:", error));
    };
    void sweep();
    this.timer = setInterval(sweep, sweepMs).unref();
  },

  stopped(this: MailService) {
    clearInterval(this.timer);
    this.postman.close();
  },
} as unknown as ServiceSchema;
