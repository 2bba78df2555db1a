/**
 * `films.get` as a NestJS microservice over NATS: parameters checked, one film answered.
 *
 *   node nest-actor.js <film.json> nats://...
 */
import "reflect-metadata";
import { readFileSync } from "node:fs";
import { Controller, Module, NotFoundException } from "@nestjs/common";
import { APP_PIPE, NestFactory } from "@nestjs/core";
import { MessagePattern, Payload, Transport } from "@nestjs/microservices";
import { createZodDto, ZodValidationPipe } from "nestjs-zod";
import { z } from "zod";

const [, , file, server] = process.argv;
const film = JSON.parse(readFileSync(file, "utf8"));

class FilmParams extends createZodDto(z.object({ id: z.uuid() })) {}

class Films {
  get({ id }) {
    if (id !== film.id) throw new NotFoundException();
    return film;
  }
}
// What a compiler makes of `@Controller()`, `@MessagePattern("films.get")` and `@Payload()`.
const place = Object.getOwnPropertyDescriptor(Films.prototype, "get");
Controller()(Films);
MessagePattern("films.get")(Films.prototype, "get", place);
Payload()(Films.prototype, "get", 0);
Reflect.defineMetadata("design:paramtypes", [FilmParams], Films.prototype, "get");

class House {}
Module({
  controllers: [Films],
  providers: [{ provide: APP_PIPE, useClass: ZodValidationPipe }],
})(House);

const { username, password, host } = new URL(server);
const options = { servers: [`nats://${host}`], user: username || undefined, pass: password };
const app = await NestFactory.createMicroservice(House, {
  transport: Transport.NATS,
  options,
  logger: ["error"],
});
await app.listen();

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
process.on("disconnect", () => process.exit(0));
process.send?.({});
