/** The channels' server did not answer, or not in time. */
import { NatsError } from "nats";
import { z } from "zod";
import { problem } from "../../../services/shared/problem.ts";

export const ChannelsAway = problem(
  "CHANNELS_AWAY",
  503,
  {
    en: "The channels did not take it in time ({reason}). Send it again: its id is recognised.",
    ru: "Каналы не приняли сообщение вовремя ({reason}). Отправьте ещё раз: повтор узнают по id.",
  },
  z.object({ reason: z.string() }),
);

const codes = new Set([
  ...["TIMEOUT", "503", "DISCONNECT", "CONNECTION_REFUSED", "CONNECTION_TIMEOUT", "CANCELLED"],
]);

const fact = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;

/** True where the server may answer when it is asked again. */
export const isAway = (error: unknown): boolean => {
  if (fact(error, "type") === ChannelsAway.type || fact(error, "code") === 503) return true;
  if (!(error instanceof NatsError)) return false;
  return codes.has(error.code) || error.api_error?.code === 503;
};

/** The number of JetStream's own that an error carries: 10058 and the like, or 0. */
export const apiCode = (error: unknown): number =>
  error instanceof NatsError ? (error.api_error?.err_code ?? 0) : 0;

export const reasonOf = (error: unknown): string => {
  if (error instanceof NatsError && error.code === "503" && !error.api_error) {
    return "no JetStream answers: is it enabled on the server?";
  }
  return error instanceof Error ? error.message : String(error);
};
