/**
 * `GET /v1/films/{id}` in NestJS on fastify, doing what the public door does for somebody who has
 * signed in: token, rate limit, parameters, kept answer with its tag, figures, a line of the log.
 * Where there was a choice the cheaper way was taken: answers are kept as bytes, figures and log hang
 * on fastify's own hook, limits are counted by the library that the door uses.
 *
 *   node nest.js <film.json> <folder> [keep] [nats://...]
 *
 * Every token is verified, as guards do; with `keep` those verified are remembered, as the door does.
 * With a server of NATS named, the film is asked of the microservice in nest-actor.js, every time anew.
 */
import "reflect-metadata";
import { generateKeyPairSync, hash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Controller,
  Get,
  Module,
  NotFoundException,
  Param,
  UnauthorizedException,
} from "@nestjs/common";
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from "@nestjs/core";
import { ClientProxyFactory, Transport } from "@nestjs/microservices";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { createLocalJWKSet, exportJWK, jwtVerify, SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import { createZodDto, ZodValidationPipe } from "nestjs-zod";
import pino from "pino";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { of, tap } from "rxjs";
import { z } from "zod";

const [, , file, folder, ...words] = process.argv;
const keep = words.includes("keep");
const nats = words.find((word) => word.startsWith("nats:"));
const client = nats && natsClient(nats);
const film = JSON.parse(readFileSync(file, "utf8"));
const issuer = "http://127.0.0.1:3000";
const rate = { points: 1_000_000_000, duration: 60 };

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const key = { ...(await exportJWK(publicKey)), kid: "bench", alg: "EdDSA", use: "sig" };
const keys = createLocalJWKSet({ keys: [key] });
const token = await new SignJWT({ sid: randomUUID(), roles: ["viewer"] })
  .setProtectedHeader({ alg: "EdDSA", kid: "bench", typ: "at+jwt" })
  .setIssuer(issuer)
  .setAudience("public")
  .setSubject(randomUUID())
  .setIssuedAt()
  .setExpirationTime("1h")
  .sign(privateKey);

/** Who asks; refuses what is no token of the house. */
class JwtGuard {
  #verified = new LRUCache({ max: 10_000 });

  async #verify(text) {
    const known = this.#verified.get(text);
    if (known && known.exp * 1_000 > Date.now()) return known;
    const rules = { issuer, audience: "public", algorithms: ["EdDSA"], typ: "at+jwt" };
    const { payload } = await jwtVerify(text, keys, rules);
    if (keep) this.#verified.set(text, payload);
    return payload;
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const [, text] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "") ?? [];
    if (text === undefined) throw new UnauthorizedException();
    try {
      request.user = await this.#verify(text);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}

class RateGuard {
  #limiter = new RateLimiterMemory(rate);

  async canActivate(context) {
    const http = context.switchToHttp();
    const { remainingPoints, msBeforeNext } = await this.#limiter.consume(
      http.getRequest().user.sub,
    );
    http.getResponse().headers({
      "RateLimit-Limit": rate.points,
      "RateLimit-Remaining": remainingPoints,
      "RateLimit-Reset": Math.ceil(msBeforeNext / 1_000),
    });
    return true;
  }
}

/** A client of the microservice. */
function natsClient(server) {
  const { username, password, host } = new URL(server);
  const options = { servers: [`nats://${host}`], user: username || undefined, pass: password };
  return ClientProxyFactory.create({ transport: Transport.NATS, options });
}

/** Answers are kept for ten minutes, for each user, as bytes with their tag. */
class KeptAnswers {
  #kept = new LRUCache({ max: 10_000, ttl: 600_000 });

  intercept(context, next) {
    const http = context.switchToHttp();
    const { user, url, headers } = http.getRequest();
    const name = `${user.sub} ${headers["accept-language"] ?? ""} ${url}`;
    const send = ({ body, tag }) => {
      const answer = http.getResponse();
      answer.headers({ "Content-Type": "application/json; charset=utf-8", ETag: tag });
      if (headers["if-none-match"] === tag) answer.status(304);
      return headers["if-none-match"] === tag ? undefined : body;
    };
    const kept = nats ? undefined : this.#kept.get(name);
    if (kept) return of(send(kept));
    const made = (result) => {
      const body = Buffer.from(JSON.stringify(result));
      return { body, tag: `"${hash("sha1", body, "base64url")}"` };
    };
    return new Promise((resolve, reject) => {
      let answer;
      const store = (result) => {
        const one = made(result);
        if (!nats) this.#kept.set(name, one);
        answer = send(one);
      };
      next
        .handle()
        .pipe(tap(store))
        .subscribe({ error: reject, complete: () => resolve(of(answer)) });
    });
  }
}

class FilmParams extends createZodDto(z.object({ id: z.uuid() })) {}

class Films {
  get({ id }) {
    if (client) return client.send("films.get", { id });
    if (id !== film.id) throw new NotFoundException();
    return film;
  }
}
// What a compiler makes of `@Controller("v1/films")`, `@Get(":id")` and `@Param()`.
const place = Object.getOwnPropertyDescriptor(Films.prototype, "get");
Controller("v1/films")(Films);
Get(":id")(Films.prototype, "get", place);
Param()(Films.prototype, "get", 0);
Reflect.defineMetadata("design:paramtypes", [FilmParams], Films.prototype, "get");

class House {}
Module({
  controllers: [Films],
  providers: [
    { provide: APP_GUARD, useClass: JwtGuard },
    { provide: APP_GUARD, useClass: RateGuard },
    { provide: APP_PIPE, useClass: ZodValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: KeptAnswers },
  ],
})(House);

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const seconds = new Histogram({
  name: "http_request_duration_seconds",
  help: "Answers by route.",
  labelNames: ["method", "route", "status"],
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  registers: [registry],
});
const log = pino(
  { base: null, timestamp: pino.stdTimeFunctions.isoTime },
  pino.destination({
    dest: join(folder, `nest-${process.pid}.log`),
    sync: false,
    minLength: 4_096,
  }),
);

/** The figures and the line of an answer that went out. */
function answered({ method, url, routeOptions, headers, ip, user, id }, reply, done) {
  const route = routeOptions.url ?? "none";
  const took = reply.elapsedTime / 1_000;
  seconds.observe({ method, route, status: reply.statusCode }, took);
  log.info({
    "http.request.id": id,
    "http.request.method": method,
    "http.response.status_code": reply.statusCode,
    "event.duration": took * 1e9,
    "url.path": url,
    "http.route": route,
    "client.address": ip,
    "user.id": user?.sub,
    "trace.id": headers.traceparent,
  });
  done();
}

const app = await NestFactory.create(House, new FastifyAdapter({ genReqId: () => randomUUID() }), {
  logger: ["error"],
});
const fastify = app.getHttpAdapter().getInstance();
fastify.addHook("onRequest", (request, reply, done) => {
  reply.headers({
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    Vary: "Accept-Encoding, Accept-Language",
    "Cache-Control": "public, max-age=600",
    "X-Request-Id": request.id,
  });
  done();
});
fastify.addHook("onResponse", answered);
await client?.connect();
await app.listen(0, "127.0.0.1");

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port: app.getHttpServer().address().port, id: film.id, token });
