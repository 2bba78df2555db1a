/**
 * Variant `door` over the real house: its configuration, its films in NeDB, its public door. Wants
 * DATA_DIR to be an empty folder.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { type BrokerOptions, ServiceBroker, type ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import config from "../../moleculer.config.ts";
import { jwks } from "../../services/access/keys.contract.ts";
import { revoked } from "../../services/access/sessions.contract.ts";
import { create, publish } from "../../services/catalog/films.contract.ts";
import films from "../../services/catalog/films.service.ts";
import people from "../../services/catalog/people.service.ts";
import door from "../../services/gateway/public.service.ts";
import { call, wiring } from "../../services/shared/wire.ts";
import { film } from "./film.ts";
import { ready } from "./ready.ts";

const broker = new ServiceBroker(config as BrokerOptions);
const { serve } = wiring();
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const key = { ...(await exportJWK(publicKey)), kid: "bench", alg: "EdDSA", use: "sig" };
/** Signs in whom the bench asks as; what accounts do is not measured here. */
const token = await new SignJWT({
  ...{ sid: randomUUID(), roles: ["viewer"], amr: ["pwd"], auth_time: Date.now() / 1_000 },
})
  .setProtectedHeader({ alg: "EdDSA", kid: "bench", typ: "at+jwt" })
  .setIssuer(env.accounts.PUBLIC_URL)
  .setAudience(["public"])
  .setSubject(randomUUID())
  .setIssuedAt()
  .setExpirationTime("1h")
  .sign(privateKey);
broker.createService({
  name: "keys",
  actions: serve(jwks, () => ({ keys: [key as never] })),
});
broker.createService({
  name: "sessions",
  actions: serve(revoked, () => ({ items: [], next: new Date().toISOString() })),
});
const [, , service] = [films, people, door].map((schema) =>
  broker.createService(schema as unknown as ServiceSchema),
);
await broker.start();

const { id, version, state, title, language, extract, createdAt, updatedAt, ...rest } = film;
const made = await call(broker, create, {
  ...rest,
  cast: rest.cast.map(({ person, ...one }) => one),
  crew: rest.crew.map(({ person, ...one }) => one),
});
await call(broker, publish, { id: made.id });
ready(Reflect.get(service ?? {}, "server"), made.id, token);
