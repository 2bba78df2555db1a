/**
 * Users: owns how people show themselves and want to be spoken to, guests before they have an
 * account, and what one may do with all that is held about oneself: take a copy, have it deleted.
 * Whose data it is never comes as a parameter: it is the caller's.
 */
import { randomBytes, randomInt } from "node:crypto";
import type { ServiceSchema } from "moleculer";
import type { z } from "zod";
import { env } from "../../config/env.ts";
import { objects } from "../../config/objects.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { guessing, type WithGuesses } from "../../mixins/guesses/guessing.ts";
import { strangeLetter } from "../../mixins/guesses/letters.ts";
import { sweeping } from "../../mixins/sweeping.ts";
import { clock } from "../shared/clock.ts";
import type { Action } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { tells, wiring } from "../shared/wire.ts";
import { answered, erased, joined, registered, verified } from "./accounts.contract.ts";
import { Holdings } from "./export.adapter.ts";
import * as exports from "./export.contract.ts";
import * as own from "./export.ts";
import type { Me } from "./preferences.contract.ts";
import * as rules from "./profile.ts";
import * as contacts from "./profile-contacts.ts";
import * as users from "./users.contract.ts";
import * as kept from "./users.store.ts";

interface UsersService extends WithStore<kept.UserDocument>, WithGuesses {
  holdings: Holdings;
}

const { serve, follow } = wiring<UsersService>();
const dayMs = 86_400_000;
const tidyMs = 10 * 60_000;
const inDays = (days: number) => new Date(clock.now() + days * dayMs).toISOString();
const same: kept.Rule = (user) => user;
/** An action that changes the caller, and shows them as they are then. */
const changing = <P extends z.ZodType>(
  contract: Action<P, typeof Me>,
  rule: (params: z.output<P>) => kept.Rule,
  tell?: kept.Tell,
) =>
  serve(contract, async function (ctx) {
    const user = await kept.asCaller(this.store, ctx.meta, rule(ctx.params), tell);
    return rules.shown(user);
  });

export default {
  name: "users",
  mixins: [
    sweeping<UsersService>(tidyMs, (u) => u.holdings.tidy()),
    documents(kept.users),
    guessing("contact-letters"),
  ],
  metadata: tells(joined, erased),

  actions: {
    ...changing(users.me, () => same),

    ...changing(users.change, (changes) => (user) => {
      const next = rules.edited(user, changes, clock.iso().slice(0, 10));
      if (!next) throw users.AdultRefused();
      return next;
    }),

    ...serve(users.addContact, async function ({ params: { address }, meta }) {
      const [id, code] = [newId(), String(randomInt(1e8)).padStart(8, "0")];
      await this.guesses.attempt(strangeLetter(address, kept.callerOf(meta)));
      const add: kept.Rule = (u) => contacts.challenged(u, { id, address }, code, clock.now());
      const data = { code, minutes: contacts.codeMinutes };
      const tell: kept.Tell = (user) =>
        kept.letterTo(user, { template: "verifyContact", data }, address);
      return rules.shown(await kept.asCaller(this.store, meta, add, tell));
    }),

    ...serve(users.verifyContact, async function (ctx) {
      const { contact, code } = ctx.params;
      const user = await kept.asCaller(this.store, ctx.meta, (u) =>
        contacts.tried(u, contact, code, clock.iso()),
      );
      if (!user.contacts.some((c) => c.id === contact && c.verified)) throw users.CodeRefused();
      return rules.shown(user);
    }),

    ...changing(users.removeContact, ({ contact }) => (user) => {
      const found = user.contacts.find(({ id }) => id === contact);
      if (found?.primary) throw users.ContactPrimary();
      return found ? { ...user, contacts: user.contacts.filter((c) => c !== found) } : user;
    }),

    ...serve(users.guest, async function ({ meta }) {
      const [id, secret] = [newId(), randomBytes(32).toString("base64url")];
      const until = inDays(env.users.GUEST_DAYS);
      const guest = { hash: contacts.hashOf(secret), until };
      await this.store.insert(rules.newGuest(id, guest, meta.languages));
      return { id, secret, until };
    }),

    ...serve(users.recognise, async function ({ params }) {
      const { id, guest } = await kept.guestOf(this.store, params);
      if (guest.account) throw users.GuestRefused();
      const until = inDays(env.users.GUEST_DAYS);
      await kept.rewrite(this.store, id, (user) => rules.prolonged(user, until));
      return { id };
    }),

    ...serve(users.join, async function (ctx) {
      const guest = await kept.claimed(this.store, ctx.params.guest, kept.callerOf(ctx.meta), ctx);
      const user = await kept.asCaller(this.store, ctx.meta, (u) => rules.joinedBy(u, guest));
      return rules.shown(user);
    }),

    ...serve(exports.start, async function (ctx) {
      const [id, now, until] = [newId(), clock.iso(), inDays(env.users.EXPORT_DAYS)];
      const rule: kept.Rule = (u) => own.exporting(u, id, now, until);
      const user = await kept.asCaller(this.store, ctx.meta, rule);
      return own.exportShown(this.holdings.start(user));
    }),

    ...serve(exports.list, async function (ctx) {
      const user = await kept.asCaller(this.store, ctx.meta, same);
      return { items: user.exports.map(own.exportShown).toReversed(), next: null };
    }),

    ...serve(exports.fetch, async function (ctx) {
      const user = await kept.asCaller(this.store, ctx.meta, same);
      return own.fileOf(user, ctx.params.export, clock.iso());
    }),

    ...changing(
      exports.leave,
      () => (user) => own.leaving(user, clock.iso(), inDays(env.users.DELETION_GRACE_DAYS)),
      (user) =>
        kept.letterTo(user, {
          template: "deletionRequested",
          data: { due: user.deletion?.due ?? "" },
        }),
    ),

    ...changing(
      exports.stay,
      () => own.staying,
      (user) => kept.letterTo(user, { template: "deletionCancelled", data: {} }),
    ),

    ...serve(exports.deletion, async function ({ params }) {
      const found = own.deletionOf(await this.store.get(params.id));
      if (!found) throw exports.DeletionNotFound();
      return found;
    }),

    ...serve(exports.tidy, async function () {
      await this.holdings.tidy();
      return {};
    }),

    ...serve(exports.personal, async function ({ params: { id } }) {
      const user = await this.store.get(id);
      return { actor: "users", data: user ? own.heldOf(user) : null };
    }),
  },

  channels: {
    // Twice is once: an account that has an e-mail keeps it.
    ...follow(registered, { group: "users" }, async function ({ id, email, language }) {
      const rule: kept.Rule = (u) => contacts.registeredAs(u, newId(), { email, language });
      await kept.rewrite(this.store, id, rule, { create: true });
    }),

    // Twice is once: the same e-mail is set again.
    ...follow(verified, { group: "users", ordered: true }, async function ({ id, email }) {
      const rule: kept.Rule = (u) =>
        u.kind === "erased" ? u : contacts.withEmail(u, newId(), email, true);
      await kept.rewrite(this.store, id, rule, { create: true });
    }),

    // Twice is once: who is gone is gone. Whoever was erased here keeps the report of it.
    ...follow(erased, { group: "users" }, async function ({ id }) {
      const user = await this.store.get(id);
      if (user && user.kind !== "erased") await this.store.remove(user);
    }),

    // Twice is once: of each actor the first answer counts.
    ...follow(answered, { group: "users" }, async function ({ id, ...answer }) {
      const rule: kept.Rule = (u) => own.answeredBy(u, { ...answer, time: clock.iso() });
      await kept.rewrite(this.store, id, rule);
    }),
  },

  async started(this: UsersService) {
    const { store, broker, logger } = this;
    const forgetAfterMs = env.users.GUEST_DAYS * dayMs;
    this.holdings = new Holdings({ store, broker, logger, objects, forgetAfterMs });
  },

  async stopped(this: UsersService) {
    await this.holdings?.close();
  },
} as unknown as ServiceSchema;
