/**
 * Auth: owns accounts: e-mail, password, second factor, providers, roles. Says to nobody whether an
 * e-mail has an account. Sessions are another actor's; every act goes on record with its change.
 */
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { openHasher } from "../../config/hashing.ts";
import { keptSecret } from "../../config/secrets.ts";
import { Afterwards } from "../../mixins/afterwards.ts";
import { documents } from "../../mixins/documents/documents.ts";
import { guessing } from "../../mixins/guesses/guessing.ts";
import { sealing } from "../../mixins/sealing.ts";
import { sweeping } from "../../mixins/sweeping.ts";
import { federated, unlink } from "../access/linking.contract.ts";
import type { Meta } from "../shared/contract.ts";
import { send } from "../shared/message.ts";
import { tells, wiring } from "../shared/wire.ts";
import { secured } from "./account.contract.ts";
import * as rules from "./account.ts";
import { answered, erased, ownerOf, registered, verified } from "./accounts.contract.ts";
import { acted } from "./audit.contract.ts";
import * as auth from "./auth.contract.ts";
import * as kept from "./auth.store.ts";
import * as credentials from "./credentials.store.ts";
import { enrol } from "./enrolling.store.ts";
import * as factor from "./factor.store.ts";
import { wanted } from "./mail.contract.ts";
import * as owner from "./owner.store.ts";
import { erase, sweep } from "./pending.store.ts";
import { byFactor, byPassword, byProvider } from "./signing.store.ts";
import * as staff from "./staff.store.ts";
import * as support from "./support.contract.ts";

type AuthService = kept.AuthService;

const { PENDING_DAYS } = env.accounts;
const sweepMs = 3_600_000;
const secret = keptSecret(env.house.DATA_DIR, "accounts");
const accepted = { accepted: true } as const;
const languageOf = ({ languages = [] }: Meta) =>
  languages.some((tag) => tag === "ru" || tag.startsWith("ru-")) ? "ru" : "en";
const { serve, follow } = wiring<AuthService>();

export default {
  name: "auth",
  mixins: [
    sweeping<AuthService>(sweepMs, (self) => sweep(self, PENDING_DAYS * 86_400_000)),
    documents(kept.accounts),
    guessing("guesses"),
  ],
  metadata: tells(registered, verified, secured, acted, wanted, answered),

  actions: {
    ...serve(auth.register, async function ({ params, meta }) {
      const email = rules.emailOf(params.email);
      credentials.mustBeGood(params.password, email);
      await factor.slowed(this, "register", meta);
      const password = await this.hasher.hash(params.password);
      const { language = languageOf(meta) } = params;
      const typed = params.password;
      return owner.inTime(this, enrol(this, { email, password, typed, language }, meta));
    }),

    ...serve(auth.verify, async function ({ params: { code }, meta }) {
      await credentials.confirm(this, code, meta);
      return accepted;
    }),

    ...serve(auth.signIn, function (ctx) {
      const email = rules.emailOf(ctx.params.email);
      return byPassword(this, ctx, { ...ctx.params, email });
    }),

    ...serve(auth.factor, function (ctx) {
      return byFactor(this, ctx, ctx.params);
    }),

    ...serve(federated, function (ctx) {
      const { language = languageOf(ctx.meta) } = ctx.params;
      return byProvider(this, ctx, { ...ctx.params, language });
    }),

    ...serve(unlink, async function (ctx) {
      return kept.shown(await owner.unlink(this, ctx, ctx.params.provider));
    }),

    ...serve(auth.forgot, async function ({ params, meta }) {
      await factor.slowed(this, "forgot", meta);
      return owner.inTime(this, credentials.remind(this, rules.emailOf(params.email)));
    }),

    ...serve(auth.reset, async function (ctx) {
      await owner.resetPassword(this, ctx, ctx.params);
      return accepted;
    }),

    ...serve(auth.changePassword, async function (ctx) {
      await owner.changePassword(this, ctx, ctx.params);
      return accepted;
    }),

    ...serve(auth.changeEmail, async function ({ params, meta }) {
      const { id } = await owner.mine(this, meta);
      const email = rules.emailOf(params.email);
      await factor.slowed(this, "email", meta);
      return owner.inTime(this, owner.askForEmail(this, id, email, meta));
    }),

    ...serve(auth.stepUp, function (ctx) {
      return owner.stepUp(this, ctx, ctx.params);
    }),

    ...serve(auth.me, async function ({ meta }) {
      return kept.shown(await owner.mine(this, meta, false));
    }),

    ...serve(support.beginFactor, function ({ meta }) {
      return factor.beginFactor(this, ownerOf(meta, true).id);
    }),

    ...serve(support.confirmFactor, function ({ params: { code }, meta }) {
      return factor.confirmFactor(this, ownerOf(meta, true).id, code, meta);
    }),

    ...serve(support.backupCodes, function ({ meta }) {
      return factor.renewCodes(this, ownerOf(meta, true).id, meta);
    }),

    ...serve(support.removeFactor, async function ({ meta }) {
      return kept.shown(await factor.removeFactor(this, ownerOf(meta, true).id, meta));
    }),

    ...serve(support.create, async function ({ params, meta }) {
      return kept.shown(await staff.create(this, params, meta));
    }),

    ...serve(support.list, async function ({ params: { email, role, status, limit, cursor } }) {
      const where = { email: email && rules.emailOf(email), roles: role, status };
      const page = await this.store.find({ where, sort: "-id", limit, after: cursor });
      return { items: page.items.map(kept.shown), next: page.next };
    }),

    ...serve(support.show, async function ({ params: { id } }) {
      return kept.shown(await owner.found(this, id));
    }),

    ...serve(support.suspend, async function (ctx) {
      return kept.shown(await staff.suspend(this, ctx, ctx.params));
    }),

    ...serve(support.restore, async function (ctx) {
      return kept.shown(await staff.restore(this, ctx, ctx.params));
    }),

    ...serve(support.setRoles, async function (ctx) {
      return kept.shown(await staff.setRoles(this, ctx, ctx.params));
    }),

    ...serve(support.impersonate, function (ctx) {
      return staff.impersonate(this, ctx, ctx.params);
    }),

    ...serve(support.facts, async function ({ params: { id } }) {
      const { email = null, status, roles, language } = await owner.found(this, id);
      return { id, email, status, roles, language };
    }),

    ...serve(support.admins, async function () {
      return { count: await credentials.admins(this) };
    }),

    ...serve(auth.personal, async function ({ params: { id } }) {
      const account = await this.store.get(id);
      return { actor: "auth", data: account ? kept.shown(account) : null };
    }),
  },

  channels: {
    // Twice is once: nothing is left to remove.
    ...follow(erased, { group: "auth" }, async function ({ id }, because) {
      const removed = await erase(this, id);
      await send(this.broker, answered, { id, actor: "auth", removed }, { because });
    }),
  },

  created(this: AuthService) {
    this.hasher = openHasher();
    this.factors = sealing(secret, "second-factor");
    this.challenges = sealing(secret, "sign-in");
    this.later = new Afterwards(this.logger);
  },

  async stopped(this: AuthService) {
    await this.later.done();
    this.hasher.close();
  },
} as unknown as ServiceSchema;
